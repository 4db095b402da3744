import type { AnyRecord } from '@signalbox/shared/records';
import type { Transaction } from '@signalbox/shared/transaction';
import { describe, expect, test } from 'vitest';
import { Scene } from '../domain/testing/scene.ts';
import { eventOf } from './event.ts';

const tx = (command: string, puts: AnyRecord[], more: Partial<Transaction> = {}): Transaction => ({
  seq: 9,
  clock: 900,
  at: 1_000,
  actor: 'alice',
  command,
  puts,
  removes: [],
  ...more,
});

const scene = new Scene();
scene.agent('alice');
const alice = scene.need('agent', 'alice');
const lost: AnyRecord = { ...alice, presence: 'lost' };
const counter: AnyRecord = { kind: 'counter', id: 'T', rev: 9, last: 3 };
const inbox: AnyRecord = { kind: 'inbox', id: 'alice', rev: 9, cursor: 3, acked: [] };
const body: AnyRecord = { kind: 'body', id: 'M-1', rev: 9, text: 'long' };

describe('what is an event', () => {
  test.each<[string, Transaction, boolean]>([
    ['a tick', tx('tick', [], { actor: 'hub' }), false],
    ['an acknowledgement', tx('message.ack', [inbox]), false],
    ['numbers and long text alone', tx('task.progress', [counter, body]), false],
    ['a heartbeat with news', tx('agent.heartbeat', [alice]), false],
    ['a renewal', tx('lock.renew', [alice]), false],
    ['a frame that arrived', tx('directive.delivered', [alice]), false],
    ['what is over and goes', tx('retention.forget', [], { actor: 'hub', removes: [['task', 'T-1']] }), false],
    ['the start of a hub', tx('agent.disconnected', [alice], { actor: 'hub' }), false],
    ['an agent that is late, or back in time', tx('agent.presence', [alice], { actor: 'hub' }), false],
    ['an agent that is lost', tx('agent.presence', [lost], { actor: 'hub' }), true],
    ['an agent whose alarm is over', tx('agent.presence', [alice], { removes: [['alarm', 'A-1']] }), true],
    ['a registration', tx('agent.register', [alice]), true],
    ['what was removed', tx('lock.expire', [], { removes: [['lock', 'L-1']] }), true],
  ])('[HS1] %s: %#', (_, transaction, is) => {
    expect(eventOf(transaction, 7, {}) !== undefined).toBe(is);
  });

  test('[HS1] routine is an event for whoever asks for it by its command, unless it changed nothing to see', () => {
    expect(eventOf(tx('agent.heartbeat', [alice]), 7, { command: 'agent.heartbeat' })).toBeDefined();
    expect(eventOf(tx('agent.presence', [alice]), 7, { command: 'agent.presence' })).toBeDefined();
    expect(eventOf(tx('tick', []), 7, { command: 'tick' })).toBeUndefined();
  });
});

describe('who asks for what', () => {
  const forced = tx('lock.forceRelease', [alice], { actor: 'human:kim', removes: [['lock', 'L-1']] });
  test.each([
    [{}, true],
    [{ actor: 'human:kim' }, true],
    [{ actor: 'people' }, true],
    [{ actor: 'kim' }, false],
    [{ actor: 'alice' }, false],
    [{ command: 'lock.forceRelease' }, true],
    [{ command: 'lock.force' }, false],
    [{ kind: 'lock' }, true],
    [{ kind: 'task' }, false],
    [{ kind: 'lock', actor: 'alice' }, false],
  ] as const)('%j: %s', (wanted, is) => {
    expect(eventOf(forced, 7, wanted) !== undefined).toBe(is);
  });

  test('an agent is no person, whatever it calls itself', () => {
    expect(eventOf(tx('agent.register', [alice], { actor: 'human' }), 7, { actor: 'people' })).toBeUndefined();
  });
});

describe('what it says', () => {
  test('[HS4] nothing of receipts, requests, long text and bookkeeping', () => {
    const event = eventOf(
      tx('message.send', [alice, counter, inbox, body], {
        causedBy: 'request-1',
        receipt: ['alice', 'request-1', 'hash', { secret: 'reply' }],
      }),
      7,
      { kind: 'agent' },
    );
    expect(event).toEqual({
      epoch: 7,
      seq: 9,
      at: 1_000,
      actor: 'alice',
      command: 'message.send',
      changes: [{ kind: 'agent', id: 'alice' }],
      records: [alice],
    });
  });

  test('of the hub itself, what became of its records is said unasked: an id names nobody', () => {
    const token: AnyRecord = {
      kind: 'token',
      id: 'k3x9f0001',
      rev: 9,
      role: 'viewer',
      name: 'Wall',
      use: 'token',
      createdBy: 'human:kim',
      createdAt: 1_000,
    };
    expect(eventOf(tx('token.create', [token]), 7, {})).toMatchObject({ records: [token] });
    expect(eventOf(tx('agent.update', [alice]), 7, {})).not.toHaveProperty('records');
  });

  test('twenty changes, those asked for first, and how many more there are', () => {
    const agents = Array.from({ length: 30 }, (_, at): AnyRecord => ({ ...alice, id: `a${at}` }));
    const event = eventOf(tx('agent.evict', agents, { removes: [['lock', 'L-1']] }), 7, { kind: 'lock' });
    expect(event?.changes).toHaveLength(20);
    expect(event?.changes[0]).toEqual({ kind: 'lock', id: 'L-1', removed: true });
    expect(event).toMatchObject({ more: 11, records: [] });
    expect(eventOf(tx('agent.evict', agents), 7, { kind: 'agent' })?.records).toHaveLength(20);
  });
});
