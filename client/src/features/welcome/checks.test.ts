import { expect, test } from 'vitest';
import { checksFor } from './checks.ts';

const facts = { live: true, hostname: '127.0.0.1', tokenMade: true, clockAheadMs: 80 };

test('says what is good, and what cannot be known from here', () => {
  expect(checksFor(facts).map((check) => check.good)).toEqual([true, null, null, true]);
});

test('warns that a loopback address is for this machine only', () => {
  expect(checksFor(facts)[1]?.text).toContain('this machine only');
  expect(checksFor({ ...facts, hostname: 'hub.acme.test' })[1]?.text).toBe(
    'The agent’s machine must reach hub.acme.test.',
  );
});

test('names a clock that is off and a page that is not connected', () => {
  const checks = checksFor({ ...facts, live: false, clockAheadMs: -12_000 });
  expect(checks[0]).toEqual({ good: false, text: 'This page itself has no connection to the hub.' });
  expect(checks[3]).toEqual({ good: false, text: 'The clocks of this machine and the hub are 12 s apart.' });
});
