import type { AgentProfile } from '@signalbox/shared/records/agent';
import { HOUR_MS } from '@signalbox/shared/time';
import { describe, expect, test } from 'vitest';
import {
  decideAgentUpdate,
  decideDisconnected,
  decideForgetDone,
  decideLeave,
  decidePresence,
  withDone,
} from './agents.ts';
import type { Caller } from './decision.ts';
import { HUB, Scene } from './testing/scene.ts';

/** Alice with a task in progress. */
function working(profile: Partial<AgentProfile> = {}): Scene {
  const scene = new Scene();
  scene.agent('alice', profile);
  scene.as('human:kim').call('task.create', { title: 'Add login' });
  scene.as('alice').call('task.next', {});
  return scene;
}

describe('who comes under an id that is known', () => {
  test.each<[string, Partial<AgentProfile>, string]>([
    ['with host and pid', { host: 'mac-7', pid: 4711 }, 'mac-7, pid 4711'],
    ['with a host', { host: 'mac-7' }, 'mac-7'],
    ['with a pid', { pid: 4711 }, 'pid 4711'],
    ['with neither', {}, 'an unnamed process'],
  ])('[AG2] is told who has it and since when: somebody %s', (_, profile, where) => {
    const scene = new Scene();
    scene.agent('alice', { instance: 'p1', ...profile });
    expect(scene.pass(42_000).register('alice', { instance: 'p2' })).toMatchObject({
      refused: { message: expect.stringContaining(`connected from ${where}, registered 42 s ago`) },
    });
  });

  test('[AG3] too soon again is told how long to wait, and that is enough', () => {
    const scene = new Scene();
    for (let i = 0; i < 2; i++) scene.agent('alice', { instance: 'p1' });
    const reply = scene.pass(1_200).register('alice', { instance: 'p1' });
    expect(reply).toMatchObject({ refused: { code: 'RATE_LIMITED', retry: { afterMs: 3_800 } } });
    expect(scene.pass(3_800).register('alice', { instance: 'p1' })).toMatchObject({ agent: { presence: 'present' } });
  });

  test('[AG2] late with an open socket is not live: another process may have the id', () => {
    const scene = working({ instance: 'p1' });
    scene.presence('alice', 'late', true);
    expect(scene.register('alice', { instance: 'p2' })).toMatchObject({ agent: { instance: 'p2', state: 'idle' } });
    expect(scene.task('T-1').assignee).toBeNull();
  });

  test('[AG2] one that had no name and has one now is not known to be another', () => {
    const scene = working();
    scene.presence('alice', 'late');
    expect(scene.agent('alice', { instance: 'p1' })).toMatchObject({ instance: 'p1', taskIds: ['T-1'] });
  });

  test('[AG2] a process without a name starts from its own word each time', () => {
    const scene = new Scene();
    scene.agent('alice');
    scene.as('alice').call('agent.heartbeat', { activity: { doing: 'reading' } });
    scene.presence('alice', 'late');
    const { activity, activityAt } = scene.agent('alice');
    expect([activity, activityAt]).toEqual([undefined, undefined]);
  });

  test('[AG1] can do nothing in particular unless it says so', () => {
    expect(new Scene().agent('alice').capabilities).toEqual([]);
  });

  test('[AG5] is what it was since when it was that, or something else since now', () => {
    const scene = working({ instance: 'p1' });
    const since = scene.at;
    expect(scene.pass(6_000).agent('alice', { instance: 'p1' })).toMatchObject({ state: 'working', stateAt: since });
    scene.pass(6_000).presence('alice', 'late');
    expect(scene.pass(6_000).agent('alice', { instance: 'p1' })).toMatchObject({ state: 'working', stateAt: scene.at });
    expect(scene.agent('bob')).toMatchObject({ state: 'idle', stateAt: scene.at });
  });
});

describe('what it said of itself', () => {
  test('[AG9] stays until it says something else, whatever else it sends', () => {
    const scene = working();
    const alice = scene.as('alice');
    const said = { activity: { doing: 'reading' }, activityAt: scene.at };
    alice.call('agent.heartbeat', { activity: { doing: 'reading' } });
    scene.pass(1_000);
    alice.call('agent.heartbeat', {});
    alice.call('agent.update', { maxTasks: 2 });
    expect(scene.need('agent', 'alice')).toMatchObject(said);
    alice.call('agent.update', { activity: { doing: 'writing' } });
    expect(scene.need('agent', 'alice')).toMatchObject({ activity: { doing: 'writing' }, activityAt: scene.at });
  });

  test('[AG4] is not changed by an older connection, nor does that one leave for it', () => {
    const scene = working({ instance: 'p1' });
    const zombie = scene.as('alice');
    scene.agent('alice', { instance: 'p1' });
    const before = scene.need('agent', 'alice');
    expect(zombie.refused('agent.update', { maxTasks: 5 }).code).toBe('SUPERSEDED');
    expect(zombie.refused('agent.leave', {}).code).toBe('SUPERSEDED');
    expect(scene.need('agent', 'alice')).toEqual(before);
  });
});

