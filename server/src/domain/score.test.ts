import type { TaskRecord } from '@signalbox/shared/records/task';
import { describe, expect, test } from 'vitest';
import { pointsOf } from './score.ts';
import { Scene } from './testing/scene.ts';

const kim = (on: Scene) => on.as('human:kim');

/** One task of the agent's, done or failed. */
function work(
  on: Scene,
  id: string,
  { fails = false, minutes, estimate }: { fails?: boolean; minutes?: number; estimate?: number } = {},
): void {
  const { task } = kim(on).call('task.create', {
    title: 'x',
    maxAttempts: 1,
    ...(estimate && { estimatedMinutes: estimate }),
  });
  kim(on).call('task.assign', { taskId: task.id, agentId: id });
  const own = { taskId: task.id, attempt: 1 };
  on.as(id).call('task.start', own);
  on.pass((minutes ?? 1) * 60_000);
  if (fails) on.as(id).call('task.fail', { ...own, reason: 'x' });
  else on.as(id).call('task.complete', own);
}
const times = (n: number, act: () => void) => Array.from({ length: n }, act);
const scene = (...ids: string[]): Scene => {
  const made = new Scene();
  for (const id of ids) made.agent(id, { accepts: 'push' });
  return made;
};
const scoreOf = (on: Scene, id: string) => on.need('agent', id).score;

describe('the score', () => {
  test('[AG11] is null below five samples, and says how many there are', () => {
    const made = scene('alice');
    times(4, () => work(made, 'alice'));
    expect(scoreOf(made, 'alice')).toEqual({ value: null, n: 4 });
    work(made, 'alice');
    expect(scoreOf(made, 'alice')).toEqual({ value: 100, n: 5 });
  });

  test('[AG11] falls with failures and with time beyond the estimate, toward the mean of the fleet', () => {
    const made = scene('alice', 'bob');
    times(5, () => work(made, 'alice'));
    times(5, () => work(made, 'bob', { fails: true }));
    // Bob: 0 of 5, shrunk toward 500 ÷ 9 as it was before his fifth.
    expect(scoreOf(made, 'bob')).toEqual({ value: 27.8, n: 5 });
    const slow = scene('alice');
    times(5, () => work(slow, 'alice', { minutes: 40, estimate: 10 }));
    expect(scoreOf(slow, 'alice')).toEqual({ value: 85, n: 5 });
  });

  test('[AG11] a second try of one’s own, a rejected review and a loss count against', () => {
    const made = scene('alice');
    kim(made).call('task.create', { title: 'x', review: true });
    kim(made).call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    made.as('alice').call('task.start', { taskId: 'T-1', attempt: 1 });
    made.as('alice').call('task.submit', { taskId: 'T-1', attempt: 1, result: { summary: 'x' } });
    kim(made).call('task.reject', { taskId: 'T-1', reason: 'no tests' });
    kim(made).call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    made.as('alice').call('task.start', { taskId: 'T-1', attempt: 2 });
    made.as('alice').call('task.submit', { taskId: 'T-1', attempt: 2, result: { summary: 'x' } });
    kim(made).call('task.accept', { taskId: 'T-1' });
    expect(made.need('agent', 'alice')).toMatchObject({ points: 75, score: { n: 2 } });
    kim(made).call('task.create', { title: 'x' });
    kim(made).call('task.assign', { taskId: 'T-2', agentId: 'alice' });
    made.as('alice').call('task.start', { taskId: 'T-2', attempt: 1 });
    made.lose('alice');
    expect(made.need('agent', 'alice')).toMatchObject({ points: 75, score: { n: 3 } });
  });

  test('[AG11] outlives another process and leaving', () => {
    const made = scene('alice');
    times(5, () => work(made, 'alice'));
    kim(made).call('task.create', { title: 'x' });
    made.settle();
    made.as('alice').call('task.start', { taskId: 'T-6', attempt: 1 });
    made.as('alice').call('agent.leave', {});
    made.agent('alice', { instance: 'p2' });
    expect(scoreOf(made, 'alice')).toEqual({ value: 100, n: 5 });
    made.settle();
    made.as('alice').call('task.start', { taskId: 'T-6', attempt: 2 });
    made.agent('alice', { instance: 'p3', takeover: true });
    expect(scoreOf(made, 'alice')).toEqual({ value: 90.9, n: 6 });
  });

  test('[AS9] the better of two agents gets the task; a newcomer counts as the fleet’s mean', () => {
    const made = scene('alice', 'bob');
    times(5, () => work(made, 'alice', { fails: true }));
    times(6, () => work(made, 'bob'));
    const next = () => {
      const { task } = kim(made).call('task.create', { title: 'x' });
      made.settle();
      return made.task(task.id).assignee;
    };
    expect(scoreOf(made, 'alice').value).toBeLessThan(scoreOf(made, 'bob').value ?? 0);
    made.pass(1_000).agent('carol');
    expect([next(), next(), next()]).toEqual(['bob', 'carol', 'alice']);
  });
});

