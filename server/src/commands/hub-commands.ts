import { refuse } from '@signalbox/shared/errors';
import type { AccessRole } from '@signalbox/shared/records/hub';
import {
  decideProjectCreate,
  decideProjectUpdate,
  decideTokenCreate,
  decideTokenLink,
  decideTokenRevoke,
} from '../domain/hub.ts';
import type { Ledger } from '../ledger/ledger.ts';
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
  const settled = await hub.execute(submission(call, decideProjectCreate, input));
  if (settled.ok) await openProject(input.id);
  return answered(settled);
};

const createToken: HubCommand = async (call, { hub, tokenText }) => {
  const input = inputOf(call, 'token.create');
  const settled = await hub.execute(submission(call, decideTokenCreate, input));
  if (!settled.ok) return settled;
  const { tokenId } = settled.reply;
  return answered({ ...settled, reply: { tokenId, token: tokenText(tokenId, input.role) } });
};

const createLink: HubCommand = async (call, { hub, linkUrl }) => {
  const settled = await hub.execute(submission(call, decideTokenLink, inputOf(call, 'token.link')));
  return settled.ok ? answered({ ...settled, reply: { url: linkUrl(settled.reply.linkId) } }) : settled;
};

/** Commands that change the records of the hub as a whole. */
export const HUB_COMMANDS: Readonly<Record<string, HubCommand>> = {
  'project.create': createProject,
  'project.update': async (call, { hub }) =>
    answered(
      await hub.execute(
        submission(call, decideProjectUpdate, { ...inputOf(call, 'project.update'), projectId: call.address }),
      ),
    ),
  'token.create': createToken,
  'token.link': createLink,
  'token.revoke': async (call, { hub }) =>
    answered(await hub.execute(submission(call, decideTokenRevoke, inputOf(call, 'token.revoke')))),
};
