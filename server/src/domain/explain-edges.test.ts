import type { CommandInput } from '@signalbox/shared/commands';
import type { AgentProfile } from '@signalbox/shared/records/agent';
import { describe, expect, test } from 'vitest';
import { explainTask } from './explain.ts';
import { decideStalled } from './stalled.ts';
import { HUB, Scene } from './testing/scene.ts';

type Fields = Partial<CommandInput<'task.create'>>;
const kim = (on: Scene) => on.as('human:kim');
/** `because` of every step, what to do, and how many go on. */
function explain(on: Scene, taskId: string) {
  const { chain, action, frees } = explainTask(on.replica, on.task(taskId), on.clock);
  return { because: chain.map((step) => step.because), action, frees };
}
function scene(agents: Record<string, Partial<AgentProfile>>, ...tasks: Fields[]): Scene {
  const made = new Scene();
  for (const [id, profile] of Object.entries(agents)) made.agent(id, profile);
  for (const fields of tasks) kim(made).call('task.create', { title: 'Some work', ...fields });
  return made;
}
function start(on: Scene, agentId: string, taskId: string): void {
  kim(on).call('task.assign', { taskId, agentId });
  on.as(agentId).call('task.start', { taskId, attempt: on.task(taskId).attempt });
}
const tell = (on: Scene, to: string | string[], action: 'pause' | 'drain') =>
  kim(on).call('directive.send', { to, action });
const crowd = (count: number): Record<string, Partial<AgentProfile>> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, {}]));

describe('what stands in the way', () => {
  test('[EX1] a claim that waits for nothing any more is granted in a moment', () => {
    const made = scene({ alice: {}, bob: {} }, {});
    start(made, 'bob', 'T-1');
    made.as('alice').call('lock.claim', { paths: ['a.ts'] });
    made.as('bob').call('lock.claim', { paths: ['a.ts'], waitMs: 60_000 });
    made.as('alice').call('lock.release', { lockId: 'L-1', fence: made.need('lock', 'L-1').fence });
    expect(explain(made, 'T-1')).toEqual({
      because: ['T-1 is with bob', 'bob waits for a lock', 'L-2 is free'],
      action: 'Wait a moment: it is granted.',
      frees: 1,
    });
  });

  test('[EX1] a claim behind a claim that waits for something else', () => {
    const made = scene({ alice: {}, bob: {}, carol: {} }, {}, {}, {});
    for (const [id, taskId] of [
      ['alice', 'T-1'],
      ['bob', 'T-2'],
      ['carol', 'T-3'],
    ] as const)
      start(made, id, taskId);
    made.as('alice').call('lock.claim', { paths: ['a.ts'] });
    made.as('bob').call('lock.claim', { paths: ['a.ts', 'b.ts'], waitMs: 60_000 });
    made.as('carol').call('lock.claim', { paths: ['b.ts'], waitMs: 60_000 });
    expect(explain(made, 'T-3')).toMatchObject({
      because: [
        'T-3 is with carol',
        'carol waits for a lock',
        'the claim L-3 stands behind L-2',
        'the claim L-2 stands behind L-1',
        'L-1 (a.ts) is held by alice',
        'alice is working on T-1 (0 %)',
      ],
      action: 'Wait until alice releases L-1.',
    });
  });

  test('[EX1] of a lock on many paths the first three are named', () => {
    const made = scene({ alice: {}, bob: { accepts: 'none' } }, { files: ['d.ts'] });
    made.as('bob').call('lock.claim', { paths: ['a.ts', 'b.ts', 'c.ts', 'd.ts'] });
    expect(explain(made, 'T-1').because).toContain('L-1 (a.ts, b.ts, c.ts) is held by bob');
  });

  test('[EX1] a lock of who was evicted without it', () => {
    const made = scene({ alice: {}, bob: {} }, { files: ['a.ts'] });
    made.as('bob').call('lock.claim', { paths: ['a.ts'], ttlMs: 60_000 });
    kim(made).call('agent.evict', { agentId: 'bob', reason: 'x', releaseLocks: false });
    expect(explain(made, 'T-1')).toEqual({
      because: ['files of T-1 are locked', 'L-1 (a.ts) is held by bob', 'bob is left; its lease ends in 61 s'],
      action: 'Make sure that bob is gone, then release L-1 by force.',
      frees: 1,
    });
  });

  test('[EX1] a lock of who shows no sign of work', () => {
    const made = scene({ alice: {}, bob: {} }, {}, { files: ['a.ts'] });
    start(made, 'bob', 'T-1');
    made.as('bob').call('lock.claim', { paths: ['a.ts'], ttlMs: 3_600_000 });
    made.pass(1_800_000).decide(HUB, decideStalled, {});
    expect(explain(made, 'T-2')).toMatchObject({
      because: ['files of T-2 are locked', 'L-1 (a.ts) is held by bob', 'bob shows no sign of work'],
      action: 'Ask bob what it does, or release L-1 by force.',
    });
  });

  test('[EX1] who had it and was lost is no reason any more when it is back', () => {
    const made = scene({ alice: {}, bob: { accepts: 'none' } }, { files: ['a.ts'] });
    made.as('bob').call('lock.claim', { paths: ['a.ts'] });
    start(made, 'alice', 'T-1');
    made.lose('alice');
    expect(explain(made, 'T-1').because[0]).toBe('no agent is connected and alice, who had it, is lost');
    made.agent('alice');
    expect(explain(made, 'T-1').because[0]).toBe('files of T-1 are locked');
  });
});

