import { refuse } from '@signalbox/shared/errors';
import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { DAY_MS, LINK_VALID_MS } from '@signalbox/shared/time';
import type { Context, Decision, DecisionOf } from './decision.ts';
import type { Draft } from './view.ts';

const SESSION_VALID_MS = 30 * DAY_MS;

/** Never given out twice, also not after Redis was replaced by an older copy: a token is derived from its id. */
const newTokenId = (context: Context): string =>
  `${context.epoch.toString(36)}${context.seq.toString(36).padStart(4, '0')}`;

export const decideProjectCreate: DecisionOf<'project.create'> = (draft, { id, name, simulated }, context) => {
  if (draft.get('project', id) !== undefined) return refuse('CONFLICT', `The project ${id} exists already.`);
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
  { projectId: string; name?: string | undefined },
  { project: ProjectRecord }
> = (draft, { projectId, name }) => {
  const project = draft.get('project', projectId);
  if (project === undefined) return refuse('NOT_FOUND', `There is no project ${projectId}.`);
  return { project: draft.put({ ...project, name: name ?? project.name }) };
};

/** The reply lacks the secret: it is derived from the id after the commit and never stored. */
export const decideTokenCreate: Decision<Parameters<DecisionOf<'token.create'>>[1], { tokenId: string }> = (
  draft,
  input,
  context,
) => {
  if (input.project !== undefined && draft.get('project', input.project) === undefined)
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
  if (project !== undefined && draft.get('project', project) === undefined)
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
  return { token };
};

/** Expired tokens and sessions open nothing any more; they go when a new one comes. */
function forgetExpired(draft: Draft, context: Context): void {
  for (const token of draft.all('token'))
    if (token.expiresAt !== undefined && token.expiresAt <= context.at) draft.remove('token', token.id);
}

/** Internal: exchanges a link for a browser session, once. */
export const decideSessionOpen: Decision<{ linkId: string }, { tokenId: string }> = (draft, { linkId }, context) => {
  const link = draft.get('link', linkId);
  if (link === undefined || link.expiresAt <= context.at)
    return refuse(
      'EXPIRED',
      'This link was used already or is older than 15 minutes. Make a new one: npx signalbox open',
    );
  draft.remove('link', linkId);
  forgetExpired(draft, context);
  const id = newTokenId(context);
  const { role, name, project } = link;
  draft.put({
    kind: 'token',
    id,
    role,
    name,
    project,
    use: 'session',
    createdBy: context.actor,
    createdAt: context.at,
    expiresAt: context.at + SESSION_VALID_MS,
  });
  return { tokenId: id };
};
