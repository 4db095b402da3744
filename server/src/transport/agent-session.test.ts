import { EventEmitter } from 'node:events';
import { refuse } from '@signalbox/shared/errors';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { expect, test } from 'vitest';
import { Replica } from '../ledger/replica.ts';
import { AgentSession, type AgentSocket } from './agent-session.ts';
import { SettleInTime } from './settle-in-time.ts';

const message = (
  id: string,
  bytes = 10,
): { message: MessageRecord; body: { kind: 'body'; id: string; rev: number; text: string } } => ({
  message: {
    kind: 'message',
    id,
    rev: 1,
    from: 'bob',
    to: 'alice',
    recipients: ['alice'],
    type: 'note',
    at: 0,
    bodies: { body: id },
  },
  body: { kind: 'body', id, rev: 1, text: 'x'.repeat(bytes) },
});

function session() {
  const emitted: { event: string; frame: Record<string, unknown> }[] = [];
  const conn = Object.assign(new EventEmitter(), {
    readyState: 'open',
    writeBuffer: [],
    transport: new EventEmitter(),
    close: () => {},
  });
  const socket = { conn, emit: (event: string, frame: Record<string, unknown>) => emitted.push({ event, frame }) };
  let now = 0;
  const alice = new AgentSession({
    // As much of a socket as a session uses.
    socket: socket as unknown as AgentSocket,
    principal: { role: 'agent', name: 'alice', tokenId: 't', project: 'acme', agentId: undefined },
    welcome: {
      project: 'acme',
      agentId: 'alice',
      node: 'n',
      connection: 1,
      epoch: 1,
      seq: 1,
      clock: 0,
      serverTime: 0,
      heartbeatEveryMs: 15_000,
      lateAfterMs: 22_500,
      lostAfterMs: 45_000,
      leaseMs: 120_000,
      durability: 'memory',
      protocol: 1,
    },
    seen: undefined,
    onThrow: () => refuse('INTERNAL', 'it threw'),
    inTime: new SettleInTime(),
    onDelivered: () => {},
    monotonic: () => now,
  });
  const replica = new Replica();
  const arrive = (id: string, bytes?: number): MessageRecord => {
    const { message: record, body } = message(id, bytes);
    replica.put(body);
    replica.put(record);
    return record;
  };
  const inbox = () =>
    emitted
      .filter(({ event }) => event === 'inbox')
      .map(({ frame }) => (frame.messages as MessageRecord[]).map(({ id }) => id));
  return { alice, replica, arrive, emitted, inbox, advance: (ms: number) => (now += ms) };
}

test('a message that is not acknowledged comes again after 30 s, oldest first, until it is', () => {
  const { alice, replica, arrive, inbox, advance } = session();
  arrive('M-1');
  alice.start(replica);
  advance(20_000);
  alice.pushMessages(replica, [arrive('M-2')]);
  alice.redeliver(replica);
  expect(inbox()).toEqual([['M-1'], ['M-2']]);
  advance(10_000);
  alice.redeliver(replica);
  expect(inbox().slice(2)).toEqual([['M-1']]);
  advance(30_000);
  alice.redeliver(replica);
  expect(inbox().slice(3)).toEqual([['M-1', 'M-2']]);
  replica.put({ kind: 'inbox', id: 'alice', rev: 2, cursor: 2, acked: [] });
  expect(alice.awaitsAcks).toBe(true);
  advance(60_000);
  alice.redeliver(replica);
  expect(inbox().length).toBe(4);
  expect(alice.awaitsAcks).toBe(false);
});

test('what waited comes in frames of at most 100 messages and 256 KB', () => {
  const { alice, replica, arrive, inbox } = session();
  for (let number = 1; number <= 250; number++) arrive(`M-${number}`);
  for (let number = 251; number <= 300; number++) arrive(`M-${number}`, 16_000);
  alice.start(replica);
  expect(inbox().map((frame) => frame.length)).toEqual([100, 100, 66, 16, 16, 2]);
  expect(inbox().flat()).toEqual(Array.from({ length: 300 }, (_none, at) => `M-${at + 1}`));
});

test('what happens before the welcome is told after it, once', () => {
  const { alice, replica, arrive, emitted } = session();
  alice.pushMessages(replica, [arrive('M-1')]);
  alice.push(replica, { agentId: 'alice', event: 'lock.lost', lockId: 'L-1', reason: 'EXPIRED' });
  alice.push(replica, { agentId: 'alice', event: 'directive', directiveId: 'D-1' });
  expect(emitted).toEqual([]);
  alice.start(replica);
  expect(emitted.map(({ event }) => event)).toEqual(['welcome', 'inbox', 'lock.lost']);
});
