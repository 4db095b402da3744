import type { CommandInput } from '@signalbox/shared/commands';
import { isRefusal } from '@signalbox/shared/errors';
import type { AgentProfile } from '@signalbox/shared/records/agent';
import { CLOCK_MARGIN_MS, START_WITHIN_MS } from '@signalbox/shared/time';
import { describe, expect, test } from 'vitest';
import { decideAssignments, REASONS_KEPT } from './assignment.ts';
import { AGING_STEP_MS } from './market.ts';
import { HUB, Scene } from './testing/scene.ts';

type Fields = Partial<CommandInput<'task.create'>>;

function scene(agents: Record<string, Partial<AgentProfile>>, tasks: Fields[] = []): Scene {
  const made = new Scene();
  for (const [id, profile] of Object.entries(agents)) made.agent(id, profile);
  create(made, tasks);
  return made;
}
function create(on: Scene, tasks: Fields[]): void {
  for (const fields of tasks) on.as('human:kim').call('task.create', { title: 'Some work', ...fields });
}
/** Who has what: `T-1 alice`, or why nobody has it. */
const given = (on: Scene) =>
  on.replica.all('task').map(({ id, assignee, waiting }) => `${id} ${assignee ?? `${waiting?.code} ${waiting?.on}`}`);

describe('who gets what', () => {
  test.each<{ title: string; agents: Record<string, Partial<AgentProfile>>; tasks: Fields[]; expected: string[] }>([
    {
      title: 'only who has every required capability',
      agents: { alice: { capabilities: ['sql'] }, bob: { capabilities: ['sql', 'rust'] } },
      tasks: [{ requires: ['rust', 'sql'] }],
      expected: ['T-1 bob'],
    },
    {
      title: 'critical first, then the oldest',
      agents: { alice: {} },
      tasks: [{ priority: 4 }, { priority: 1 }, { priority: 1 }],
      expected: ['T-1 NO_AGENT all who could are busy', 'T-2 alice', 'T-3 NO_AGENT all who could are busy'],
    },
    {
      title: 'the least loaded, by share of what it takes',
      agents: { alice: { maxTasks: 2 }, bob: { maxTasks: 3 } },
      tasks: [{}, {}, {}, {}, {}],
      expected: ['T-1 alice', 'T-2 bob', 'T-3 bob', 'T-4 alice', 'T-5 bob'],
    },
    {
      title: 'whoever has the fewest other skills, to keep the others free',
      agents: { alice: { capabilities: ['sql', 'rust'] }, bob: { capabilities: ['sql'] } },
      tasks: [{ requires: ['sql'] }],
      expected: ['T-1 bob'],
    },
    { title: 'the smaller id, all else equal', agents: { bob: {}, alice: {} }, tasks: [{}], expected: ['T-1 alice'] },
    {
      title: 'nobody who pulls or takes none',
      agents: { alice: { accepts: 'pull' }, bob: { accepts: 'none' } },
      tasks: [{}],
      expected: ['T-1 NO_AGENT whoever could takes work only when it asks: alice'],
    },
    {
      title: 'rather somebody without overlapping work under way with another',
      agents: { alice: { maxTasks: 2 }, bob: {}, carol: { capabilities: ['sql'] } },
      tasks: [{ files: ['src/'], requires: ['sql'] }, { files: ['src/a.ts'] }],
      expected: ['T-1 carol', 'T-2 alice'],
    },
    {
      title: 'the agent that has the overlapping work itself',
      agents: { alice: { maxTasks: 9 }, bob: {} },
      tasks: [{ files: ['src/'] }, { files: ['src/a.ts'] }],
      expected: ['T-1 alice', 'T-2 alice'],
    },
  ])('[AS1] $title', ({ agents, tasks, expected }) => {
    const made = scene(agents, tasks);
    made.settle();
    expect(given(made)).toEqual(expected);
  });

  test('[AS1] the longest idle first', () => {
    const made = scene({ alice: {} });
    made.pass(1_000).agent('bob');
    made.pass(1_000).as('alice').call('question.ask', { body: 'Which?' });
    made.as('alice').call('question.withdraw', { questionId: 'Q-1' });
    create(made, [{}]);
    made.settle();
    expect(given(made)).toEqual(['T-1 bob']);
  });

  test('[AS1] assigning is a new attempt with a minute to start, not more than 50 at a time', () => {
    const made = scene({ alice: { maxTasks: 100 } }, Array<Fields>(100).fill({}));
    const before = made.log.length;
    made.settle();
    expect(made.task('T-1')).toMatchObject({ status: 'pending', attempt: 1, startByClock: made.clock + 60_750 });
    expect(made.log.slice(before).map(({ changes }) => changes.filter(({ kind }) => kind === 'task').length)).toEqual([
      50, 50,
    ]);
    expect(made.need('agent', 'alice').taskIds).toHaveLength(100);
  });

  test('[AS1] gives nothing to the paused, late, lost or left, and none to anybody before its time', () => {
    const made = scene({ alice: {}, bob: {}, carol: {}, dave: {} });
    made.as('human:kim').call('directive.send', { to: 'alice', action: 'pause' });
    made.presence('bob', 'late');
    made.lose('carol');
    made.as('dave').call('agent.leave', {});
    create(made, [{}]);
    made.settle();
    expect(given(made)).toEqual(['T-1 NO_AGENT all who could are away or paused']);
  });

  test('[AS2] a task whose files somebody else has locked goes to the holder, or waits', () => {
    const made = scene({ alice: {}, bob: {} });
    made.as('bob').call('lock.claim', { paths: ['src/'] });
    create(made, [{ files: ['src/a.ts'] }, { files: ['src/b.ts'] }, { files: ['docs/'] }]);
    made.settle();
    expect(given(made)).toEqual(['T-1 bob', 'T-2 LOCK L-1', 'T-3 alice']);
    made.as('human:kim').call('directive.send', { to: 'bob', action: 'pause' });
    made.settle();
    expect(given(made)[1]).toBe('T-2 LOCK L-1');
    made.as('human:kim').call('directive.send', { to: 'bob', action: 'resume' });
    made.as('bob').call('task.start', { taskId: 'T-1', attempt: 1 });
    made.as('bob').call('task.complete', { taskId: 'T-1', attempt: 1 });
    made.settle();
    expect(given(made)[1]).toBe('T-2 bob');
  });

  test('[AS1] whoever had failed it may try again; who was given it and did not start comes last', () => {
    // Alice has fewer other skills, so she comes first.
    const made = scene({ alice: {}, bob: { capabilities: ['sql'] } }, [{}]);
    made.settle();
    made.as('alice').call('task.start', { taskId: 'T-1', attempt: 1 });
    made.as('alice').call('task.fail', { taskId: 'T-1', attempt: 1, reason: 'x' });
    made.pass(60_000).sweep();
    expect(made.task('T-1')).toMatchObject({ assignee: 'alice', attempt: 2 });
    made.pass(START_WITHIN_MS + CLOCK_MARGIN_MS).sweep();
    expect(made.task('T-1')).toMatchObject({ assignee: 'bob', attempt: 3 });
  });

  test('[AS1] of two with overlapping work under way neither is meant: the least loaded gets it', () => {
    const made = scene({ alice: { maxTasks: 9 }, bob: { maxTasks: 9 }, carol: { maxTasks: 9 } });
    create(made, [{ files: ['src/a.ts'] }, { files: ['src/b.ts'] }]);
    made.as('human:kim').call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    made.as('human:kim').call('task.assign', { taskId: 'T-2', agentId: 'bob' });
    create(made, [{ files: ['src/'] }]);
    made.settle();
    expect(given(made)[2]).toBe('T-3 carol');
  });

  test('[AS4] of five hundred that are locked the one behind is found, of more it is not looked for', () => {
    for (const [locked, found] of [
      [499, 'T-500'],
      [500, undefined],
    ] as const) {
      const made = scene({ alice: { accepts: 'pull' }, bob: { accepts: 'none' } });
      made.as('bob').call('lock.claim', { paths: ['src/'] });
      create(made, Array<Fields>(locked).fill({ files: ['src/a.ts'] }));
      create(made, [{ files: ['docs/'] }]);
      expect(made.as('alice').call('task.next', {}).task?.id).toBe(found);
    }
  });

  test('[AS1] not more than 50 changes in one run, which says whether there are more', () => {
    const made = scene({ alice: { maxTasks: 60 } }, Array<Fields>(170).fill({}));
    const runs: [boolean, number][] = [];
    for (let before = -1; before !== made.seq; ) {
      before = made.seq;
      const reply = made.decide(HUB, decideAssignments, {});
      if (isRefusal(reply)) throw new Error('it is never refused');
      const tasks = made.log.filter(({ seq }) => seq > before).flatMap(({ changes }) => changes);
      runs.push([reply.more, tasks.filter(({ kind }) => kind === 'task').length]);
    }
    expect(runs).toEqual([
      [true, 50],
      [true, 50],
      [true, 50],
      [false, 20],
      [false, 0],
    ]);
  });
});

