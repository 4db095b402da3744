import type { AgentProfile } from '@signalbox/shared/records/agent';
import { HOUR_MS } from '@signalbox/shared/time';
import { describe, expect, test } from 'vitest';
import { decideDisconnected, decideForgetDone, decideHeartbeat, decidePresence, decideRegister } from './agents.ts';
import { HUB, Scene } from './testing/scene.ts';

/** Alice with a task in progress. */
function working(profile: Partial<AgentProfile> = {}): Scene {
  const scene = new Scene();
  scene.agent('alice', profile);
  scene.as('human:kim').call('task.create', { title: 'Add login' });
  scene.as('alice').call('task.next', {});
  return scene;
}

describe('registering', () => {
  test('[AG1] makes an idle agent whose connection is the seq of its registration', () => {
    const scene = new Scene();
    expect(scene.agent('alice', { capabilities: ['sql'] })).toMatchObject({
      state: 'idle',
      presence: 'present',
      connected: true,
      connection: scene.seq,
      node: 'hub-1',
      accepts: 'push',
      maxTasks: 1,
      heartbeatEveryMs: 15_000,
      capabilities: ['sql'],
      taskIds: [],
      doneLast24h: 0,
      registeredAt: scene.at,
    });
  });

  test.each<{
    title: string;
    was: Partial<AgentProfile>;
    presence: 'present' | 'late' | 'lost';
    comes: Partial<AgentProfile>;
    task: 'kept' | 'back in line' | 'refused';
  }>([
    { title: 'live, the same', was: { instance: 'p1' }, presence: 'present', comes: { instance: 'p1' }, task: 'kept' },
    { title: 'live, other', was: { instance: 'p1' }, presence: 'present', comes: { instance: 'p2' }, task: 'refused' },
    { title: 'live, unnamed now', was: { instance: 'p1' }, presence: 'present', comes: {}, task: 'refused' },
    { title: 'live, both unnamed', was: {}, presence: 'present', comes: {}, task: 'refused' },
    {
      title: 'live, another that insists',
      was: { instance: 'p1' },
      presence: 'present',
      comes: { instance: 'p2', takeover: true },
      task: 'back in line',
    },
    { title: 'late, the same', was: { instance: 'p1' }, presence: 'late', comes: { instance: 'p1' }, task: 'kept' },
    { title: 'late, both unnamed', was: {}, presence: 'late', comes: {}, task: 'kept' },
    {
      title: 'late, other',
      was: { instance: 'p1' },
      presence: 'late',
      comes: { instance: 'p2' },
      task: 'back in line',
    },
    {
      title: 'lost, the same',
      was: { instance: 'p1' },
      presence: 'lost',
      comes: { instance: 'p1' },
      task: 'back in line',
    },
  ])('[AG2] again as an instance: $title → its task is $task', ({ was, presence, comes, task }) => {
    const scene = working(was);
    if (presence !== 'present') scene.presence('alice', presence);
    const reply = scene.register('alice', comes);
    const has = { refused: 'refused' in reply, assignee: scene.task('T-1').assignee };
    expect(has).toEqual({ refused: task === 'refused', assignee: task === 'back in line' ? null : 'alice' });
    expect(scene.need('agent', 'alice').taskIds).toEqual(has.assignee === null ? [] : ['T-1']);
  });

  test('[AG2] the same instance with another token is another process', () => {
    const scene = new Scene();
    const register = (tokenId: string, takeover = false) => {
      const profile = { id: 'alice', role: 'coder', instance: 'p1', takeover };
      return scene.decide(scene.callerOf('human:kim'), decideRegister, { profile, via: 'socket', tokenId });
    };
    register('token-1');
    scene.as('human:kim').call('task.create', { title: 'x' });
    scene.settle();
    expect(scene.task('T-1').assignee).toBe('alice');
    expect(register('token-2')).toMatchObject({ refused: { code: 'CONFLICT' } });
    expect(register('token-1')).toMatchObject({ agent: { taskIds: ['T-1'] } });
    scene.pass(5_000);
    expect(register('token-2', true)).toMatchObject({ agent: { taskIds: [] } });
    expect(scene.task('T-1').assignee).toBeNull();
  });

  test('[AG2] the questions of a process that was replaced end with it', () => {
    const scene = working({ instance: 'one' });
    scene.as('alice').call('question.ask', { body: 'Keep it?' });
    scene.agent('alice', { instance: 'two', takeover: true });
    expect(scene.need('question', 'Q-1')).toMatchObject({ state: 'withdrawn' });
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'idle' });
  });

  test('[AG2] an id whose socket has closed is free for another process', () => {
    const scene = new Scene();
    scene.agent('alice', { instance: 'p1' });
    scene.presence('alice', 'present', false);
    expect(scene.agent('alice', { instance: 'p2' })).toMatchObject({ instance: 'p2', connected: true });
  });

  test('[AG2] CONFLICT names the host, pid and age of who has the id', () => {
    const scene = new Scene();
    scene.agent('alice', { instance: 'p1', host: 'mac-7', pid: 4711 });
    expect(scene.pass(42_000).register('alice', { instance: 'p2' })).toMatchObject({
      refused: { code: 'CONFLICT', details: { host: 'mac-7', pid: 4711, ageMs: 42_000 } },
    });
  });

  test.each([
    ['again after 4.9 s', 4_900, 'RATE_LIMITED'],
    ['again after 5 s', 5_000, undefined],
  ])('[AG3] a live connection taken over %s', (_, ms, code) => {
    const scene = new Scene();
    scene.agent('alice', { instance: 'p1' });
    scene.agent('alice', { instance: 'p1' });
    const reply = scene.pass(ms).register('alice', { instance: 'p1' });
    expect('refused' in reply ? reply.refused.code : undefined).toBe(code);
  });

  test('[AG3] coming back late is not a takeover and never limited', () => {
    const scene = new Scene();
    for (let i = 0; i < 3; i++) {
      scene.agent('alice', { instance: 'p1' });
      scene.presence('alice', 'late');
    }
    expect(scene.agent('alice', { instance: 'p1' })).toMatchObject({ presence: 'present' });
  });

  test('[AG4] an older connection can do nothing any more, whatever it sends', () => {
    const scene = working({ instance: 'p1' });
    const zombie = scene.as('alice');
    scene.agent('alice', { instance: 'p1' });
    const before = scene.seq;
    expect(zombie.refused('agent.heartbeat', {})).toMatchObject({ code: 'SUPERSEDED' });
    expect(zombie.refused('task.complete', { taskId: 'T-1', attempt: 1 })).toMatchObject({ code: 'SUPERSEDED' });
    expect(zombie.refused('lock.claim', { paths: ['a'] })).toMatchObject({ code: 'SUPERSEDED' });
    expect(scene.seq).toBe(before);
    expect(scene.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 })).toMatchObject({
      task: { status: 'completed' },
    });
  });

  test('[AG4] so can one that left, and one never registered', () => {
    const scene = new Scene();
    scene.agent('alice');
    scene.as('alice').call('agent.leave', {});
    expect(scene.as('alice').refused('agent.heartbeat', {})).toMatchObject({ code: 'SUPERSEDED' });
    expect(scene.as('bob').refused('agent.heartbeat', {})).toMatchObject({ code: 'SUPERSEDED' });
  });

  test('[AG2] a reconnect keeps what is known of the process; a new process starts from its own word', () => {
    const scene = new Scene();
    scene.agent('alice', { instance: 'p1' });
    const usage = { tokensIn: 10, tokensOut: 5, costUsd: 0.1 };
    scene.as('alice').call('agent.heartbeat', { activity: { doing: 'reading' }, usage });
    expect(scene.agent('alice', { instance: 'p1', branch: 'main' })).toMatchObject({ usage, branch: 'main' });
    expect(scene.pass(5_000).agent('alice', { instance: 'p2', takeover: true }).usage).toBeUndefined();
  });
});

