import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { AccessRole } from '@signalbox/shared/records/hub';
import type { DecisionOf } from '../domain/decision.ts';
import {
  decideProjectCreate,
  decideProjectRemove,
  decideProjectUpdate,
  decideTokenCreate,
  decideTokenLink,
  decideTokenRevoke,
} from '../domain/hub.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { StoreRefused, StoreUnavailable } from '../ledger/store.ts';
import { type Answer, answered, type Call, failed, inputOf, submission } from './call.ts';

/** What the hub's own commands need beside its ledger. Secrets are derived from ids after the commit and never stored. */
export interface HubServices {
  hub: Ledger;
  openProject(id: string): Promise<void>;
  tokenText(tokenId: string, role: AccessRole): string;
  linkUrl(linkId: string): string;
}

type HubCommand = (call: Call, services: HubServices) => Promise<Answer>;

const createProject: HubCommand = async (call, { hub, openProject }) => {
  const input = inputOf(call, 'project.create');
  if (call.via === 'http' && input.id !== call.address)
    return failed(
      refuse('BAD_INPUT', `id: ${input.id} is not the project of the address, ${call.address}.`, {
        details: { field: 'id' },
      }),
    );
  const outside = refuseOutside(call, input.id);
  if (outside !== undefined) return failed(outside);
  const settled = await hub.execute(submission(call, decideProjectCreate, input));
  // One that exists may still be closed: the store was away when it should have been opened.
  if (!settled.ok && settled.error.code !== 'CONFLICT') return settled;
  try {
    await openProject(input.id);
  } catch (error) {
    if (!(error instanceof StoreRefused || error instanceof StoreUnavailable)) throw error;
    return failed(
      refuse('STORAGE_UNAVAILABLE', `${input.id} exists, but Redis does not answer; send it again to open it.`),
    );
  }
  return answered(settled);
};

const removeProject: HubCommand = async (call, { hub }) => {
  const { projectId = call.address } = inputOf(call, 'project.remove');
  const outside = refuseOutside(call, projectId);
  if (outside !== undefined) return failed(outside);
  return answered(await hub.execute(submission(call, decideProjectRemove, { projectId })));
};

/** Whoever is bound to one project lets nobody in anywhere else. */
const refuseOutside = ({ onlyProject }: Call, project: string | undefined): Refusal | undefined =>
  onlyProject === undefined || project === onlyProject
    ? undefined
    : refuse('FORBIDDEN', `Your token is for the project ${onlyProject}; name that one in project.`, {
        details: { field: 'project' },
      });

const createToken: HubCommand = async (call, { hub, tokenText }) => {
  const input = inputOf(call, 'token.create');
  const outside = refuseOutside(call, input.project);
  if (outside !== undefined) return failed(outside);
  const settled = await hub.execute(submission(call, decideTokenCreate, input));
  if (!settled.ok) return settled;
  const { tokenId } = settled.reply;
  return answered({ ...settled, reply: { tokenId, token: tokenText(tokenId, input.role) } });
};

const createLink: HubCommand = async (call, { hub, linkUrl }) => {
  const input = inputOf(call, 'token.link');
  const outside = refuseOutside(call, input.project);
  if (outside !== undefined) return failed(outside);
  const settled = await hub.execute(submission(call, decideTokenLink, input));
  return settled.ok ? answered({ ...settled, reply: { url: linkUrl(settled.reply.linkId) } }) : settled;
};

/** To whoever is bound to one project, tokens of others are not there. */
const revokeWithin =
  ({ onlyProject }: Call): DecisionOf<'token.revoke'> =>
  (draft, { tokenId }, context) =>
    onlyProject !== undefined && draft.get('token', tokenId)?.project !== onlyProject
      ? refuse('NOT_FOUND', `There is no token ${tokenId} of ${onlyProject}; it may be revoked already.`)
      : decideTokenRevoke(draft, { tokenId }, context);

/** Commands that change the records of the hub as a whole. */
export const HUB_COMMANDS: Readonly<Record<string, HubCommand>> = {
  'project.create': createProject,
  'project.update': async (call, { hub }) =>
    answered(
      await hub.execute(
        submission(call, decideProjectUpdate, { ...inputOf(call, 'project.update'), projectId: call.address }),
      ),
    ),
  'project.remove': removeProject,
  'token.create': createToken,
  'token.link': createLink,
  'token.revoke': async (call, { hub }) =>
    answered(await hub.execute(submission(call, revokeWithin(call), inputOf(call, 'token.revoke')))),
};
