import { COMMANDS } from '@signalbox/shared/commands';
import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

function gate() {
  let now = 0;
  const lag = { isBehind: false, close: () => {} };
  return {
    gate: new Gate({ lag, monotonic: () => now, random: () => 0.5 }),
    lag,
    advance: (ms: number) => (now += ms),
  };
}

test('2,000 commands at once, then 1,000 a second, each actor for itself; the rest hears when to come back', () => {
  const { gate: at, advance } = gate();
  for (let sent = 0; sent < 2_000; sent++) expect(at.refuse('acme/alice', 'task.next')).toBeUndefined();
  expect(at.refuse('acme/alice', 'task.next')).toMatchObject({
    refused: { code: 'RATE_LIMITED', retry: { afterMs: 1 } },
  });
  expect(at.refuse('acme/bob', 'task.next')).toBeUndefined();
  advance(1);
  expect(at.refuse('acme/alice', 'task.next')).toBeUndefined();
});

test('a hub that is behind refuses ordinary work with a delay, and lets through what others wait for', () => {
  const { gate: at, lag } = gate();
  lag.isBehind = true;
  const through = COMMANDS.map(({ name }) => name).filter((name) => at.refuse('acme/alice', name) === undefined);
  expect(through.sort()).toEqual([
    'agent.evict',
    'agent.heartbeat',
    'agent.leave',
    'agent.register',
    'directive.receipt',
    'directive.send',
    'lock.forceRelease',
    'lock.release',
    'lock.renew',
    'question.answer',
  ]);
  expect(at.refuse('acme/alice', 'lock.claim')).toMatchObject({
    refused: { code: 'OVERLOADED', retry: { afterMs: 500 } },
  });
  expect(at.refuseRegistration('token:t')).toBeUndefined();
  lag.isBehind = false;
  expect(at.refuse('acme/alice', 'lock.claim')).toBeUndefined();
});

test('a fleet of 10,000 comes back at once with one token, one that goes round in circles does not', () => {
  const { gate: at, advance } = gate();
  for (let sent = 0; sent < 10_000; sent++) expect(at.refuseRegistration('token:t')).toBeUndefined();
  expect(at.refuseRegistration('token:t')).toMatchObject({ refused: { code: 'RATE_LIMITED' } });
  advance(1_000);
  expect(at.refuseRegistration('token:t')).toBeUndefined();
});

test('a hub that stops begins nothing new', () => {
  const { gate: at } = gate();
  at.stop();
  const refusal = { refused: { code: 'STORAGE_UNAVAILABLE', retry: { afterMs: expect.any(Number) } } };
  expect(at.refuse('acme/alice', 'agent.heartbeat')).toMatchObject(refusal);
  expect(at.refuseRegistration('token:t')).toMatchObject(refusal);
});