describe('the word for an agent', () => {
  /** Everything that could be true at once, taken away one by one from the strongest on. */
  test('[AG5] is the first that holds: left lost asking late paused waiting working idle', () => {
    const scene = working();
    const alice = scene.as('alice');
    scene.agent('bob');
    scene.as('bob').call('lock.claim', { paths: ['a'] });
    const words: string[] = [];
    const look = () => words.push(scene.need('agent', 'alice').state);
    look();
    const claim = alice.call('lock.claim', { paths: ['a'], waitMs: 60_000 });
    look();
    expect(scene.need('agent', 'alice').waitingFor).toEqual({ kind: 'lock', id: claim.lockId });
    scene.as('human:kim').call('directive.send', { to: 'alice', action: 'pause' });
    look();
    scene.presence('alice', 'late');
    look();
    const { questionId } = alice.call('question.ask', { body: 'Which one?' });
    look();
    scene.lose('alice');
    look();
    scene.as('human:kim').call('agent.evict', { agentId: 'alice', reason: 'gone' });
    look();
    expect(words).toEqual(['working', 'waiting', 'paused', 'late', 'asking', 'lost', 'left']);
    expect(scene.need('question', questionId).state).toBe('withdrawn');
  });

  test('[AG5] follows its cause back again, and says since when', () => {
    const scene = working();
    const since = scene.at;
    scene.pass(1_000).as('alice').call('task.progress', { taskId: 'T-1', attempt: 1, progress: 5 });
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'working', stateAt: since });
    scene.pass(1_000).as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'idle', stateAt: scene.at, taskIds: [] });
  });

  test('[AG5] a heartbeat answers with it', () => {
    const scene = working();
    expect(scene.as('alice').call('agent.heartbeat', {})).toEqual({ state: 'working' });
  });

  test('[AG5] waiting for an answer names the question', () => {
    const scene = working();
    const { questionId } = scene.as('alice').call('question.ask', { body: 'Which one?' });
    expect(scene.need('agent', 'alice').waitingFor).toEqual({ kind: 'question', id: questionId });
  });
});

