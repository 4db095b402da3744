import type { Cast, CommandDeclaration, Example } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { AGENT_NAMESPACE, CONTROL_NAMESPACE } from '@signalbox/shared/endpoints';
import type { LockRecord } from '@signalbox/shared/records/lock';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type TestHub } from './support/hub.ts';

type Answer = Record<string, unknown>;
/** Calls one command as one of the cast. */
type Face = (as: Cast, command: string, input: unknown) => Promise<Answer>;

const AGENTS = {
  alice: { id: 'alice', role: 'speed_developer', capabilities: ['typescript'], accepts: 'pull', instance: 'a' },
  bob: { id: 'bob', role: 'quality_enhancer', capabilities: ['python'], accepts: 'pull', instance: 'b' },
} as const;

let hub: TestHub;
const sockets: Socket[] = [];
beforeAll(async () => {
  hub = await startHub();
}, 60_000);
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await hub.close();
});

const DECLARED: readonly CommandDeclaration[] = COMMANDS;

function connect(namespace: string, auth: object): Promise<Socket> {
  const socket = io(`${hub.url}${namespace}`, { auth, transports: ['websocket'], forceNew: true, reconnection: false });
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

/** Everybody over sockets: the agents on /agent, the person on /control. */
async function socketFace(project: string): Promise<Face> {
  const agent = (profile: object) =>
    connect(AGENT_NAMESPACE, { token: hub.ownerToken, project, protocol: 1, agent: profile });
  const [alice, bob, human] = [
    await agent(AGENTS.alice),
    await agent(AGENTS.bob),
    await connect(CONTROL_NAMESPACE, { token: hub.ownerToken }),
  ];
  await human.timeout(5_000).emitWithAck('subscribe', { project });
  const cast = { alice, bob, human };
  return async (as, command, input) => {
    if (command !== 'agent.register') return cast[as].timeout(10_000).emitWithAck(command, input);
    // Over a socket the handshake registers, and its answer is the welcome.
    const socket = io(`${hub.url}${AGENT_NAMESPACE}`, {
      auth: { token: hub.ownerToken, project, protocol: 1, agent: input },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    sockets.push(socket);
    return new Promise((resolve, reject) => {
      socket.once('welcome', (welcome: object) => resolve({ ok: true, ...welcome }));
      socket.once('connect_error', reject);
    });
  };
}

/** Everybody over HTTP, the agents by the headers of their registration. */
async function httpFace(project: string): Promise<Face> {
  const headersOf = async (profile: { id: string }): Promise<Record<string, string>> => {
    const { connection } = await hub.call(project, 'agent.register', profile);
    return { 'signalbox-agent': profile.id, 'signalbox-connection': String(connection) };
  };
  const cast = { alice: await headersOf(AGENTS.alice), bob: await headersOf(AGENTS.bob), human: {} };
  return async (as, command, input) => {
    // The project to be created is the one of the address.
    const address = command === 'project.create' && hasId(input) ? input.id : project;
    const { pending: _, ...answer } = await hub.call(address, command, input as object, cast[as]);
    return answer;
  };
}

const hasId = (input: unknown): input is { id: string } =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string';

/** Values that differ from run to run; what they stand for must be there all the same. */
const VOLATILE =
  /^(epoch|seq|rev|fence|connection|node|clock|serverTime|tokenId|token|url|via|expiresInMs|fromAt|restarts|series|since|at|times)$|(At|Clock)$/;
const VOLATILE_TEXT = /\b[0-9]{10}[.-][0-9]+\b/g;

function steady(value: unknown, key = ''): unknown {
  if (VOLATILE.test(key)) return `<${key}>`;
  if (Array.isArray(value)) return value.map((item) => steady(item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, steady(inner, name)]));
  return typeof value === 'string' ? value.replace(VOLATILE_TEXT, '<epoch and seq>') : value;
}

const TOKEN_IN_EXAMPLES = 'k3x9f0001';
const FENCE_IN_EXAMPLES = '1750000000.7';
const PROJECT_IN_EXAMPLES = 'acme-api';

let projects = 0;

/** Plays an example in a project of its own and returns the answer to its last call. */
async function play(
  declaration: CommandDeclaration,
  example: Example,
  openFace: (project: string) => Promise<Face>,
): Promise<Answer> {
  const project = `example-${++projects}`;
  await hub.call(project, 'project.create', { id: project });
  const call = await openFace(project);
  for (const step of example.before ?? [])
    expect(await call(step.as, step.command, await fill(step.input, project, call)), step.command).toMatchObject({
      ok: true,
    });
  const answer = await call(example.as, declaration.name, await fill(example.input, project, call));
  return JSON.parse(
    JSON.stringify(answer).replaceAll(`${project}-api`, PROJECT_IN_EXAMPLES).replaceAll(project, 'example'),
  );
}

/** Examples name a token, a fence and a project that only exist in documents; here they get real ones. */
async function fill(input: unknown, project: string, call: Face): Promise<unknown> {
  let text = JSON.stringify(input).replaceAll(PROJECT_IN_EXAMPLES, `${project}-api`);
  if (text.includes(TOKEN_IN_EXAMPLES)) {
    const { tokenId } = await call('human', 'token.create', { role: 'viewer', name: 'Wall' });
    text = text.replaceAll(TOKEN_IN_EXAMPLES, String(tokenId));
  }
  if (text.includes(FENCE_IN_EXAMPLES)) {
    const { locks } = await call('human', 'lock.list', { limit: 1 });
    text = text.replaceAll(FENCE_IN_EXAMPLES, (locks as LockRecord[])[0]?.fence ?? '');
  }
  return JSON.parse(text);
}

describe.each(DECLARED.map((declaration) => [declaration.name, declaration] as const))('%s', (_name, declaration) => {
  test.each(declaration.examples.map((example, at) => [at + 1, example] as const))(
    'example %i answers alike over Socket.IO and HTTP, as declared',
    async (_at, example) => {
      const answers = [await play(declaration, example, socketFace), await play(declaration, example, httpFace)];
      for (const answer of answers) {
        expect(answer).toMatchObject({ ok: true, epoch: expect.any(Number), seq: expect.any(Number) });
        expect(answer).toMatchObject(example.output);
        const { ok: _ok, epoch: _epoch, seq: _seq, ...output } = answer;
        const parsed = declaration.output.safeParse(declaration.name === 'agent.register' ? answer : output);
        expect(parsed.error?.issues ?? []).toEqual([]);
      }
      expect(steady(answers[0])).toEqual(steady(answers[1]));
    },
  );
});
