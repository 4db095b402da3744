import { describe, expect, test } from 'vitest';
import { taskStats } from './task-stats.ts';
import { Scene } from './testing/scene.ts';

const HOUR = 3_600_000;
const NONE = { pending: 0, in_progress: 0, needs_review: 0, completed: 0, blocked: 0, failed: 0, cancelled: 0 };

test('[TK19] counts, what got done, what took longest and what was used, of all or of one agent', () => {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull' });
  const kim = made.as('human:kim');
  const work = (id: string, ms: number) => {
    const { task } = kim.call('task.create', { title: `by ${id}` });
    made.as(id).call('task.next', {});
    made.as(id).call('agent.heartbeat', { usage: { tokensIn: made.seq, tokensOut: 0, costUsd: 1 } });
    made.pass(ms).as(id).call('task.complete', { taskId: task.id, attempt: 1 });
  };
  for (let n = 1; n <= 12; n++) work('alice', n * 60_000);
  made.pass(30 * HOUR);
  work('bob', 2 * HOUR);
  made.pass(2 * HOUR);
  work('bob', 3 * HOUR);
  kim.call('task.create', { title: 'running' });
  made.as('bob').call('task.next', {});
  made.pass(5_000);
  kim.call('task.create', { title: 'open' });
  const all = taskStats(made.replica, { agentId: undefined, at: made.at });
  expect(all).toMatchObject({
    counts: { ...NONE, pending: 1, in_progress: 1, completed: 14 },
    completed: { lastHour: 1, last24h: 2 },
    longestRunning: [{ taskId: 'T-15', assignee: 'bob', startedAt: made.at - 5_000 }],
    agents: [{ agentId: 'alice' }, { agentId: 'bob', doneLast24h: 2 }],
    usage: { costUsd: 2 },
  });
  const hours = [3, 2, ...[12, 11, 10, 9, 8, 7, 6, 5].map((minutes) => minutes / 60)];
  expect(all.longestFinished.map(({ tookMs }) => tookMs)).toEqual(hours.map((of) => of * HOUR));
  expect(all.longestFinished[0]).toMatchObject({ title: 'by bob', used: { costUsd: 0 } });
  kim.call('task.cancel', { taskId: 'T-15', reason: 'not needed' });
  const less = taskStats(made.replica, { agentId: undefined, at: made.at });
  expect([less.counts.cancelled, less.longestFinished]).toEqual([1, all.longestFinished]);
  const bob = taskStats(made.replica, { agentId: 'bob', at: made.at });
  expect(bob).toMatchObject({ counts: { ...NONE, completed: 2 }, usage: { costUsd: 1 } });
  expect(bob.longestFinished).toHaveLength(2);
  expect(bob.agents).toHaveLength(1);
});

/** What alice did, each for so long, one after the other; then `at`, when the statistics are asked for. */
function done(...tookMs: number[]): Scene {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull' });
  for (const ms of tookMs) {
    const taskId = begin(made);
    made.pass(ms).as('alice').call('task.complete', { taskId, attempt: 1 });
  }
  return made;
}
function begin(on: Scene): string {
  const { task } = on.as('human:kim').call('task.create', { title: 'Some work', maxAttempts: 1 });
  on.as('alice').call('task.next', {});
  return task.id;
}
const stats = (on: Scene) => taskStats(on.replica, { agentId: undefined, at: on.at });