describe('why it waits', () => {
  test.each<{ title: string; agents: Record<string, Partial<AgentProfile>>; task: Fields; why: string }>([
    { title: 'nobody is there', agents: {}, task: {}, why: 'NO_AGENT no agent is connected' },
    { title: 'nobody can', agents: { alice: {} }, task: { requires: ['rust'] }, why: 'NO_AGENT rust' },
  ])('[AS3] $title', ({ agents, task, why }) => {
    const made = scene(agents, [task]);
    made.settle();
    expect(given(made)).toEqual([`T-1 ${why}`]);
  });

  test('[AS3] all who could are paused: it says who', () => {
    const made = scene({ alice: { capabilities: ['sql'] }, bob: { capabilities: ['sql'] }, carol: {} });
    made.as('human:kim').call('directive.send', { to: ['alice', 'bob'], action: 'pause' });
    create(made, [{ requires: ['sql'] }]);
    made.settle();
    expect(given(made)).toEqual(['T-1 PAUSED alice, bob']);
    made.as('human:kim').call('directive.send', { to: 'alice', action: 'resume' });
    made.settle();
    expect(given(made)).toEqual(['T-1 alice']);
  });

  test('[AS3] who is idle and takes no more is not called busy', () => {
    const made = scene({ alice: {}, bob: {}, carol: {} }, [{}]);
    made.settle();
    made.as('human:kim').call('directive.send', { to: 'bob', action: 'drain' });
    made.as('human:kim').call('directive.send', { to: 'carol', action: 'pause' });
    create(made, [{}]);
    made.settle();
    expect(given(made)).toEqual(['T-1 alice', 'T-2 NO_AGENT all who could are busy, paused or draining']);
  });

  test('[AS3] its files are locked by somebody who cannot do it: it names the lock, and goes on when that ends', () => {
    const made = scene({ alice: { capabilities: ['sql'] }, bob: {} });
    const { lockId } = made.as('bob').call('lock.claim', { paths: ['src/'] });
    create(made, [{ files: ['src/a.ts'], requires: ['sql'] }]);
    made.settle();
    expect(given(made)).toEqual([`T-1 LOCK ${lockId}`]);
    made.as('bob').call('agent.leave', {});
    made.settle();
    expect(given(made)).toEqual(['T-1 alice']);
  });

  test('[AS3] a reason that has not changed is not written again', () => {
    const made = scene({ alice: {} }, [{ requires: ['rust'] }]);
    made.settle();
    const before = made.seq;
    made.settle();
    expect(made.seq).toBe(before);
  });

  test('[AS3] those nobody can do never keep others waiting, however many they are', () => {
    const made = scene({ alice: {} });
    made.as('human:kim').call('task.createMany', {
      tasks: Array.from({ length: 600 }, () => ({ title: 'Rust', priority: 1, requires: ['rust'] })),
    });
    create(made, [{ priority: 4 }]);
    made.settle();
    expect(made.task('T-601').assignee).toBe('alice');
    expect(
      new Set(
        given(made)
          .slice(0, 600)
          .map((line) => line.replace(/^T-\d+ /, '')),
      ),
    ).toEqual(new Set(['NO_AGENT rust']));
  });
});

