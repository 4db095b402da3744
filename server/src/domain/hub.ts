import type { ParsedInput } from '@signalbox/shared/commands';
import { refuse } from '@signalbox/shared/errors';
import type { ProjectRecord, TokenRecord } from '@signalbox/shared/records/hub';
import { DAY_MS, LINK_VALID_MS } from '@signalbox/shared/time';
import type { Context, Decision, DecisionOf } from './decision.ts';
import type { Draft } from './view.ts';

const SESSION_VALID_MS = 30 * DAY_MS;
/** Of one token: more browsers than a person has. */
const MAX_SESSIONS = 20;
/** Stands in `openedWith` for the owner's token, which is no record. No id is ever like it: they have no hyphen. */
const OWNER_TOKEN = 'owner-token';
/** When to ask again for the id of a project that is being removed. */
const REMOVED_WITHIN_MS = 1_000;

/** Never given out twice, also not after Redis was replaced by an older copy: a token is derived from its id. */
const newTokenId = (context: Context): string =>
  `${context.epoch.toString(36)}${context.seq.toString(36).padStart(4, '0')}`;

export const decideProjectCreate: DecisionOf<'project.create'> = (draft, { id, name, simulated }, context) => {
  const existing = draft.get('project', id);
  if (existing?.removing === true)
    return refuse('INVALID_STATE', `The old ${id} is still being removed; send it again in a moment.`, {
      retryAfterMs: REMOVED_WITHIN_MS,
    });
  if (existing !== undefined) return refuse('CONFLICT', `The project ${id} exists already.`);
  return {
    project: draft.put({
      kind: 'project',
      id,
      name: name ?? id,
      ...(simulated === true && { simulated }),
      createdBy: context.actor,
      createdAt: context.at,
    }),
  };
};

/** `projectId` is the project of the address. */
export const decideProjectUpdate: Decision<
  ParsedInput<'project.update'> & { projectId: string },
  { project: ProjectRecord }
> = (draft, { projectId, name, retention, budgetUsd }) => {
  const project = standing(draft, projectId);
  if (project === undefined) return refuse('NOT_FOUND', `There is no project ${projectId}.`);
  return {
    project: draft.put({
      ...project,
      name: name ?? project.name,
      retention: retention === undefined ? project.retention : { ...project.retention, ...retention },
      budgetUsd: budgetUsd === undefined ? project.budgetUsd : (budgetUsd ?? undefined),
    }),
  };
};

/** One that is being removed is not there for anybody any more. */
function standing(draft: Draft, projectId: string): ProjectRecord | undefined {
  const project = draft.get('project', projectId);
  return project?.removing === true ? undefined : project;
}

/**
 * Made-up work may go; what people and their agents did may not. Its tokens open nothing from this moment on. The
 * record stays until its data is deleted: meanwhile nobody can make the project anew.
 */
export const decideProjectRemove: Decision<{ projectId: string }, { project: ProjectRecord }> = (
  draft,
  { projectId },
) => {
  const project = draft.get('project', projectId);
  if (project === undefined) return refuse('NOT_FOUND', `There is no project ${projectId}; it may be removed already.`);
  if (project.removing === true) return { project };
  if (project.simulated !== true)
    return refuse('INVALID_STATE', `${projectId} is a real project; only simulated ones can be removed.`);
  for (const kind of ['token', 'link'] as const)
    for (const { id, project: only } of draft.all(kind)) if (only === projectId) draft.remove(kind, id);
  return { project: draft.put({ ...project, removing: true }) };
};

/** Internal: the data of a project that was removed is deleted, and its id is free again. */
export const decideProjectForget: Decision<{ projectId: string }, Record<string, never>> = (draft, { projectId }) => {
  if (draft.get('project', projectId)?.removing === true) draft.remove('project', projectId);
  return {};
};

/** The reply lacks the secret: it is derived from the id after the commit and never stored. */
export const decideTokenCreate: Decision<Parameters<DecisionOf<'token.create'>>[1], { tokenId: string }> = (
  draft,
  input,
  context,
) => {
  if (input.project !== undefined && standing(draft, input.project) === undefined)
    return refuse('BAD_INPUT', `project: there is no project ${input.project}; create it first.`, {
      details: { field: 'project' },
    });
  const id = newTokenId(context);
  draft.put({
    kind: 'token',
    id,
    role: input.role,
    name: input.name ?? input.agentId ?? `agent of ${input.project}`,
    project: input.project,
    agentId: input.agentId,
    use: 'token',
    createdBy: context.actor,
    createdAt: context.at,
    expiresAt: input.expiresMs === undefined ? undefined : context.at + input.expiresMs,
  });
  return { tokenId: id };
};

export const decideTokenLink: Decision<Parameters<DecisionOf<'token.link'>>[1], { linkId: string }> = (
  draft,
  { role, name, project },
  context,
) => {
  if (project !== undefined && standing(draft, project) === undefined)
    return refuse('BAD_INPUT', `project: there is no project ${project}; create it first.`, {
      details: { field: 'project' },
    });
  for (const link of draft.all('link')) if (link.expiresAt <= context.at) draft.remove('link', link.id);
  const id = newTokenId(context);
  draft.put({ kind: 'link', id, role, name, project, expiresAt: context.at + LINK_VALID_MS });
  return { linkId: id };
};

