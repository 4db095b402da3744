import type { AgentProfile } from '@signalbox/shared/records/agent';
import { describe, expect, test } from 'vitest';
import { explainTask } from './explain.ts';
import { decideStalled } from './stalled.ts';
import { HUB, Scene } from './testing/scene.ts';

const kim = (on: Scene) => on.as('human:kim');
const explain = (on: Scene, taskId: string) => explainTask(on.replica, on.task(taskId), on.clock);
/** `alice` takes tasks as they come, and starts them at once. */
function start(on: Scene, agentId: string, taskId: string): void {
  on.settle();
  on.as(agentId).call('task.start', { taskId, attempt: on.task(taskId).attempt });
}
function scene(agents: Record<string, Partial<AgentProfile>> = {}, tasks: object[] = [{}]): Scene {
  const made = new Scene();
  for (const [id, profile] of Object.entries(agents)) made.agent(id, profile);
  for (const fields of tasks) kim(made).call('task.create', { title: 'Some work', ...fields });
  return made;
}
/** T-1 under way with alice, T-2 and T-3 depend on it one after another. */
function chained(): Scene {
  const made = scene({ alice: {} }, [{}, { dependencies: ['T-1'] }, { dependencies: ['T-2'] }]);
  start(made, 'alice', 'T-1');
  return made;
}
const fail = (on: Scene) =>
  on.as('alice').call('task.fail', { taskId: 'T-1', attempt: on.task('T-1').attempt, reason: 'no compiler' });

interface Case {
  title: string;
  make: () => Scene;
  /** T-1 unless said otherwise. */
  task?: string;
  chain: [because: string, on: string][];
  action: string;
  frees: number;
}