describe('an agent that does not start what it is given', () => {
  test('[AS1] is passed over for that task as long as there is another', () => {
    const made = scene({ alice: {}, bob: {} }, [{}]);
    made.settle();
    expect(given(made)).toEqual(['T-1 alice']);
    made.pass(START_WITHIN_MS + CLOCK_MARGIN_MS).sweep();
    made.settle();
    expect(given(made)).toEqual(['T-1 bob']);
  });

  test('[AS1] gets it again when nobody else could', () => {
    const made = scene({ alice: {} }, [{}]);
    made.settle();
    made.pass(START_WITHIN_MS + CLOCK_MARGIN_MS).sweep();
    made.settle();
    expect(made.task('T-1')).toMatchObject({ assignee: 'alice', attempt: 2 });
  });

  test('[AS1] is given nothing while it waits for the answer to a blocking question', () => {
    const made = scene({ alice: {}, bob: { accepts: 'pull' } });
    made.as('alice').call('question.ask', { body: 'Which?', blocking: true });
    create(made, [{}]);
    made.settle();
    expect(made.task('T-1').assignee).toBeNull();
    made.as('human:kim').call('question.answer', { questionId: 'Q-1', body: 'that' });
    made.settle();
    expect(made.task('T-1').assignee).toBe('alice');
  });
});

