import { expect, test } from 'vitest';
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
