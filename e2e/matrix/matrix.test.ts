import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { ERROR_CODES, ERRORS, type ErrorBody, type ErrorCode } from '@signalbox/shared/errors';
import type { AccessRole } from '@signalbox/shared/records/hub';
import { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';
import { type Answer, type Caller, type Credentials, openSocket, sendOverHttp, sendOverSocket } from './callers.ts';
import { CANARY, CANARY_PROJECT, plantCanaries, recordsElsewhere } from './canaries.ts';
import { expectedCode, NOT_FOR_THE_STATE, type Who } from './expected.ts';
import { faultsOf } from './faults.ts';

const PROJECT = 'matrix';
const declarations: readonly CommandDeclaration[] = COMMANDS;
const PATH = `/api/v1/projects/${PROJECT}`;
/** Late after a minute and a half of silence: what is refused is no sign of life. */
const SLOW_PACE_MS = 60_000;

let hub: TestHub;
const callers: Caller[] = [];
const sockets: Socket[] = [];
const tokens: Record<'expired' | 'revoked' | 'foreign' | 'foreignOperator' | AccessRole, string> = {
  ...{ expired: '', revoked: '', foreign: '', foreignOperator: '' },
  ...{ viewer: '', agent: '', operator: '', admin: '' },
};

async function makeToken(wish: object, project = PROJECT): Promise<{ token: string; tokenId: string }> {
  const { token, tokenId } = await hub.call(project, 'token.create', { project, ...wish });
  return { token: String(token), tokenId: String(tokenId) };
}

const who = (more: Partial<Who>): Who => ({
  face: 'http',
  role: undefined,
  foreign: false,
  registered: false,
  ...more,
});

function addHttp(name: string, { token, headers }: Credentials, more: Partial<Who>): void {
  const is = who(more);
  const wrong = is.role === undefined && token !== undefined;
  callers.push({
    name: `${name} over HTTP`,
    ...is,
    send: (command, input) =>
      sendOverHttp(hub, `${PATH}/${command}`, { token, ...(headers !== undefined && { headers }), wrong, input }),
  });
}

async function addSocket(name: string, token: string, more: Partial<Who>): Promise<void> {
  const is = who(more);
  const agent = { id: `of-${name}`, role: 'coordinator', accepts: 'none', heartbeatEveryMs: SLOW_PACE_MS };
  const auth = is.face === 'agent' ? { token, project: PROJECT, protocol: 1, agent } : { token };
  const socket = await openSocket(hub, { namespace: `/${is.face}` as '/agent' | '/control', auth });
  if (!(socket instanceof Socket)) throw new Error(`${name} was refused: ${socket.code}`);
  sockets.push(socket);
  socket.onAny((event: string, frame: unknown) => looksClean(event, JSON.stringify(frame ?? null)));
  if (is.face === 'control') await sendOverSocket(socket, 'subscribe', { project: PROJECT });
  callers.push({
    name: `${name} on /${is.face}`,
    ...is,
    send: (command, input) => sendOverSocket(socket, command, input),
  });
}

const looksClean = (where: string, text: string): void => {
  if (text.includes(CANARY))
    throw new Error(`${where}: something of another project came through: ${text.slice(0, 500)}`);
};

async function register(id: string, token: string): Promise<Record<string, string>> {
  const profile = { id, role: 'coordinator', accepts: 'none', heartbeatEveryMs: SLOW_PACE_MS };
  const { text } = await sendOverHttp(hub, `${PATH}/agent.register`, { token, input: profile });
  const { connection } = JSON.parse(text) as { connection: number };
  return { 'signalbox-agent': id, 'signalbox-connection': String(connection) };
}

beforeAll(async () => {
  hub = await startHub();
  for (const id of [PROJECT, CANARY_PROJECT]) await hub.call(id, 'project.create', { id });
  await plantCanaries(hub);
  for (const role of ['viewer', 'operator', 'admin'] as const)
    tokens[role] = (await makeToken({ role, name: `a ${role}` })).token;
  tokens.agent = (await makeToken({ role: 'agent' })).token;
  tokens.foreign = (await makeToken({ role: 'agent' }, CANARY_PROJECT)).token;
  tokens.foreignOperator = (await makeToken({ role: 'operator', name: CANARY }, CANARY_PROJECT)).token;
  tokens.expired = (await makeToken({ role: 'admin', name: 'late', expiresMs: 1_000 })).token;
  const revoked = await makeToken({ role: 'admin', name: 'gone' });
  tokens.revoked = revoked.token;
  await hub.call(PROJECT, 'token.revoke', { tokenId: revoked.tokenId });

  addHttp('no token', { token: undefined }, {});
  addHttp('an expired token', { token: tokens.expired }, {});
  addHttp('a revoked token', { token: tokens.revoked }, {});
  addHttp('an agent of another project', { token: tokens.foreign }, { role: 'agent', foreign: true });
  addHttp('an operator of another project', { token: tokens.foreignOperator }, { role: 'operator', foreign: true });
  for (const role of ['viewer', 'agent', 'operator', 'admin'] as const)
    addHttp(`a ${role}`, { token: tokens[role] }, { role });
  for (const role of ['agent', 'operator', 'admin'] as const)
    addHttp(
      `a registered ${role}`,
      { token: tokens[role], headers: await register(`http-${role}`, tokens[role]) },
      { role, registered: true },
    );
  for (const role of ['viewer', 'agent', 'operator', 'admin'] as const)
    await addSocket(`a-${role}`, tokens[role], { face: 'control', role });
  for (const role of ['agent', 'operator', 'admin'] as const)
    await addSocket(`a-${role}`, tokens[role], { face: 'agent', role, registered: true });
  while (
    (await sendOverHttp(hub, `${PATH}/task.list`, { token: tokens.expired, wrong: true, input: {} })).status === 200
  );
}, 60_000);

afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await hub?.close();
});