test.each<[string, (scene: Scene, kim: Caller) => unknown]>([
  ['say what it can do', (scene, kim) => scene.decide(kim, decideAgentUpdate, { maxTasks: 2 })],
  ['leave', (scene, kim) => scene.decide(kim, decideLeave, {})],
])('[AG9] a person is not an agent, and cannot %s', (_, act) => {
  const scene = working();
  const { seq } = scene;
  expect(act(scene, scene.callerOf('human:kim'))).toMatchObject({ refused: { code: 'BAD_INPUT' } });
  expect(scene.seq).toBe(seq);
});

describe('who is lost', () => {
  const claim = (scene: Scene, ...paths: string[]): void => {
    for (const path of paths) scene.as('alice').call('lock.claim', { paths: [path, `${path}/more`] });
  };
  test.each<[string, () => Scene, string]>([
    ['a task', working, 'alice is lost; it had T-1'],
    [
      'two tasks',
      () => {
        const scene = working({ maxTasks: 2 });
        scene.as('human:kim').call('task.create', { title: 'Add logout' });
        scene.as('alice').call('task.next', {});
        return scene;
      },
      'alice is lost; it had T-1, T-2',
    ],
    [
      'a lock',
      () => {
        const scene = new Scene();
        scene.agent('alice');
        claim(scene, 'a');
        return scene;
      },
      'alice is lost; it held a, a/more',
    ],
    [
      'a task and several locks',
      () => {
        const scene = working();
        claim(scene, 'a', 'b');
        return scene;
      },
      'alice is lost; it had T-1 and held 2 locks',
    ],
  ])('[AG7] people are told with what: %s', (_, make, summary) => {
    const scene = make();
    scene.lose('alice');
    expect(scene.need('alarm', 'A-1').summary).toBe(summary);
  });

  test('[AG7] stays so for people when its socket closes, too', () => {
    const scene = working();
    scene.presence('alice', 'lost', true);
    scene.presence('alice', 'lost', false);
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'lost', connected: false });
    expect(scene.replica.all('alarm').map(({ id, state }) => `${id} ${state}`)).toEqual(['A-1 unacked']);
  });

  test('[AG8] whoever left, or was never there, becomes nothing by what is noticed of it', () => {
    const scene = working();
    const { connection } = scene.need('agent', 'alice');
    scene.as('alice').call('agent.leave', {});
    const { seq } = scene;
    for (const agentId of ['alice', 'nobody'])
      for (const presence of ['present', 'lost'] as const)
        scene.decide(HUB, decidePresence, { agentId, connection, presence, connected: true });
    expect([scene.seq, scene.need('agent', 'alice').state]).toEqual([seq, 'left']);
  });

  test('[AG6] nobody is late with an answer to who has gone', () => {
    const scene = working();
    scene.as('alice').call('question.ask', { body: 'Which one?' });
    scene.pass(16 * 60_000).sweep();
    expect(scene.replica.all('alarm')).toMatchObject([{ code: 'ASK_LATE', state: 'unacked' }]);
    scene.as('alice').call('agent.leave', {});
    expect(scene.replica.all('alarm')).toMatchObject([{ code: 'ASK_LATE', state: 'returned' }]);
  });
});

test('[AG10] with a node that carried very many, they end in pieces', () => {
  const scene = new Scene();
  for (let n = 0; n < 1_001; n++) scene.agent(`a${n}`);
  const connected = () => scene.replica.all('agent').filter((agent) => agent.connected).length;
  scene.decide(HUB, decideDisconnected, { nodes: ['hub-1'] });
  expect(connected()).toBe(1);
  scene.decide(HUB, decideDisconnected, { nodes: ['hub-1'] });
  expect(connected()).toBe(0);
});

describe('what was done in a day', () => {
  const HOUR = 1_000;
  const at = HOUR * HOUR_MS;
  test.each<[string, [number, number][], number, [number, number][]]>([
    ['the first of all', [], 1, [[HOUR, 1]]],
    [
      'the first in this hour',
      [[HOUR - 1, 3]],
      1,
      [
        [HOUR - 1, 3],
        [HOUR, 1],
      ],
    ],
    [
      'more in this hour',
      [
        [HOUR - 1, 3],
        [HOUR, 2],
      ],
      2,
      [
        [HOUR - 1, 3],
        [HOUR, 4],
      ],
    ],
    ['nothing, of nothing', [], 0, []],
    ['nothing more in this hour', [[HOUR, 2]], 0, [[HOUR, 2]]],
    ['of what is 23 hours old', [[HOUR - 23, 5]], 0, [[HOUR - 23, 5]]],
    ['of what is 24 hours old', [[HOUR - 24, 5]], 0, []],
  ])('[AG10] %s', (_, doneByHour, add, expected) => {
    const agent = { ...new Scene().agent('alice'), doneByHour };
    expect(withDone(agent, add, at + HOUR_MS - 1)).toMatchObject({
      doneByHour: expected,
      doneLast24h: expected.reduce((sum, [, n]) => sum + n, 0),
    });
  });

  test('[AG10] is written again only when it has become less', () => {
    const scene = working();
    scene.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    const { seq } = scene;
    scene.pass(23 * HOUR_MS).decide(HUB, decideForgetDone, {});
    expect(scene.seq).toBe(seq);
    scene.pass(HOUR_MS).decide(HUB, decideForgetDone, {});
    expect(scene.seq).toBe(seq + 1);
  });
});