describe('leaving', () => {
  const gone = {
    leave: (scene: Scene) => scene.as('alice').call('agent.leave', { reason: 'done' }),
    evict: (scene: Scene) => scene.as('human:kim').call('agent.evict', { agentId: 'alice', reason: 'done' }),
  };
  test.each(['leave', 'evict'] as const)('[AG6] %s: tasks back, locks, claims and questions end, at once', (how) => {
    const scene = working();
    const alice = scene.as('alice');
    scene.agent('bob');
    scene.as('bob').call('lock.claim', { paths: ['b'] });
    alice.call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    alice.call('lock.claim', { paths: ['c'] });
    alice.call('lock.claim', { paths: ['b'], waitMs: 60_000 });
    alice.call('question.ask', { body: 'Which one?' });
    const before = scene.seq;
    gone[how](scene);
    expect(scene.seq).toBe(before + 1);
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'left', connected: false, taskIds: [] });
    expect(scene.task('T-1')).toMatchObject({ status: 'pending', assignee: null, losses: 0, failures: 0 });
    expect(scene.task('T-1').attempts).toMatchObject([
      { attempt: 1, agentId: 'alice', outcome: 'left', endedAt: scene.at },
    ]);
    expect(scene.replica.all('lock').map((lock) => [lock.holder, lock.waiters])).toEqual([['bob', []]]);
    expect(scene.replica.count('waiter')).toBe(0);
    expect(scene.replica.openQuestionsOf('alice')).toEqual([]);
  });

  test('[AG6] an evicted agent may keep its locks until their leases end, those for its task, too', () => {
    const scene = working();
    scene.agent('bob');
    scene.as('alice').call('lock.claim', { paths: ['a'] });
    scene.as('alice').call('lock.claim', { paths: ['src/'], taskId: 'T-1' });
    scene.as('human:kim').call('agent.evict', { agentId: 'alice', reason: 'stuck', releaseLocks: false });
    expect(scene.task('T-1')).toMatchObject({ status: 'pending', assignee: null });
    for (const path of ['a', 'src/a.ts'])
      expect(scene.as('bob').refused('lock.claim', { paths: [path] })).toMatchObject({ code: 'LOCK_HELD' });
  });

  test('[AG6] only somebody who is there can be evicted', () => {
    const scene = working();
    const kim = scene.as('human:kim');
    kim.call('agent.evict', { agentId: 'alice', reason: 'gone' });
    for (const agentId of ['alice', 'nobody'])
      expect(kim.refused('agent.evict', { agentId, reason: 'gone' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[AG6] who left can come back with a clean slate', () => {
    const scene = working();
    scene.as('human:kim').call('directive.send', { to: 'alice', action: 'pause' });
    scene.as('alice').call('agent.leave', {});
    expect(scene.agent('alice')).toMatchObject({ state: 'idle', paused: false, taskIds: [] });
  });
});

describe('being lost', () => {
  test('[AG7] tasks go back in line, claims end, locks stay until their lease ends, people are told', () => {
    const scene = working();
    scene.agent('bob');
    scene.as('bob').call('lock.claim', { paths: ['b'] });
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1', ttlMs: 60_000 });
    scene.as('alice').call('lock.claim', { paths: ['b'], waitMs: 60_000 });
    scene.lose('alice');
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'lost', taskIds: [], connected: false });
    expect(scene.task('T-1')).toMatchObject({ status: 'pending', assignee: null, losses: 1, failures: 0 });
    expect(scene.task('T-1').attempts).toMatchObject([{ outcome: 'lost' }]);
    expect(scene.replica.locksOf('alice').map((lock) => lock.paths)).toEqual([['a']]);
    expect(scene.replica.count('waiter')).toBe(0);
    expect(scene.need('alarm', 'A-1')).toMatchObject({
      code: 'AGENT_LOST',
      state: 'unacked',
      subject: { kind: 'agent', id: 'alice' },
      summary: 'alice is lost; it had T-1 and held a',
    });
    scene.pass(60_750).sweep();
    expect(scene.replica.locksOf('alice')).toEqual([]);
  });

  test('[AG7] with a task it had not started: that is no loss, and its lock stays too', () => {
    const scene = new Scene();
    scene.agent('alice');
    scene.as('human:kim').call('task.create', { title: 'Add login' });
    scene.settle();
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    scene.lose('alice');
    expect(scene.task('T-1')).toMatchObject({ status: 'pending', assignee: null, losses: 0 });
    expect(scene.task('T-1').attempts).toMatchObject([{ outcome: 'not started' }]);
    expect(scene.replica.locksOf('alice')).toHaveLength(1);
  });

  test('[AG7] without a task and a lock nobody needs to know', () => {
    const scene = new Scene();
    scene.agent('alice');
    scene.lose('alice');
    expect(scene.replica.count('alarm')).toBe(0);
  });

  test.each([
    ['its next sign of life', (scene: Scene) => scene.presence('alice', 'present')],
    ['registering again', (scene: Scene) => void scene.agent('alice')],
    [
      'being evicted',
      (scene: Scene) => void scene.as('human:kim').call('agent.evict', { agentId: 'alice', reason: 'x' }),
    ],
  ])('[AG7] is over with %s', (_, end) => {
    const scene = working();
    scene.lose('alice');
    end(scene);
    expect(scene.need('alarm', 'A-1').state).toBe('returned');
    expect(scene.need('agent', 'alice').state).not.toBe('lost');
  });

  test('[AG8] late and back in time changes nothing but the word', () => {
    const scene = working();
    scene.as('alice').call('lock.claim', { paths: ['a'], taskId: 'T-1' });
    scene.presence('alice', 'late');
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'late', taskIds: ['T-1'] });
    scene.presence('alice', 'present');
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'working', taskIds: ['T-1'] });
    expect(scene.replica.locksOf('alice')).toHaveLength(1);
  });

  test('[AG8] what was noticed of an older connection says nothing about the newer one', () => {
    const scene = working({ instance: 'p1' });
    const { connection } = scene.need('agent', 'alice');
    scene.agent('alice', { instance: 'p1' });
    scene.decide(HUB, decidePresence, { agentId: 'alice', connection, presence: 'lost', connected: false });
    expect(scene.need('agent', 'alice')).toMatchObject({ state: 'working', connected: true });
  });

  test('[AG8] the same word twice is no transaction', () => {
    const scene = working();
    scene.presence('alice', 'late');
    const before = scene.seq;
    scene.presence('alice', 'late');
    expect(scene.seq).toBe(before);
  });
});

