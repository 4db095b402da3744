import { describe, expect, test } from 'vitest';
import { Scene } from '../domain/testing/scene.ts';
import { type HealthFacts, healthOf } from './health.ts';

const MINUTE = 60_000;
const kim = (on: Scene) => on.as('human:kim');

function scene(...agents: string[]): Scene {
  const made = new Scene();
  for (const id of agents) made.agent(id, { accepts: 'pull' });
  return made;
}
const health = (on: Scene, facts: Partial<HealthFacts> = {}) =>
  healthOf(on.replica, { at: on.at, storeFailing: false, flow: undefined, ...facts });
/** Score, word and each deduction with its points. */
const summary = (on: Scene, facts: Partial<HealthFacts> = {}) => {
  const { score, word, deductions } = health(on, facts);
  return [score, word, ...deductions.map(({ code, points, level }) => `${code} ${points} ${level}`)];
};
function create(
  on: Scene,
  n: number,
  more: { priority?: number; maxAttempts?: number; dependencies?: string[] } = {},
): void {
  for (let i = 0; i < n; i++) kim(on).call('task.create', { title: 'Some work', ...more });
}
/** So many agents that are lost with a lock each, beside others that are well. */
function lost(n: number, well: number): Scene {
  const ids = Array.from({ length: n + well }, (_, i) => `agent${i}`);
  const made = scene(...ids);
  for (const id of ids.slice(0, n)) {
    made.as(id).call('lock.claim', { paths: [id] });
    made.lose(id);
  }
  return made;
}

test('[HE1] with neither agents nor tasks there is nothing to say, never 100', () => {
  expect(summary(scene())).toEqual([null, null]);
  const left = scene('alice');
  left.as('alice').call('agent.leave', {});
  expect(summary(left)).toEqual([null, null]);
});

test('[HE1] nothing wrong is 100', () => {
  expect(summary(scene('alice'))).toEqual([100, 'HEALTHY']);
});

test.each([
  [1, 9, [96, 'WARNING', 'AGENT_LOST 4 warn']],
  [3, 7, [88, 'FAIL', 'AGENT_LOST 12 fail']],
  [2, 5, [92, 'WARNING', 'AGENT_LOST 8 warn']],
  [9, 21, [70, 'FAIL', 'AGENT_LOST 30 fail']],
])('[HE2] AGENT_LOST: %d of them beside %d', (n, well, expected) => {
  expect(summary(lost(n, well))).toEqual(expected);
});

test('[HE2] AGENT_LOST: not one that had nothing, and names those that had', () => {
  const made = scene('alice', 'bob', 'carol', 'dave', 'erin', 'fay', 'gus', 'hal');
  made.as('bob').call('lock.claim', { paths: ['b'] });
  made.lose('alice');
  made.lose('bob');
  expect(health(made).deductions).toMatchObject([{ code: 'AGENT_LOST', subjects: [{ kind: 'agent', id: 'bob' }] }]);
});

describe('CRIT_STUCK', () => {
  test('[HE3] a critical task without an owner or blocked for more than 5 min, 10 each, at most 30', () => {
    const made = scene('alice');
    create(made, 4, { priority: 1 });
    create(made, 1);
    made.pass(5 * MINUTE);
    expect(summary(made)).toEqual([100, 'HEALTHY']);
    made.pass(1);
    expect(summary(made)).toEqual([70, 'FAIL', 'CRIT_STUCK 30 fail']);
    made.as('alice').call('task.next', {});
    kim(made).call('task.cancel', { taskId: 'T-2', reason: 'no' });
    expect(summary(made)).toEqual([80, 'FAIL', 'CRIT_STUCK 20 fail']);
    made.as('alice').call('task.block', { taskId: 'T-1', attempt: 1, reason: 'no access' });
    made.pass(5 * MINUTE);
    expect(summary(made), 'it is stuck since then, not since it was made').toEqual([80, 'FAIL', 'CRIT_STUCK 20 fail']);
    made.pass(1);
    expect(summary(made)).toEqual([70, 'FAIL', 'CRIT_STUCK 30 fail']);
  });

  test('[HE3] not one that waits for work that goes on', () => {
    const made = scene('alice');
    create(made, 1);
    create(made, 3, { priority: 1, dependencies: ['T-1'] });
    made.as('alice').call('task.next', {});
    expect(summary(made.pass(20 * MINUTE))).toEqual([100, 'HEALTHY']);
  });
});