describe('who could do it', () => {
  test('[EX1] all skills that nobody has are named', () => {
    const made = scene({ alice: {} }, { requires: ['rust', 'sql'] });
    expect(explain(made, 'T-1')).toMatchObject({
      because: ['nobody can rust, sql'],
      action: 'Start an agent that can rust, sql.',
    });
  });

  test.each([
    [5, 'a0, a1, a2, a3, a4'],
    [6, 'a0, a1, a2, a3, a4 and 1 more'],
    [8, 'a0, a1, a2, a3, a4 and 3 more'],
  ])('[EX1] of %d who are held back are named: %s', (count, named) => {
    const made = scene(crowd(count), {});
    tell(made, 'all', 'pause');
    expect(explain(made, 'T-1').action).toBe(`Resume ${named}.`);
  });

  test('[EX1] paused or draining: a person holds them back', () => {
    const made = scene(crowd(2), {});
    tell(made, 'a0', 'pause');
    tell(made, 'a1', 'drain');
    expect(explain(made, 'T-1')).toMatchObject({
      because: ['all who could do T-1 are held back by a person'],
      action: 'Resume a0, a1.',
    });
  });

  test.each([
    [1, '0 tasks are'],
    [2, '1 task is'],
    [3, '2 tasks are'],
  ])('[EX1] all are busy, the one that is no. %d in line: %s before it', (place, before) => {
    const made = scene({ a0: { capabilities: ['sql'] }, a1: {} }, {}, {});
    for (const n of [0, 1]) start(made, `a${n}`, `T-${n + 1}`);
    for (let n = 0; n < 3; n++) kim(made).call('task.create', { title: 'One more' });
    expect(explain(made, `T-${place + 2}`).because).toEqual([
      `all who could do T-${place + 2} are busy, and ${before} before it in line`,
    ]);
  });

  test('[EX1] some ask, and a person holds the others back in different ways', () => {
    const made = scene({ ...crowd(2), a2: { accepts: 'pull' }, a3: { accepts: 'pull' } }, {});
    tell(made, 'a0', 'pause');
    tell(made, 'a1', 'drain');
    expect(explain(made, 'T-1')).toMatchObject({
      because: [
        'of those who could do T-1, 2 have to ask for work, 1 is paused, 1 is draining, and 0 tasks are before it in line',
      ],
      action: 'Resume a0, a1, or let a2, a3 ask for work.',
    });
  });

  test('[EX1] one is busy and one has to ask', () => {
    const made = scene({ alice: {}, bob: { accepts: 'pull' } }, {}, {});
    start(made, 'alice', 'T-1');
    expect(explain(made, 'T-2')).toMatchObject({
      because: ['of those who could do T-2, 1 is busy, 1 has to ask for work, and 0 tasks are before it in line'],
      action: 'Let bob ask for work, wait until one of the others is done, or start another agent.',
    });
  });
});

test('[EX1] what waits for something that is done, too, goes on', () => {
  const made = scene({ alice: {} }, {}, { requires: ['rust'] }, { dependencies: ['T-1', 'T-2'] });
  start(made, 'alice', 'T-1');
  expect(explain(made, 'T-2').frees).toBe(1);
  made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
  expect(explain(made, 'T-2').frees).toBe(2);
});
