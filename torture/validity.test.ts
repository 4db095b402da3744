import { expect, test } from 'vitest';
import type { Figures } from './checker/check.ts';
import type { Course } from './course.ts';
import { longestCalm, whyInvalid } from './validity.ts';

const KINDS = ['hub killed', 'disk full'];
const figures = new Proxy({}, { get: () => 1 }) as Figures;
const fault = (at: number, kind = 'hub killed') => ({ at, kind, verified: true, note: 'seen', times: 1 });
const course = (change: Partial<Course> = {}): Course => ({
  seed: 1,
  own: true,
  from: 1_000,
  to: 9_000,
  done: [fault(2_000), fault(6_000, 'disk full')],
  impossible: [],
  ...change,
});
const every = (stepMs: number, untilMs: number) =>
  Array.from({ length: Math.floor(untilMs / stepMs) }, (_, at) => fault(1_000 + at * stepMs));

test('a run in which everything happened is valid', () => {
  expect(whyInvalid(course(), figures, KINDS)).toEqual([]);
});

test('the longest calm is looked for before the first fault, between two in order of time, and after the last', () => {
  expect(longestCalm(course({ from: 0, done: [fault(4_000), fault(5_000)], to: 5_500 }))).toBe(4_000);
  expect(longestCalm(course({ from: 0, done: [fault(5_000), fault(1_000)], to: 5_500 }))).toBe(4_000);
  expect(longestCalm(course({ from: 0, done: [fault(1_000)], to: 5_500 }))).toBe(4_500);
});

test.each<[string, Partial<Course>, string]>([
  ['nothing', { done: [], to: 2_000 }, 'nothing was done to anybody'],
  [
    'a fault that did not happen',
    { done: [fault(2_000), { ...fault(6_000), verified: false, note: 'it lives' }] },
    'hub killed did not verifiably happen: it lives',
  ],
  ['5.1 s of peace', { done: [fault(2_000), fault(7_100)] }, 'for 5.1 s nothing was done to anybody'],
  ['a kind that never came', { to: 92_000, done: every(4_000, 92_000) }, 'disk full never came'],
  ['an end that was not reached', { unreached: 'hub-1 ended by itself' }, 'hub-1 ended by itself'],
])('%s makes it invalid', (_, change, reason) => {
  expect(whyInvalid(course(change), figures, KINDS)).toEqual([reason]);
});

test('a kind that is not possible here need not come, nor any in a short run', () => {
  expect(
    whyInvalid(course({ to: 92_000, done: every(4_000, 92_000), impossible: ['disk full'] }), figures, KINDS),
  ).toEqual([]);
  expect(whyInvalid(course({ done: [fault(2_000), fault(6_000)] }), figures, KINDS)).toEqual([]);
});

test('what nobody did cannot have been right; the log of somebody else cannot be read', () => {
  const none = (what: keyof Figures) => new Proxy({}, { get: (_, name) => (name === what ? 0 : 1) }) as Figures;
  expect(whyInvalid(course(), none('staleAttempts'), KINDS)).toEqual([
    'there is none of what was to be checked: staleAttempts',
  ]);
  expect(whyInvalid(course(), none('transactions'), KINDS)).toHaveLength(1);
  expect(whyInvalid(course({ own: false }), none('transactions'), KINDS)).toEqual([]);
});
