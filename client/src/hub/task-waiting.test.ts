import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { describe, expect, test } from 'vitest';
import { agent, lock, task } from '../testing/records.ts';
import { plainSentence, type Surroundings, whyNotMoving } from './task-waiting.ts';

const LOCK: LockRecord = { ...lock('L-1', 'alice', ['src/auth/**']), expiresClock: 41_000 };

interface Around {
  tasks?: TaskRecord[];
  agents?: AgentRecord[];
  locks?: LockRecord[];
  waiters?: WaiterRecord[];
  clock?: number | null;
}

function around({ tasks = [], agents = [], locks = [], waiters = [], clock = 0 }: Around = {}): Surroundings {
  const by =
    <T extends { id: string }>(records: T[]) =>
    (id: string) =>
      records.find((record) => record.id === id);
  return {
    task: by(tasks),
    agent: by(agents),
    lock: by(locks),
    waiter: by(waiters),
    untilClock: (at) => (clock === null ? null : at - clock),
  };
}
const why = (said: Partial<TaskRecord>, what?: Around) => {
  const sentence = whyNotMoving(task('T-1', said), around(what));
  return sentence === null ? null : plainSentence(sentence);
};

describe('a pending task', () => {
  test('names every dependency that is not done, and how far it is', () => {
    const tasks = [
      task('T-2', { status: 'in_progress', progress: 40, assignee: 'bob' }),
      task('T-3', { status: 'completed' }),
      task('T-4'),
    ];
    const text = why(
      { dependencies: ['T-2', 'T-3', 'T-4', 'T-5'], waiting: { code: 'DEPENDENCY', on: 'T-2' } },
      { tasks },
    );
    expect(text).toBe('Waits for T-2 (40 %, bob), T-4 (pending), T-5 (not known here).');
  });

  test('names the lock, its holder and what is left of the lease', () => {
    expect(why({ waiting: { code: 'LOCK', on: 'L-1' } }, { locks: [LOCK] })).toBe(
      'Waits for L-1 on src/auth/**, held by alice, lease 41 s left.',
    );
    expect(why({ waiting: { code: 'LOCK', on: 'L-9' } })).toBe('Waits for files that are held: L-9.');
  });

  test('tells nobody able from nobody free', () => {
    expect(why({ requires: ['rust', 'wasm'], waiting: { code: 'NO_AGENT', on: 'rust, wasm' } })).toBe(
      'No agent here can do: rust, wasm.',
    );
    expect(why({ waiting: { code: 'NO_AGENT', on: 'all who could are busy' } })).toBe(
      'Nobody is free: all who could are busy.',
    );
  });

  test('counts down to the next try and gives the last reason', () => {
    const said: Partial<TaskRecord> = {
      failures: 1,
      notBeforeClock: 95_000,
      reason: 'no compiler',
      waiting: { code: 'BACKOFF', on: '2 s' },
    };
    expect(why(said)).toBe('The next try is in 1 m 35 s, after 1 of 3 failures: no compiler');
    expect(why(said, { clock: 95_000 })).toBe('The next try is due now, after 1 of 3 failures: no compiler');
    expect(why(said, { clock: null })).toBe('The next try is delayed, after 1 of 3 failures: no compiler');
  });

  test('that was given out says so until it is started', () => {
    expect(why({ assignee: 'bob', startByClock: 30_000 })).toBe(
      'Given to bob, not started yet; taken back in 30 s if it does not start.',
    );
  });

  test('without any reason is ready', () => {
    expect(why({})).toBe('Ready; waits to be given out.');
  });
});

describe('a task in progress', () => {
  const running = (said: Partial<AgentRecord>, what: Around = {}) =>
    why({ status: 'in_progress', assignee: 'alice' }, { agents: [agent('alice', said)], ...what });

  test('is moving while its agent works', () => {
    expect(running({ state: 'working' })).toBeNull();
  });
  test('is held up by an agent that asks, waits, is paused or is lost', () => {
    expect(running({ state: 'asking', waitingFor: { kind: 'question', id: 'Q-1' } })).toBe(
      'alice waits for your answer to Q-1.',
    );
    expect(running({ state: 'asking', waitingFor: { kind: 'lock', id: 'L-2' } })).toBe('alice waits for your answer.');
    expect(running({ state: 'paused' })).toBe('alice is paused.');
    expect(running({ state: 'lost' })).toBe('alice is lost; the task goes back to the queue.');
  });
  test('names the lock in the way, not the claim of its own agent', () => {
    const waiter: WaiterRecord = {
      kind: 'waiter',
      id: 'L-2',
      rev: 1,
      paths: ['src/a.ts'],
      mode: 'exclusive',
      agentId: 'alice',
      since: 1,
      ttlMs: 1,
      waitClock: 1,
      blockedBy: ['L-1'],
    };
    const said: Partial<AgentRecord> = { state: 'waiting', waitingFor: { kind: 'lock', id: 'L-2' } };
    expect(running(said, { waiters: [waiter], locks: [{ ...LOCK, holder: 'bob' }] })).toBe(
      'alice waits for L-1 on src/auth/**, held by bob, lease 41 s left.',
    );
    expect(running(said, { waiters: [waiter] })).toBe('alice waits in line for src/a.ts with L-2.');
  });
});

describe('a task that stands', () => {
  test('blocked: by the dependency that died, by lost agents, or by what its agent said', () => {
    const tasks = [task('T-2', { status: 'failed' })];
    expect(why({ status: 'blocked', dependencies: ['T-2'], reason: 'x' }, { tasks })).toBe(
      'It needs T-2, which failed.',
    );
    expect(why({ status: 'blocked', losses: 3 })).toBe('3 agents in a row were lost on it.');
    expect(why({ status: 'blocked', reason: 'no access to the API' })).toBe('no access to the API');
  });
  test('failed and cancelled give the reason, completed needs none', () => {
    expect(why({ status: 'failed', failures: 3, reason: 'tests fail' })).toBe('Failed 3 of 3 times: tests fail');
    expect(why({ status: 'cancelled', reason: 'not needed' })).toBe('Cancelled: not needed');
    expect(why({ status: 'completed' })).toBeNull();
  });
});

test('what agents named is shown with what could deceive', () => {
  const held = { ...LOCK, paths: ['src/a\u202e'] };
  expect(why({ waiting: { code: 'LOCK', on: 'L-1' } }, { locks: [held] })).toContain('on src/a‹U+202E›, held by alice');
  expect(why({ waiting: { code: 'LOCK', on: 'src/a\u202e' } })).toBe('Waits for files that are held: src/a‹U+202E›.');
  const requires = ['gpu\u202e'];
  expect(why({ requires, waiting: { code: 'NO_AGENT', on: 'gpu\u202e' } })).toBe('No agent here can do: gpu‹U+202E›.');
  expect(why({ waiting: { code: 'NO_AGENT', on: 'gpu\u202e' } })).toBe('Nobody is free: gpu‹U+202E›.');
  expect(why({ waiting: { code: 'PAUSED', on: 'gpu\u202e' } })).toBe('All who could do it are paused: gpu‹U+202E›.');
});
