import { expect, test } from 'vitest';
import { agent } from '../../testing/records.ts';
import { activityLine, clientLine, heartbeatRule, processLine, scoreLine, usageLine } from './agent-facts.ts';

test('an activity in one line, and a dash while nothing was said', () => {
  expect(activityLine({ doing: 'run tests', step: 3, total: 7, next: 'lint' })).toBe('[3/7] run tests — next: lint');
  expect(activityLine({ doing: 'reading' })).toBe('reading');
  expect(activityLine(undefined)).toBe('—');
});

test('late and lost follow the pace of the agent itself', () => {
  expect(heartbeatRule(15_000)).toBe('every 15 s; late after 22 s, lost after 45 s');
  expect(heartbeatRule(60_000)).toBe('every 1 m; late after 1 m 30 s, lost after 3 m');
});

test('a score of a few tasks is not shown as one', () => {
  expect(scoreLine({ value: null, n: 0 })).toBe('—');
  expect(scoreLine({ value: 90, n: 4 })).toBe('— (only 4 finished)');
  expect(scoreLine({ value: 90, n: 41 })).toBe('90 (of 41 finished)');
});

test('what was not reported is a dash, never a zero', () => {
  expect(usageLine(undefined)).toBe('— (not reported)');
  expect(usageLine({ tokensIn: 0, tokensOut: 0, costUsd: 0 })).toBe('0 in, 0 out, $0.00 since it started');
  expect(clientLine(agent('alice'))).toBe('—');
  expect(processLine(agent('alice'))).toBe('—');
  expect(processLine(agent('alice', { host: 'build-7', pid: 41 }))).toBe('build-7, pid 41');
});
