import type { CommandInput } from '@signalbox/shared/commands';
import type { AgentProfile } from '@signalbox/shared/records/agent';
import { describe, expect, test } from 'vitest';
import { decideAssignments } from './assignment.ts';
import { takesPart } from './availability.ts';
import { HUB, Scene } from './testing/scene.ts';

type Fields = Partial<CommandInput<'task.create'>>;

const kim = (on: Scene) => on.as('human:kim');
const create = (on: Scene, fields: Fields = {}): string =>
  kim(on).call('task.create', { title: 'Some work', ...fields }).task.id;
/** What somebody has, or why nobody has it. */
function stands(on: Scene, taskId: string): string {
  const { assignee, waiting } = on.task(taskId);
  return assignee ?? `${waiting?.code} ${waiting?.on}`;
}

/** How an agent comes not to be given anything. */
const WAYS = {
  busy: (on: Scene, id: string) => {
    on.agent(id);
    kim(on).call('task.assign', { taskId: create(on), agentId: id });
  },
  asks: (on: Scene, id: string) => void on.agent(id, { accepts: 'pull' }),
  away: (on: Scene, id: string) => {
    on.agent(id);
    on.presence(id, 'late');
  },
  paused: (on: Scene, id: string) => {
    on.agent(id);
    kim(on).call('directive.send', { to: id, action: 'pause' });
  },
  draining: (on: Scene, id: string) => {
    on.agent(id);
    kim(on).call('directive.send', { to: id, action: 'drain' });
  },
};
type Way = keyof typeof WAYS;

describe('why nobody is given a task', () => {
  test.each<[Way[], string]>([
    [[], 'NO_AGENT no agent is connected'],
    [['busy', 'busy'], 'NO_AGENT all who could are busy'],
    [['away', 'away'], 'NO_AGENT all who could are away'],
    [['paused', 'paused'], 'PAUSED a0, a1'],
    [['draining', 'draining'], 'NO_AGENT all who could are told to take no more: a0, a1'],
    [['draining', 'paused'], 'NO_AGENT all who could are told to take no more: a0, a1'],
    [['asks', 'asks'], 'NO_AGENT whoever could takes work only when it asks: a0, a1'],
    [['away', 'paused'], 'NO_AGENT all who could are away or paused'],
    [['away', 'draining'], 'NO_AGENT all who could are away or draining'],
    [['away', 'draining', 'paused'], 'NO_AGENT all who could are away, paused or draining'],
    [['busy', 'away'], 'NO_AGENT all who could are busy'],
    [['busy', 'paused'], 'NO_AGENT all who could are busy or paused'],
    [['busy', 'draining', 'draining'], 'NO_AGENT all who could are busy or draining'],
    [['asks', 'busy'], 'NO_AGENT whoever could is busy, or takes work only when it asks: a0'],
    [['asks', 'paused'], 'NO_AGENT whoever could is paused, or takes work only when it asks: a0'],
    [['asks', 'away'], 'NO_AGENT whoever could takes work only when it asks: a0'],
    [
      ['paused', 'asks', 'busy', 'draining'],
      'NO_AGENT whoever could is busy, paused or draining, or takes work only when it asks: a1',
    ],
  ])('[AS3] who could are %j: %s', (ways, why) => {
    const made = new Scene();
    for (const [at, way] of ways.entries()) WAYS[way](made, `a${at}`);
    const taskId = create(made);
    made.settle();
    expect(stands(made, taskId)).toBe(why);
  });

  test('[AS3] what they all lack is named, all of it', () => {
    const made = new Scene();
    made.agent('alice', { capabilities: ['sql'] });
    const taskId = create(made, { requires: ['rust', 'sql'] });
    made.settle();
    expect(stands(made, taskId)).toBe('NO_AGENT rust, sql');
  });

  test('[AS3] five of many are named, of whatever skills, in the order of their names', () => {
    const made = new Scene();
    const ids = ['g', 'c', 'e', 'a', 'd', 'f', 'b'];
    for (const [at, id] of ids.entries())
      made.agent(id, { accepts: 'pull', capabilities: at % 2 === 0 ? [] : ['sql'] });
    const [any, sql] = [create(made), create(made, { requires: ['sql'] })];
    made.settle();
    const asks = 'NO_AGENT whoever could takes work only when it asks:';
    expect([stands(made, any), stands(made, sql)]).toEqual([`${asks} a, b, c, d, e`, `${asks} a, c, f`]);
    for (const id of ['h', 'i', 'j']) made.agent(id, { accepts: 'pull', capabilities: ['sql'] });
    made.settle();
    expect(stands(made, sql)).toBe(`${asks} a, c, f, h, i`);
  });
});

describe('why nobody is given a task whose file somebody has locked', () => {
  const locked = (...ways: Way[]): string => {
    const made = new Scene();
    made.agent('other', { accepts: 'none' });
    made.as('other').call('lock.claim', { paths: ['src/'] });
    for (const [at, way] of ways.entries()) WAYS[way](made, `a${at}`);
    const taskId = create(made, { files: ['src/a.ts'] });
    made.settle();
    return stands(made, taskId);
  };
  test.each<[Way[], string]>([
    [['busy'], 'LOCK L-1'],
    [['asks'], 'LOCK L-1'],
    [['busy', 'asks'], 'LOCK L-1'],
    [['away'], 'NO_AGENT all who could are away'],
    [['away', 'busy'], 'LOCK L-1'],
    [['paused'], 'PAUSED a0'],
    [[], 'NO_AGENT no agent is connected'],
  ])('[AS3] the lock only when somebody is there who could do it otherwise: %j, so %s', (ways, why) => {
    expect(locked(...ways)).toBe(why);
  });

  test.each([
    ['free', 'docs/', 'src/'],
    ['free last', 'src/', 'docs/'],
  ])(
    '[AS3] of several locks that of somebody who could not do it itself, whichever comes first: %s',
    (_, own, other) => {
      const made = new Scene();
      made.agent('alice');
      made.agent('bob', { accepts: 'none' });
      made.as('alice').call('lock.claim', { paths: [own] });
      const { lockId } = made.as('bob').call('lock.claim', { paths: [other] });
      const taskId = create(made, { files: ['docs/a.md', 'src/a.ts'] });
      made.settle();
      expect(stands(made, taskId)).toBe(`LOCK ${lockId}`);
    },
  );
});

