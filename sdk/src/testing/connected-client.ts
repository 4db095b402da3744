import type { Welcome } from '@signalbox/shared/commands/agent';
import { AgentClient, type AgentOptions } from '../agent-client.ts';
import { ManualTimers, settled } from './manual-timers.ts';
import { HandMadeWire } from './wire.ts';

export const WELCOME: Welcome = {
  project: 'acme',
  agentId: 'alice',
  node: 'n1',
  connection: 1,
  epoch: 1,
  seq: 10,
  clock: 0,
  serverTime: 0,
  heartbeatEveryMs: 15_000,
  lateAfterMs: 22_500,
  lostAfterMs: 45_000,
  leaseMs: 120_000,
  durability: 'always',
  protocol: 1,
};

export const ALICE: AgentOptions = {
  id: 'alice',
  role: 'speed_developer',
  url: 'http://hub',
  token: 't',
  project: 'acme',
  cwd: '/repo',
  branch: 'main',
};

/** alice on a hand-made wire. Her background errors are kept in `errors`. */
export function makeClient(options: Partial<AgentOptions> = {}) {
  const wire = new HandMadeWire();
  const timers = new ManualTimers();
  const client = new AgentClient({ ...ALICE, ...options }, { openSocket: wire.open, timers });
  const errors: string[] = [];
  client.onError((what, error) => errors.push(`${what}: ${error instanceof Error ? error.message : error}`));
  const welcome = async (fields: Partial<Welcome> = {}): Promise<void> => {
    wire.socket.handlers.opened();
    wire.socket.push('welcome', { ...WELCOME, ...fields });
    await settled();
  };
  /** Cut off, tried again, welcomed again. */
  const reconnect = async (fields: Partial<Welcome> = {}): Promise<void> => {
    const tries = wire.sockets.length;
    wire.socket.cut();
    while (wire.sockets.length === tries) await timers.advance(250);
    await welcome(fields);
  };
  return { wire, timers, client, errors, welcome, reconnect };
}

export async function connectedClient(options: Partial<AgentOptions> = {}) {
  const made = makeClient(options);
  const connected = made.client.connect();
  await settled();
  await made.welcome();
  await connected;
  return made;
}
