import { describe, expect, test } from 'vitest';
import { attemptOutcome, attemptTook, offeredActions } from './task-facts.ts';

describe('actions', () => {
  test('offers what the hub would do in this status', () => {
    expect(offeredActions({ status: 'failed' })).toEqual(['task.retry', 'task.cancel']);
    expect(offeredActions({ status: 'completed' })).toEqual([]);
    expect(offeredActions({ status: 'blocked' })).toContain('task.unblock');
  });
  test('offers no assigning and no unblocking while a dependency stands in the way', () => {
    const waiting = { code: 'DEPENDENCY', on: 'T-2' } as const;
    expect(offeredActions({ status: 'pending', waiting })).toEqual(['task.cancel']);
    expect(offeredActions({ status: 'blocked', waiting })).toEqual(['task.cancel']);
  });
});

describe('an attempt', () => {
  const attempt = { attempt: 1, agentId: 'alice', at: 1_000, fromCheckpoint: false };
  test('under way says how long so far, and nothing while the time is unknown', () => {
    expect(attemptTook(attempt, 181_000)).toBe('3 m so far');
    expect(attemptTook(attempt, 0)).toBe('—');
    expect(attemptOutcome(attempt)).toBe('under way');
  });
  test('over says how it ended', () => {
    const over = { ...attempt, endedAt: 61_000, outcome: 'not started' };
    expect(attemptTook(over, 999_000)).toBe('1 m');
    expect(attemptOutcome(over)).toBe('not started');
    expect(attemptOutcome({ ...attempt, endedAt: 61_000 })).toBe('—');
  });
});