describe('the best of agents that can do different things', () => {
  /** Each in a crew of its own, the one who should be first neither first nor last. */
  test.each<[string, Record<string, Partial<AgentProfile>>, (on: Scene) => unknown]>([
    [
      'the least loaded',
      { a: { capabilities: ['x'], maxTasks: 2 }, b: { capabilities: ['y', 'z'], maxTasks: 2 }, c: { maxTasks: 2 } },
      (on) => {
        for (const id of ['a', 'c']) kim(on).call('task.assign', { taskId: create(on), agentId: id });
      },
    ],
    [
      'who has the fewest other skills',
      { a: { capabilities: ['x', 'y'] }, b: { capabilities: ['z'] }, c: { capabilities: ['u', 'v', 'w'] } },
      () => {},
    ],
    [
      'the longest idle',
      { a: { capabilities: ['x'] }, b: { capabilities: ['y'] }, c: { capabilities: ['z'] } },
      (on) => {
        for (const id of ['a', 'c']) {
          on.pass(60_000).presence(id, 'late');
          on.presence(id, 'present');
        }
      },
    ],
    [
      'the smaller id',
      { b10: { capabilities: ['x'] }, b: { capabilities: ['y'] }, c: { capabilities: ['z'] } },
      () => {},
    ],
  ])('[AS1] %s', (_, agents, happens) => {
    const made = new Scene();
    for (const [id, profile] of Object.entries(agents)) made.agent(id, profile);
    happens(made);
    const taskId = create(made);
    made.settle();
    expect(stands(made, taskId)).toBe('b');
  });

  test('[AS1] one after the other until nobody is free, whatever they can do', () => {
    const made = new Scene();
    for (const [id, maxTasks] of [
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ] as const)
      made.agent(id, { maxTasks, capabilities: [id] });
    const ids = [1, 2, 3, 4, 5].map(() => create(made));
    made.settle();
    expect(ids.map((id) => stands(made, id))).toEqual(['a', 'b', 'c', 'b', 'NO_AGENT all who could are busy']);
  });
});

describe('a line', () => {
  const many = (on: Scene, count: number, fields: Fields): void => {
    for (let left = count; left > 0; left -= 500)
      kim(on).call('task.createMany', {
        tasks: Array.from({ length: Math.min(left, 500) }, () => ({ title: 'Some work', ...fields })),
      });
  };

  test('[AS4] who asks finds what is free behind however many whose files are locked', () => {
    const made = new Scene();
    for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull' });
    made.as('bob').call('lock.claim', { paths: ['src/'] });
    many(made, 501, { files: ['src/a.ts'] });
    made.settle();
    const taskId = create(made);
    expect(made.as('alice').call('task.next', {}).task?.id).toBe(taskId);
    expect(made.as('bob').call('task.next', {}).task?.id).toBe('T-1');
  });

  test('[AS4] who asks is shown the other lines when one of them has nothing for it', () => {
    const made = new Scene();
    for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull', capabilities: ['sql'] });
    made.as('bob').call('lock.claim', { paths: ['src/'] });
    create(made, { files: ['src/a.ts'], requires: ['sql'] });
    const ids = [create(made), create(made)];
    const alice = () => {
      const { task } = made.as('alice').call('task.next', {});
      if (task != null) made.as('alice').call('task.complete', { taskId: task.id, attempt: 1 });
      return task?.id;
    };
    expect([alice(), alice(), alice()]).toEqual([...ids, undefined]);
  });

  test('[AS1] however long, is left at once when nobody is free for it: those behind are given out in the same run', () => {
    const made = new Scene();
    for (const id of ['sql', 'rust']) made.agent(id, { capabilities: [id] });
    many(made, 60, { requires: ['sql'] });
    const rust = create(made, { requires: ['rust'] });
    expect(made.decide(HUB, decideAssignments, {})).toEqual({ more: true });
    expect(['T-1', rust].map((id) => stands(made, id))).toEqual(['sql', 'rust']);
  });

  test('[AS1] with nobody free for it keeps no other line waiting', () => {
    const made = new Scene();
    made.agent('alice', { capabilities: ['sql'] });
    made.agent('bob');
    const sql = [create(made, { requires: ['sql'] }), create(made, { requires: ['sql'] })];
    const any = create(made);
    made.settle();
    expect([...sql, any].map((id) => stands(made, id))).toEqual(['alice', 'NO_AGENT all who could are busy', 'bob']);
  });
});

test.each([
  ['present', 'push', true],
  ['present', 'pull', true],
  ['present', 'none', false],
  ['late', 'push', true],
  ['lost', 'push', false],
  ['left', 'push', false],
] as const)('[AS3] is one who could: %s, takes tasks by %s — %s', (presence, accepts, expected) => {
  expect(takesPart({ ...new Scene().agent('alice', { accepts }), presence })).toBe(expected);
});