test('[AG9] agents say what they do, and change what they said of themselves', () => {
  const scene = working();
  scene.as('alice').call('agent.heartbeat', { activity: { doing: 'reading', step: 1, total: 3 } });
  expect(scene.need('agent', 'alice')).toMatchObject({ activity: { doing: 'reading', step: 1 }, activityAt: scene.at });
  const { agent } = scene.as('alice').call('agent.update', { capabilities: ['sql'], maxTasks: 3 });
  expect(agent).toMatchObject({ capabilities: ['sql'], maxTasks: 3, activity: { doing: 'reading' }, state: 'working' });
});

test('[AG9] a person is not an agent', () => {
  const scene = new Scene();
  expect(scene.decide(scene.callerOf('human:kim'), decideHeartbeat, {})).toMatchObject({
    refused: { code: 'BAD_INPUT' },
  });
});

test('[AG10] done in the last 24 hours counts by the hour and forgets by itself', () => {
  const scene = working();
  scene.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
  expect(scene.need('agent', 'alice').doneLast24h).toBe(1);
  scene.pass(5 * HOUR_MS);
  expect(scene.agent('alice', { takeover: true }).doneLast24h).toBe(1);
  scene.pass(20 * HOUR_MS).decide(HUB, decideForgetDone, {});
  expect(scene.need('agent', 'alice')).toMatchObject({ doneLast24h: 0, doneByHour: [] });
});

test('[AG10] with a node the sockets end that it carried, and no others', () => {
  const scene = working();
  scene.register('carol', { heartbeatEveryMs: 5_000 }, 'http');
  scene.node = 'hub-2';
  scene.agent('bob');
  scene.decide(HUB, decideDisconnected, { nodes: ['hub-1', 'hub-0'] });
  expect(scene.replica.all('agent').map(({ id, connected, state }) => [id, connected, state])).toEqual([
    ['alice', false, 'working'],
    ['bob', true, 'idle'],
    ['carol', true, 'idle'],
  ]);
});

test('[AG4] whoever was superseded is told by which connection', () => {
  const scene = new Scene();
  scene.agent('alice', { instance: 'p1' });
  const zombie = scene.as('alice');
  const { connection } = scene.agent('alice', { instance: 'p1' });
  expect(zombie.refused('agent.heartbeat', {}).details).toEqual({ connection });
});