describe('the line', () => {
  const complete = (on: Scene, id: string, taskId: string) => {
    const { attempt } = on.task(taskId);
    on.as(id).call('task.start', { taskId, attempt });
    on.as(id).call('task.complete', { taskId, attempt });
  };

  test('[AS6] the longer a task waits the less its priority counts, except against critical ones', () => {
    const made = scene({ alice: {} }, [{ title: 'low', priority: 4 }]);
    made.as('human:kim').call('directive.send', { to: 'alice', action: 'pause' });
    made.pass(2 * AGING_STEP_MS - 1);
    create(made, [{ title: 'high, in time', priority: 2 }]);
    made.pass(2);
    create(made, [
      { title: 'high, too late', priority: 2 },
      { title: 'critical', priority: 1 },
    ]);
    made.as('human:kim').call('directive.send', { to: 'alice', action: 'resume' });
    const order: string[] = [];
    for (let n = 0; n < 4; n++) {
      made.settle();
      const [taskId = ''] = made.need('agent', 'alice').taskIds;
      order.push(made.task(taskId).title);
      complete(made, 'alice', taskId);
    }
    expect(order).toEqual(['critical', 'high, in time', 'low', 'high, too late']);
  });

  test('[AS7] of equally loaded agents, the one that worked in the folder lately', () => {
    const made = scene({ alice: {}, bob: {} }, [{ files: ['src/a.ts'] }, { files: ['docs/a.md'] }]);
    made.settle();
    expect(given(made)).toEqual(['T-1 alice', 'T-2 bob']);
    complete(made, 'alice', 'T-1');
    complete(made, 'bob', 'T-2');
    create(made, [{ files: ['docs/b.md'] }, { files: ['src/'] }]);
    made.settle();
    expect(given(made).slice(2)).toEqual(['T-3 bob', 'T-4 alice']);
  });

  test('[AS7] what was accepted by a review counts', () => {
    const made = scene({ alice: {}, bob: {} }, [{}, { files: ['docs/a.md'], review: true }]);
    made.settle();
    made.as('bob').call('task.start', { taskId: 'T-2', attempt: 1 });
    made.as('bob').call('task.submit', { taskId: 'T-2', attempt: 1, result: { summary: 'x' } });
    complete(made, 'alice', 'T-1');
    made.as('human:kim').call('task.accept', { taskId: 'T-2' });
    create(made, [{ files: ['docs/b.md'] }]);
    made.settle();
    expect(made.task('T-3').assignee).toBe('bob');
  });

  test('[AS7] having worked there does not outweigh more work', () => {
    const made = scene({ alice: { maxTasks: 2 }, bob: { maxTasks: 2 } }, [{ files: ['src/a.ts'] }]);
    made.settle();
    complete(made, 'alice', 'T-1');
    create(made, [{ files: ['src/b.ts'] }, { files: ['src/c.ts'] }]);
    made.settle();
    expect(given(made).slice(1)).toEqual(['T-2 alice', 'T-3 bob']);
  });

  test('[AS8] what it says stays the same while those who could come to be free and busy', () => {
    const made = scene({ alice: { accepts: 'pull' }, bob: { accepts: 'pull' } }, [{}, {}, {}]);
    made.settle();
    const before = given(made)[2];
    for (const [at, id] of ['alice', 'bob', 'alice'].entries()) {
      const { task } = made.as(id).call('task.next', {});
      const written = made.log.length;
      made.settle();
      expect([given(made)[2], made.log.length]).toEqual([at < 2 ? before : 'T-3 alice', written]);
      if (task != null && at === 0) made.as(id).call('task.complete', { taskId: task.id, attempt: 1 });
    }
  });

  test('[AS8] only the next in line say why they wait; who moves up says so then', () => {
    const made = scene({ alice: {} });
    const rust = (count: number) => Array.from({ length: count }, () => ({ title: 'Rust', requires: ['rust'] }));
    made.as('human:kim').call('task.createMany', { tasks: rust(REASONS_KEPT) });
    made.as('human:kim').call('task.createMany', { tasks: rust(1) });
    made.settle();
    const [first, beyond] = [made.task('T-1'), made.task(`T-${REASONS_KEPT + 1}`)];
    expect([first.waiting?.on, beyond.waiting]).toEqual(['rust', undefined]);
    made.as('human:kim').call('task.cancel', { taskId: 'T-1', reason: 'x' });
    made.settle();
    expect(made.task(beyond.id).waiting?.on).toBe('rust');
  });

  test('[AS8] other files: what it waits for is found out anew', () => {
    const made = scene({ alice: { accepts: 'none' }, bob: {} });
    made.as('alice').call('lock.claim', { paths: ['src/'] });
    create(made, [{ files: ['src/a.ts'] }]);
    made.settle();
    expect(given(made)).toEqual(['T-1 LOCK L-1']);
    made.as('human:kim').call('task.update', { taskId: 'T-1', files: ['docs/a.md'] });
    made.settle();
    expect(given(made)).toEqual(['T-1 bob']);
  });
});