describe('what a task waits for, and what to do about it', () => {
  test.each<Case>([
    {
      title: 'a dependency that is being worked on',
      make: chained,
      task: 'T-3',
      chain: [
        ['T-3 depends on T-2', 'T-2'],
        ['T-2 depends on T-1', 'T-1'],
        ['T-1 is with alice', 'alice'],
        ['alice is working on T-1 (0 %)', 'alice'],
      ],
      action: 'Wait for alice.',
      frees: 3,
    },
    {
      title: "a dependency's owner that is lost, and left its files locked",
      make: () => {
        const made = scene({ alice: {}, bob: {} }, [{ files: ['a.ts'] }, { dependencies: ['T-1'] }]);
        start(made, 'alice', 'T-1');
        made.as('alice').call('lock.claim', { paths: ['a.ts'] });
        made.lose('alice');
        made.settle();
        return made;
      },
      task: 'T-2',
      chain: [
        ['T-2 depends on T-1', 'T-1'],
        ['files of T-1 are locked and alice, who had it, is lost', 'L-1'],
        ['L-1 (a.ts) is held by alice', 'alice'],
        ['alice is lost; its lease ends in 121 s', 'alice'],
      ],
      action: 'Make sure that alice is gone, then release L-1 by force.',
      frees: 2,
    },
    {
      title: 'an owner that waits for a lock whose holder has asked a person',
      make: () => {
        const made = scene({ alice: {}, bob: {} }, [{}, {}, { dependencies: ['T-2'] }]);
        start(made, 'alice', 'T-1');
        start(made, 'bob', 'T-2');
        made.as('alice').call('lock.claim', { paths: ['a.ts'] });
        made.as('bob').call('lock.claim', { paths: ['a.ts'], waitMs: 60_000 });
        made.as('alice').call('question.ask', { body: 'Which?' });
        return made;
      },
      task: 'T-3',
      chain: [
        ['T-3 depends on T-2', 'T-2'],
        ['T-2 is with bob', 'bob'],
        ['bob waits for a lock', 'L-2'],
        ['the claim L-2 stands behind L-1', 'L-1'],
        ['L-1 (a.ts) is held by alice', 'alice'],
        ['alice asked a person', 'Q-1'],
      ],
      action: 'Answer Q-1.',
      frees: 3,
    },
    {
      title: 'nobody has the capability: everything that requires it goes on with one who has',
      make: () => scene({ alice: {} }, [{ requires: ['rust'] }, { requires: ['rust'] }, { dependencies: ['T-2'] }]),
      chain: [['nobody can rust', 'rust']],
      action: 'Start an agent that can rust.',
      frees: 3,
    },
    {
      title: 'nobody is there',
      make: () => scene(),
      chain: [['no agent is connected', 'T-1']],
      action: 'Start an agent.',
      frees: 1,
    },
    {
      title: 'a backoff',
      make: () => {
        const made = chained();
        fail(made);
        return made;
      },
      chain: [['T-1 failed 1 of 3 times and is tried again', 'T-1']],
      action: 'Wait 4 s: it is given out again then.',
      frees: 3,
    },
    {
      title: 'all who could are paused',
      make: () => {
        const made = scene({ alice: {}, bob: {} });
        kim(made).call('directive.send', { to: 'all', action: 'pause' });
        return made;
      },
      chain: [['all who could do T-1 are held back by a person', 'alice, bob']],
      action: 'Resume alice, bob.',
      frees: 1,
    },
    {
      title: 'its agent is paused',
      make: () => {
        const made = chained();
        kim(made).call('directive.send', { to: 'alice', action: 'pause' });
        return made;
      },
      task: 'T-2',
      chain: [
        ['T-2 depends on T-1', 'T-1'],
        ['T-1 is with alice', 'alice'],
        ['alice is paused', 'alice'],
      ],
      action: 'Resume alice.',
      frees: 3,
    },
    {
      title: 'its agent is late',
      make: () => {
        const made = chained();
        made.presence('alice', 'late');
        return made;
      },
      chain: [
        ['T-1 is with alice', 'alice'],
        ['nothing is heard of alice', 'alice'],
      ],
      action: 'Look after alice; if it stays away, its tasks go to others by themselves.',
      frees: 3,
    },
    {
      title: 'its agent shows no sign of work',
      make: () => {
        const made = chained().pass(3_600_000);
        made.decide(HUB, decideStalled, {});
        return made;
      },
      chain: [
        ['T-1 is with alice', 'alice'],
        ['alice shows no sign of work', 'alice'],
      ],
      action: 'Ask alice what it does, or give T-1 to somebody else.',
      frees: 3,
    },
    {
      title: 'given and not started',
      make: () => {
        const made = scene({ alice: {} });
        made.settle();
        return made;
      },
      chain: [
        ['T-1 is given to alice', 'alice'],
        ['alice has not started T-1 yet', 'alice'],
      ],
      action: 'Wait: it is taken back unless alice starts it within a minute.',
      frees: 1,
    },
    {
      title: 'about to be given',
      make: () => scene({ alice: {} }),
      chain: [['alice is free for T-1', 'alice']],
      action: 'Wait a moment: alice is given it.',
      frees: 1,
    },
    {
      title: 'all are busy',
      make: () => {
        const made = scene({ alice: {} }, [{}, {}, {}]);
        start(made, 'alice', 'T-1');
        return made;
      },
      task: 'T-3',
      chain: [['all who could do T-3 are busy, and 1 task is before it in line', 'alice']],
      action: 'Wait until one of alice is done, or start another agent.',
      frees: 1,
    },
    {
      title: 'some are busy, and who is idle takes no more',
      make: () => {
        const made = scene({ alice: {}, bob: {}, carol: {} }, [{}, {}]);
        start(made, 'alice', 'T-1');
        start(made, 'bob', 'T-2');
        kim(made).call('directive.send', { to: 'carol', action: 'drain' });
        kim(made).call('task.create', { title: 'One more' });
        return made;
      },
      task: 'T-3',
      chain: [
        [
          'of those who could do T-3, 2 are busy, 1 is draining, and 0 tasks are before it in line',
          'alice, bob, carol',
        ],
      ],
      action: 'Resume carol, wait until one of the others is done, or start another agent.',
      frees: 1,
    },
    {
      title: 'one is paused, and the other has to ask',
      make: () => {
        const made = scene({ alice: { accepts: 'pull' }, bob: {} });
        kim(made).call('directive.send', { to: 'bob', action: 'pause' });
        return made;
      },
      chain: [
        [
          'of those who could do T-1, 1 has to ask for work, 1 is paused, and 0 tasks are before it in line',
          'alice, bob',
        ],
      ],
      action: 'Resume bob, or let alice ask for work.',
      frees: 1,
    },
    {
      title: 'one is paused, and the other is away',
      make: () => {
        const made = scene({ alice: {}, bob: {} });
        kim(made).call('directive.send', { to: 'bob', action: 'pause' });
        made.presence('alice', 'late');
        return made;
      },
      chain: [['of those who could do T-1, 1 is paused, 1 is away', 'alice, bob']],
      action: 'Resume bob, or look after the others.',
      frees: 1,
    },
    {
      title: 'whoever could has to ask',
      make: () => scene({ alice: { accepts: 'pull' } }),
      chain: [['whoever could do T-1 takes work only when it asks', 'alice']],
      action: 'Let alice ask for work, or start an agent that takes tasks as they come.',
      frees: 1,
    },
    {
      title: 'all who could are away',
      make: () => {
        const made = scene({ alice: {} });
        made.presence('alice', 'late');
        return made;
      },
      chain: [['all who could do T-1 are away', 'alice']],
      action: 'Look after alice.',
      frees: 1,
    },
    {
      title: 'a lock kept by somebody who does nothing',
      make: () => {
        const made = scene({ alice: {}, bob: { accepts: 'none' } }, [{ files: ['a.ts'] }]);
        made.as('bob').call('lock.claim', { paths: ['a.ts'] });
        return made;
      },
      chain: [
        ['files of T-1 are locked', 'L-1'],
        ['L-1 (a.ts) is held by bob', 'bob'],
        ['bob has no task and keeps L-1', 'bob'],
      ],
      action: 'Ask bob to release L-1, or release it by force.',
      frees: 1,
    },
    {
      title: 'a lock of somebody at work: all that wait for it go on',
      make: () => {
        const made = scene({ alice: {}, bob: { capabilities: ['sql'] } }, [{}, {}]);
        start(made, 'alice', 'T-1');
        made.as('alice').call('lock.claim', { paths: ['a.ts'] });
        start(made, 'bob', 'T-2');
        made.as('bob').call('task.complete', { taskId: 'T-2', attempt: 1 });
        for (let n = 0; n < 2; n++) kim(made).call('task.create', { title: 'x', files: ['a.ts'] });
        made.settle();
        return made;
      },
      task: 'T-3',
      chain: [
        ['files of T-3 are locked', 'L-1'],
        ['L-1 (a.ts) is held by alice', 'alice'],
        ['alice is working on T-1 (0 %)', 'alice'],
      ],
      action: 'Wait until alice releases L-1.',
      frees: 3,
    },
    {
      title: 'a review',
      make: () => {
        const made = chained();
        made.as('alice').call('task.submit', { taskId: 'T-1', attempt: 1, result: { summary: 'ready' } });
        return made;
      },
      chain: [['T-1 waits for a review', 'T-1']],
      action: 'Review T-1: accept or reject it.',
      frees: 3,
    },
    {
      title: 'blocked by its agent',
      make: () => {
        const made = chained();
        made.as('alice').call('task.block', { taskId: 'T-1', attempt: 1, reason: 'no access' });
        return made;
      },
      task: 'T-2',
      chain: [
        ['T-2 depends on T-1', 'T-1'],
        ['T-1 is blocked: no access', 'T-1'],
      ],
      action: 'Remove what blocks T-1, then unblock it.',
      frees: 3,
    },
    {
      title: 'a dependency that failed',
      make: () => {
        const made = chained();
        for (let n = 0; n < 3; n++) {
          fail(made);
          made.pass(60_000).sweep();
          if (made.task('T-1').status === 'pending') start(made, 'alice', 'T-1');
        }
        return made;
      },
      task: 'T-3',
      chain: [
        ['T-3 depends on T-2', 'T-2'],
        ['T-2 depends on T-1', 'T-1'],
        ['T-1 failed 3 of 3 times: no compiler', 'T-1'],
      ],
      action: 'Find out why T-1 failed, then retry it.',
      frees: 3,
    },
    {
      title: 'a dependency that was cancelled',
      make: () => {
        const made = chained();
        kim(made).call('task.cancel', { taskId: 'T-1', reason: 'not needed' });
        return made;
      },
      task: 'T-2',
      chain: [
        ['T-2 depends on T-1', 'T-1'],
        ['T-1 was cancelled: not needed', 'T-1'],
      ],
      action: 'Retry T-1, or take it out of the dependencies.',
      frees: 3,
    },
    {
      title: 'nothing: it is done',
      make: () => {
        const made = chained();
        made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
        return made;
      },
      chain: [['T-1 is completed', 'T-1']],
      action: 'Nothing to do.',
      frees: 0,
    },
  ])('[EX1] $title', ({ make, task = 'T-1', chain, action, frees }) => {
    expect(explain(make(), task)).toEqual({ chain: chain.map(([because, on]) => ({ because, on })), action, frees });
  });
});

test('[EX1] what waits for something else, too, is not freed', () => {
  const made = scene({}, [{ requires: ['rust'] }, {}, { dependencies: ['T-1', 'T-2'] }, { dependencies: ['T-1'] }]);
  expect(explain(made, 'T-1')).toMatchObject({ frees: 2 });
});