test('[HE4] TASK_FAILED: in the last hour, 2 each, at most 20', () => {
  const made = scene('alice');
  create(made, 11, { maxAttempts: 1 });
  for (let i = 1; i <= 11; i++) {
    made.as('alice').call('task.next', {});
    made.as('alice').call('task.fail', { taskId: `T-${i}`, attempt: 1, reason: 'x' });
  }
  expect(summary(made)).toEqual([80, 'WARNING', 'TASK_FAILED 20 warn']);
  expect(summary(made.pass(60 * MINUTE))).toEqual([100, 'HEALTHY']);
});

test.each([
  ['more in than out', { created: 5, finished: 4 }, 1, [90, 'WARNING', 'BACKLOG 10 warn']],
  ['as many out as in', { created: 4, finished: 4 }, 1, [100, 'HEALTHY']],
  ['more in than out, and nothing waits', { created: 5, finished: 4 }, 0, [100, 'HEALTHY']],
  ['not measured for so long yet', undefined, 1, [100, 'HEALTHY']],
])('[HE5] BACKLOG: %s', (_, flow, waiting, expected) => {
  const made = scene('alice');
  create(made, waiting);
  expect(summary(made, { flow })).toEqual(expected);
});

test('[HE6] ASK_LATE: 3 each, at most 15, until they are answered', () => {
  const made = scene('alice');
  for (let i = 0; i < 6; i++) made.as('alice').call('question.ask', { body: 'Which?' });
  expect(summary(made)).toEqual([100, 'HEALTHY']);
  made.pass(16 * MINUTE).sweep();
  expect(summary(made)).toEqual([85, 'WARNING', 'ASK_LATE 15 warn']);
  for (let i = 1; i <= 5; i++) kim(made).call('question.answer', { questionId: `Q-${i}`, body: 'That' });
  expect(summary(made)).toEqual([97, 'WARNING', 'ASK_LATE 3 warn']);
});

test('[HE7] LOCK_HOT: three wait for it, or somebody for more than 10 min', () => {
  const made = scene('alice', 'bob', 'carol', 'dave');
  const wait = (id: string, path: string) =>
    made.as(id).call('lock.claim', { paths: [path], waitMs: 3_600_000, ttlMs: 3_600_000 });
  wait('alice', 'a');
  wait('alice', 'b');
  for (const id of ['bob', 'carol']) wait(id, 'a');
  wait('bob', 'b');
  expect(summary(made)).toEqual([100, 'HEALTHY']);
  wait('dave', 'a');
  expect(summary(made)).toEqual([97, 'WARNING', 'LOCK_HOT 3 warn']);
  made.pass(10 * MINUTE + 1);
  expect(summary(made)).toEqual([94, 'WARNING', 'LOCK_HOT 6 warn']);
});

test('[HE8] HUB_STORE: writes fail, and that is worth saying even with nothing else there', () => {
  expect(summary(scene('alice'), { storeFailing: true })).toEqual([50, 'FAIL', 'HUB_STORE 50 fail']);
  expect(summary(scene(), { storeFailing: true })).toEqual([50, 'FAIL', 'HUB_STORE 50 fail']);
});

test('[HE1] more than two warnings are DEGRADED; the score never falls below 0', () => {
  const made = lost(2, 5);
  made.as('agent6').call('question.ask', { body: 'Which?' });
  create(made, 4, { priority: 1 });
  made.pass(16 * MINUTE).sweep();
  kim(made).call('task.cancel', { taskId: 'T-1', reason: 'x' });
  expect(summary(made, { flow: { created: 2, finished: 1 } }).slice(0, 2)).toEqual([49, 'FAIL']);
  for (const taskId of ['T-2', 'T-3', 'T-4']) kim(made).call('task.update', { taskId, priority: 2 });
  expect(summary(made, { flow: { created: 2, finished: 1 } })).toEqual([
    79,
    'DEGRADED',
    'AGENT_LOST 8 warn',
    'BACKLOG 10 warn',
    'ASK_LATE 3 warn',
  ]);
  expect(summary(allWrong(), { storeFailing: true, flow: { created: 2, finished: 1 } })[0]).toBe(0);
});

function allWrong(): Scene {
  const made = lost(9, 0);
  made.agent('alice', { accepts: 'pull' });
  create(made, 4, { priority: 1 });
  return made.pass(6 * MINUTE);
}

test('[HE2] AGENT_LOST: one of six is one of six, also after the other five went home', () => {
  const made = lost(1, 5);
  for (const { id, state } of made.replica.all('agent')) if (state !== 'lost') made.as(id).call('agent.leave', {});
  expect(summary(made)).toEqual([96, 'WARNING', 'AGENT_LOST 4 warn']);
});