interface Sent {
  caller: Caller;
  declaration: CommandDeclaration;
  what: string;
  input: unknown;
  field: string | undefined;
  code: ErrorCode | undefined;
}

/** Everything there is to send: all that is wrong to whoever may, and the good and one bad input to whoever may not. */
function* everything(): Generator<Sent> {
  for (const declaration of declarations) {
    const faults = faultsOf(declaration);
    const good = { what: 'a good input', input: declaration.examples[0].input, field: undefined };
    for (const caller of callers) {
      const may = expectedCode(declaration, caller, true) === 'BAD_INPUT';
      for (const { what, input, field } of may ? faults : faults.filter((fault) => fault.what === 'too large'))
        yield {
          caller,
          declaration,
          what,
          input,
          field: may ? field : undefined,
          code: expectedCode(declaration, caller, true),
        };
      const code = expectedCode(declaration, caller, false);
      // What would take effect is for the tests of each command.
      if (code !== undefined || declaration.access === 'viewer') yield { caller, declaration, ...good, code };
    }
  }
}

/** Too fast, or too much at once: what every client does then. */
async function untilAnswered({ caller, declaration, input }: Sent): Promise<Answer> {
  for (;;) {
    const answer = await caller.send(declaration.name, input);
    const error = errorOf(answer);
    if (error?.code !== 'RATE_LIMITED' && error?.code !== 'OVERLOADED') return answer;
    await new Promise((resolve) => setTimeout(resolve, error.retry?.afterMs));
  }
}

const errorOf = ({ text }: Answer): ErrorBody | undefined => (JSON.parse(text) as { error?: ErrorBody }).error;

function complaint(sent: Sent, answer: Answer): string | undefined {
  const { caller, declaration, what, field, code } = sent;
  const error = errorOf(answer);
  const got = error === undefined ? 'ok' : `${error.code} (${error.message.slice(0, 200)})`;
  const said = `${declaration.name}, ${what}, by ${caller.name}: ${got}`;
  if (answer.text.includes(CANARY)) return `${said}, with something of another project: ${answer.text.slice(0, 500)}`;
  if (error !== undefined && !ERROR_CODES.includes(error.code)) return `${said}, which is no code of the list`;
  if (error !== undefined && answer.status !== undefined && answer.status !== ERRORS[error.code].status)
    return `${said}, with the status ${answer.status}`;
  if (code === undefined)
    return error !== undefined && NOT_FOR_THE_STATE.includes(error.code) ? `${said}, expected an answer` : undefined;
  if (error?.code !== code) return `${said}, expected ${code}`;
  const named = String(error.details?.field ?? '').split('.')[0];
  return field !== undefined && named !== field
    ? `${said}, which names ${named || 'no field'} and not ${field}`
    : undefined;
}

/** How far the ledgers of the project and of the hub are, and what there is where nobody here may do anything. */
async function state(): Promise<unknown> {
  const seqOf = async (command: string) => (await hub.call(PROJECT, command, { limit: 1 })).seq;
  return { project: await seqOf('task.list'), hub: await seqOf('token.list'), elsewhere: await recordsElsewhere(hub) };
}

test('every command, on both faces, by everybody, with everything that can be wrong: refused as declared, without effect', {
  timeout: 120_000,
}, async () => {
  const before = await state();
  const complaints: string[] = [];
  const counts: Record<string, number> = {};
  const all = everything();
  // As many at once as there are workers, each taking the next.
  const work = async (): Promise<void> => {
    for (const sent of all) {
      const complained = complaint(sent, await untilAnswered(sent));
      if (complained !== undefined) complaints.push(complained);
      counts[sent.code ?? 'answered'] = (counts[sent.code ?? 'answered'] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, work));
  console.log(`${declarations.length} commands, ${callers.length} callers:`, JSON.stringify(counts));
  expect(complaints).toEqual([]);
  expect(await state()).toEqual(before);
});

test('nobody is let in through a socket without a good token of the project', async () => {
  const agent = { id: 'mallory', role: 'coordinator' };
  const code = async (namespace: '/agent' | '/control', auth: Record<string, unknown>): Promise<string> => {
    const opened = await openSocket(hub, { namespace, auth });
    if (!(opened instanceof Socket)) return opened.code;
    const answer = await sendOverSocket(opened, 'subscribe', { project: PROJECT });
    opened.disconnect();
    return errorOf(answer)?.code ?? 'ok';
  };
  const before = await state();
  for (const [token, expected] of [
    [undefined, 'UNAUTHENTICATED'],
    ['', 'UNAUTHENTICATED'],
    [tokens.expired, 'UNAUTHENTICATED'],
    [tokens.revoked, 'UNAUTHENTICATED'],
    [tokens.foreign, 'FORBIDDEN'],
    [tokens.foreignOperator, 'FORBIDDEN'],
  ] as const) {
    const auth = token === undefined ? {} : { token };
    expect([token, await code('/control', auth)]).toEqual([token, expected]);
    expect([token, await code('/agent', { ...auth, project: PROJECT, protocol: 1, agent })]).toEqual([token, expected]);
  }
  expect(await code('/agent', { token: tokens.viewer, project: PROJECT, protocol: 1, agent })).toBe('FORBIDDEN');
  expect(await state()).toEqual(before);
});