export const decideTokenRevoke: DecisionOf<'token.revoke'> = (draft, { tokenId }) => {
  const token = draft.get('token', tokenId);
  if (token === undefined) return refuse('NOT_FOUND', `There is no token ${tokenId}; it may be revoked already.`);
  draft.remove('token', tokenId);
  for (const { id, openedWith } of draft.all('token')) if (openedWith === tokenId) draft.remove('token', id);
  return { token };
};

/** Expired tokens and sessions open nothing any more. */
function forgetExpired(draft: Draft, context: Context): void {
  for (const token of draft.all('token'))
    if (token.expiresAt !== undefined && token.expiresAt <= context.at) draft.remove('token', token.id);
}

/** Internal: once an hour, so that nothing expired stays where nobody signs in. */
export const decideForgetExpired: Decision<Record<string, never>, Record<string, never>> = (draft, _input, context) => {
  forgetExpired(draft, context);
  for (const link of draft.all('link')) if (link.expiresAt <= context.at) draft.remove('link', link.id);
  return {};
};

/** Internal: exchanges a link for a browser session, once. */
export const decideSessionOpen: Decision<{ linkId: string }, { tokenId: string }> = (draft, { linkId }, context) => {
  const link = draft.get('link', linkId);
  if (link === undefined || link.expiresAt <= context.at)
    return refuse(
      'EXPIRED',
      'This link was used already or is older than 15 minutes. Make a new one: npx signalbox open',
    );
  draft.remove('link', linkId);
  return openSession(draft, link, context);
};

/**
 * Internal: a person's token opens a browser session, which ends with it. The owner's has no id. A session opens none:
 * that one would live on when the token is revoked, and renew itself for ever.
 */
export const decideSessionOfToken: Decision<Rights & { tokenId: string | undefined }, { tokenId: string }> = (
  draft,
  { tokenId, ...rights },
  context,
) => {
  if (tokenId === undefined) {
    makeRoom(draft, OWNER_TOKEN);
    return openSession(draft, { ...rights, openedWith: OWNER_TOKEN }, context);
  }
  const token = draft.get('token', tokenId);
  if (token === undefined) return refuse('UNAUTHENTICATED', 'This token was revoked; ask an admin for another.');
  if (token.use === 'session')
    return refuse('FORBIDDEN', 'This is a session, which opens no other. Sign in with a link or a token of your own.');
  makeRoom(draft, tokenId);
  const { role, name, project, expiresAt } = token;
  return openSession(draft, { role, name, project, openedWith: tokenId, endsBy: expiresAt }, context);
};

/** For one more session of this token: the oldest go. By `rev`, since ids of one length only are in order. */
function makeRoom(draft: Draft, openedWith: string): void {
  const open = draft.all('token').filter((token) => token.openedWith === openedWith);
  for (const { id } of open.sort((a, b) => b.rev - a.rev).slice(MAX_SESSIONS - 1)) draft.remove('token', id);
}

/** Internal: signs out. A session that is over is signed out already; a token is for an admin to revoke. */
export const decideSessionClose: Decision<{ tokenId: string }, Record<string, never>> = (draft, { tokenId }) => {
  if (draft.get('token', tokenId)?.use === 'token')
    return refuse(
      'FORBIDDEN',
      'This is a token, not a session; it is not signed out. An admin ends it: npx signalbox token revoke',
    );
  draft.remove('token', tokenId);
  return {};
};

type Rights = Pick<TokenRecord, 'role' | 'name' | 'project'>;

function openSession(
  draft: Draft,
  {
    role,
    name,
    project,
    openedWith,
    endsBy = Number.POSITIVE_INFINITY,
  }: Rights & {
    openedWith?: string;
    endsBy?: number | undefined;
  },
  context: Context,
): { tokenId: string } {
  forgetExpired(draft, context);
  const id = newTokenId(context);
  draft.put({
    kind: 'token',
    id,
    role,
    name,
    project,
    use: 'session',
    openedWith,
    createdBy: context.actor,
    createdAt: context.at,
    expiresAt: Math.min(context.at + SESSION_VALID_MS, endsBy),
  });
  return { tokenId: id };
}

const HUB_KEY = 'hub-key';

/** Internal: the first node to start says which key the hub has; every other must have the same. */
export const decideHubKey: Decision<{ fingerprint: string }, Record<string, never>> = (draft, { fingerprint }) => {
  const known = draft.get('hubKey', HUB_KEY);
  if (known === undefined) draft.put({ kind: 'hubKey', id: HUB_KEY, fingerprint });
  else if (known.fingerprint !== fingerprint)
    return refuse(
      'CONFLICT',
      'What is in this Redis was made by a hub with another key. All nodes of a hub need the same: set SIGNALBOX_HUB_KEY_FILE to a copy of it. If it is lost, see "A lost hub key" in docs/operations.md.',
    );
  return {};
};