describe('what took longest', () => {
  test('[TK19] the longest first, in whatever order it was done', () => {
    const took = [5, 12, 3, 8, 1, 11, 9, 2, 10, 7, 4, 6];
    const { longestFinished } = stats(done(...took));
    expect(longestFinished.map(({ tookMs }) => tookMs)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  });

  test('[TK19] of those that took equally long the first', () => {
    const { longestFinished } = stats(done(...Array.from({ length: 12 }, () => 60_000)));
    expect(longestFinished.map(({ taskId }) => taskId)).toEqual(Array.from({ length: 10 }, (_, n) => `T-${n + 1}`));
  });

  test.each<[string, (on: Scene, taskId: string) => unknown]>([
    ['was cancelled', (on, taskId) => on.as('human:kim').call('task.cancel', { taskId, reason: 'x' })],
    ['failed', (on, taskId) => on.as('alice').call('task.fail', { taskId, attempt: 1, reason: 'x' })],
    [
      'waits for a review',
      (on, taskId) => on.as('alice').call('task.submit', { taskId, attempt: 1, result: { summary: 'x' } }),
    ],
    ['is blocked', (on, taskId) => on.as('alice').call('task.block', { taskId, attempt: 1, reason: 'x' })],
  ])('[TK19] says nothing of what %s', (_, end) => {
    const made = done(1_000);
    const taskId = begin(made);
    end(made.pass(HOUR - 1), taskId);
    expect(stats(made)).toMatchObject({ longestFinished: [{ taskId: 'T-1' }], completed: { lastHour: 1, last24h: 1 } });
    expect([stats(made).longestFinished.length, stats(made).longestRunning]).toEqual([1, []]);
  });
});

test.each([
  [HOUR - 1, 1, 1],
  [HOUR, 0, 1],
  [24 * HOUR - 1, 0, 1],
  [24 * HOUR, 0, 0],
])('[TK19] what was done %d ms ago is of the last hour: %d, of the last day: %d', (ms, lastHour, last24h) => {
  expect(stats(done(1_000).pass(ms)).completed).toEqual({ lastHour, last24h });
});

describe('what was used', () => {
  const usage = (tokensIn: number, tokensOut: number, costUsd: number) => ({ tokensIn, tokensOut, costUsd });
  const report = (on: Scene, id: string, used: ReturnType<typeof usage>) =>
    on.as(id).call('agent.heartbeat', { usage: used });

  test('[TK19] is the sum of what agents have reported, and nothing is said of those that have not', () => {
    const made = new Scene();
    for (const id of ['alice', 'bob', 'carol']) made.agent(id);
    report(made, 'alice', usage(1, 20, 0.5));
    report(made, 'bob', usage(300, 4_000, 0.25));
    const score = { value: null, n: 0 };
    expect(stats(made)).toMatchObject({ usage: usage(301, 4_020, 0.75) });
    expect(stats(made).agents).toStrictEqual([
      { agentId: 'alice', doneLast24h: 0, score, usage: usage(1, 20, 0.5) },
      { agentId: 'bob', doneLast24h: 0, score, usage: usage(300, 4_000, 0.25) },
      { agentId: 'carol', doneLast24h: 0, score },
    ]);
    const bob = taskStats(made.replica, { agentId: 'bob', at: made.at });
    expect([bob.agents.map(({ agentId }) => agentId), bob.usage]).toEqual([['bob'], usage(300, 4_000, 0.25)]);
  });

  test('[TK19] by a task is what its agent reported meanwhile, of all tries; unknown without a report', () => {
    const made = new Scene();
    made.agent('alice', { accepts: 'pull' });
    const taskId = begin(made);
    made.as('alice').call('task.complete', { taskId, attempt: 1 });
    report(made, 'alice', usage(100, 10, 0.1));
    made.as('human:kim').call('task.create', { title: 'Twice' });
    const take = (used: ReturnType<typeof usage>) => {
      made.as('alice').call('task.next', {});
      report(made, 'alice', used);
      return made.pass(5_000).as('alice');
    };
    take(usage(150, 30, 0.3)).call('task.fail', { taskId: 'T-2', attempt: 1, reason: 'x' });
    made.pass(60_000).sweep();
    take(usage(157, 33, 0.3)).call('task.complete', { taskId: 'T-2', attempt: 2 });
    const [twice, first] = stats(made).longestFinished;
    expect(twice).toMatchObject({ taskId: 'T-2', used: usage(57, 23, 0.2) });
    expect(first).toStrictEqual({ taskId: 'T-1', title: 'Some work', assignee: 'alice', tookMs: 0 });
  });

  test('[TK19] by a task is unknown when the totals started anew meanwhile, and of an agent with several at once', () => {
    const made = done();
    report(made, 'alice', usage(100, 10, 0.1));
    const taskId = begin(made);
    report(made, 'alice', usage(100, 9, 0.1));
    made.as('alice').call('task.complete', { taskId, attempt: 1 });
    made.agent('bob', { accepts: 'pull', maxTasks: 2 });
    made.as('human:kim').call('task.create', { title: 'x' });
    made.as('bob').call('task.next', {});
    report(made, 'bob', usage(1, 1, 1));
    made.as('bob').call('task.complete', { taskId: 'T-2', attempt: 1 });
    expect(stats(made).longestFinished.map((task) => 'used' in task)).toEqual([false, false]);
  });
});

test('[TK19] what several attempts have cost is a sum without a tail', () => {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull' });
  made.as('human:kim').call('task.create', { title: 'twice' });
  const spent = (costUsd: number) =>
    made.as('alice').call('agent.heartbeat', { usage: { tokensIn: 0, tokensOut: 0, costUsd } });
  made.as('alice').call('task.next', {});
  spent(0.1);
  made.as('alice').call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'again' });
  made.as('human:kim').call('task.assign', { taskId: 'T-1', agentId: 'alice' });
  made.as('alice').call('task.start', { taskId: 'T-1', attempt: 2 });
  spent(0.3);
  made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 2 });
  expect(taskStats(made.replica, { agentId: undefined, at: made.at }).longestFinished).toMatchObject([
    { used: { costUsd: 0.3 } },
  ]);
});