describe('tokens and cost', () => {
  const report = (on: Scene, tokens: number) =>
    on.as('alice').call('agent.heartbeat', { usage: { tokensIn: tokens, tokensOut: 1, costUsd: 0.1 } });

  test('[AG13] an attempt used what was reported between its start and its end', () => {
    const made = scene('alice');
    report(made, 1_000);
    kim(made).call('task.create', { title: 'x' });
    made.settle();
    made.as('alice').call('task.start', { taskId: 'T-1', attempt: 1 });
    report(made, 4_000);
    made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(made.task('T-1').attempts).toMatchObject([{ used: { tokensIn: 3_000, tokensOut: 0, costUsd: 0 } }]);
    expect(made.task('T-1').attempts[0]).not.toHaveProperty('usedBefore');
  });

  test.each([
    { title: 'with several tasks at once', maxTasks: 2, later: 4_000 },
    { title: 'when the totals started anew', maxTasks: 1, later: 10 },
  ])('[AG13] is not known $title', ({ maxTasks, later }) => {
    const made = new Scene();
    made.agent('alice', { maxTasks });
    report(made, 1_000);
    kim(made).call('task.create', { title: 'x' });
    made.settle();
    made.as('alice').call('task.start', { taskId: 'T-1', attempt: 1 });
    report(made, later);
    made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(made.task('T-1').attempts[0]).not.toHaveProperty('used');
  });
});

describe('what a completed task is worth', () => {
  type Attempt = TaskRecord['attempts'][number];
  const MINUTE = 60_000;
  const attempt = (number: number, agentId: string, more: Partial<Attempt> = {}): Attempt => ({
    attempt: number,
    agentId,
    at: 0,
    fromCheckpoint: false,
    ...more,
  });
  const failed = { outcome: 'failed', endedAt: 1 };
  const sentBack = { outcome: 'submitted', endedAt: 1 };

  test.each<[string, Attempt[], number]>([
    ['the first try', [attempt(1, 'alice')], 100],
    ['a try of its own had failed', [attempt(1, 'alice', failed), attempt(2, 'alice')], 75],
    ['two tries had failed', [attempt(1, 'alice', failed), attempt(2, 'alice', failed), attempt(3, 'alice')], 75],
    ['what it handed in was sent back', [attempt(1, 'alice', sentBack), attempt(2, 'alice')], 75],
    ['what it handed in was accepted', [attempt(1, 'alice', sentBack)], 100],
    ['somebody else had failed', [attempt(1, 'bob', failed), attempt(2, 'alice')], 100],
    ['somebody else’s was sent back', [attempt(1, 'bob', sentBack), attempt(2, 'alice')], 100],
    ['it had been lost with it', [attempt(1, 'alice', { outcome: 'lost' }), attempt(2, 'alice')], 100],
  ])('[AG11] without an estimate: %s', (_, attempts, points) => {
    const task = { attempts, attempt: attempts.length, startedAt: 0, estimatedMinutes: null } as TaskRecord;
    expect(pointsOf(task, 'alice', 10 * MINUTE)).toBe(points);
  });

  test.each<[string, Partial<TaskRecord>, number, number]>([
    ['in half the time', {}, 5, 100],
    ['in its time', {}, 10, 100],
    ['in twice its time', {}, 20, 90],
    ['in forty times', {}, 400, 81],
    ['accepted long after it was handed in', { attempts: [attempt(1, 'alice', { endedAt: 20 * MINUTE })] }, 900, 90],
    [
      'what ended before was another attempt',
      { attempts: [attempt(1, 'bob', { endedAt: 1 }), attempt(2, 'alice')], attempt: 2 },
      20,
      90,
    ],
    ['never said to be started', { startedAt: undefined }, 900, 100],
    ['done at once', { estimatedMinutes: 1 }, 0, 100],
  ])('[AG11] estimated at ten minutes, done %s', (_, more, minutes, points) => {
    const task = { attempts: [attempt(1, 'alice')], attempt: 1, startedAt: 0, estimatedMinutes: 10, ...more };
    expect(pointsOf(task as TaskRecord, 'alice', minutes * MINUTE)).toBe(points);
  });
});
