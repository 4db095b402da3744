import { expect, test } from 'vitest';
import { type Figure, jsonLine, verdictOf } from './figure.ts';
import { tableLines } from './table.ts';

const CLAIMS: Figure = {
  id: 'P1',
  name: 'claims',
  value: 30_000.4,
  unit: 'claims/s',
  reference: 25_000,
  ratio: 1.200016,
  goal: { of: 'ratio', is: '≥', first: 1, stretch: 1.2 },
};
const START: Figure = {
  id: 'P13.hub',
  name: 'hub start',
  value: 2.51234,
  unit: 's',
  goal: { of: 'value', is: '≤', first: 2 },
};

test.each([
  ['a ratio that must be high, just reached', { ...CLAIMS, ratio: 1 }, 'PASS'],
  ['and just missed', { ...CLAIMS, ratio: 0.999 }, 'SHORT'],
  ['between the first goal and the second', { ...CLAIMS, ratio: 1.1 }, 'PASS'],
  ['a value that must be low, just reached', { ...START, value: 2 }, 'PASS'],
  ['and just missed', { ...START, value: 2.001 }, 'SHORT'],
  ['nothing at all, where nothing is wanted', { ...START, value: 0, goal: { of: 'value', is: '≤', first: 0 } }, 'PASS'],
] as const)('%s', (_case, figure, verdict) => {
  expect(verdictOf(figure)).toBe(verdict);
});

test('a goal for a ratio needs one', () => {
  const { ratio: _, ...unmeasured } = CLAIMS;
  expect(() => verdictOf(unmeasured)).toThrow('was not measured');
});

test('a figure is one line of JSON, with the goal that decides and the next one', () => {
  expect(jsonLine(CLAIMS)).not.toContain('\n');
  expect(JSON.parse(jsonLine(CLAIMS))).toEqual({
    id: 'P1',
    name: 'claims',
    value: 30_000,
    unit: 'claims/s',
    reference: 25_000,
    ratio: 1.2,
    goal: '≥ 1×',
    stretch: '≥ 1.2×',
    verdict: 'PASS',
  });
});

test('a figure without a reference says so by null, and has no second goal to name', () => {
  expect(JSON.parse(jsonLine(START))).toEqual({
    id: 'P13.hub',
    name: 'hub start',
    value: 2.512,
    unit: 's',
    reference: null,
    ratio: null,
    goal: '≤ 2 s',
    verdict: 'SHORT',
  });
});

test('for people: both values, the ratio with its spread, both goals, the verdict and the notes below', () => {
  const [line, note] = tableLines({
    ...CLAIMS,
    spread: { lowest: 0.9, highest: 1.31 },
    notes: ['limited by the server'],
  })
    .split('\n')
    .map((text) => text.trim().replace(/ {2,}/g, ' | '));
  expect(line).toBe('P1 | claims | 30000 claims/s | 25000 claims/s | 1.20× (0.9–1.31) | ≥ 1×, then ≥ 1.2× | PASS');
  expect(note).toBe('limited by the server');
});

test('for people: without a reference the spread stands beside the value', () => {
  const line = tableLines({ ...START, spread: { lowest: 2.4, highest: 2.6 } }).replace(/ {2,}/g, ' | ');
  expect(line).toBe('P13.hub | hub start | 2.512 s (2.4–2.6) | — | — | ≤ 2 s | SHORT');
});
