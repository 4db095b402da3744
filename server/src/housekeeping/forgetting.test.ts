import { KEPT_AT_MOST } from '@signalbox/shared/retention';
import { expect, test, vi } from 'vitest';
import { HUB, Scene } from '../domain/testing/scene.ts';
import { Forgetting } from './forgetting.ts';
import { sceneErrands } from './testing/scene-errands.ts';
import type { Settings } from './trouble-watch.ts';

/** A project without I/O whose hub forgets: `round` is one look, and what came of it. */
function forgetful(settings: Settings = () => undefined) {
  const scene = new Scene();
  scene.agent('alice', { accepts: 'pull' });
  const { errands, sent } = sceneErrands(scene);
  const forgetting = new Forgetting(errands, settings);
  return {
    scene,
    sent,
    async round() {
      forgetting.look(scene.replica, scene.at);
      await new Promise(setImmediate);
      return scene.replica.count('task');
    },
    /** So many cancelled tasks, made in one go. */
    finish(n: number) {
      const { task } = scene.as('human:kim').call('task.create', { title: 'x' });
      const { task: over } = scene.as('human:kim').call('task.cancel', { taskId: task.id, reason: 'x' });
      scene.decide(
        HUB,
        (draft) => {
          for (let i = 1; i < n; i++) draft.put({ ...over, id: `${over.id}${String(i).padStart(4, '0')}` });
          return {};
        },
        {},
      );
    },
  };
}

test('nothing is asked of the ledger while nothing is old enough', async () => {
  const { scene, sent, round, finish } = forgetful();
  finish(3);
  scene.pass(7 * 86_400_000 - 1);
  expect(await round()).toBe(3);
  expect(sent).toEqual([]);
  scene.pass(1);
  expect(await round()).toBe(0);
  expect(sent).toEqual(['retention.forget']);
});

test('a lower limit of the project bites at once, for what was over before, too', async () => {
  let retention: NonNullable<ReturnType<Settings>>['retention'];
  const { scene, round, finish } = forgetful(() => ({ retention }));
  finish(2);
  scene.pass(5_000);
  finish(1);
  expect(await round()).toBe(3);
  retention = { finishedTasksMs: 5_000 };
  expect(await round()).toBe(1);
});

test('so many go at once, and the rest with the next looks', async () => {
  const { scene, round, finish } = forgetful();
  finish(600);
  scene.pass(8 * 86_400_000);
  expect([await round(), await round(), await round()]).toEqual([350, 100, 0]);
});

test('what is still needed holds nothing up, and goes on a later round', async () => {
  const { scene, round, finish } = forgetful();
  finish(1_201);
  const needed = scene.replica.all('task').map(({ id }) => id);
  const last = needed.at(-1) ?? '';
  const kim = scene.as('human:kim');
  for (let at = 0; at < 1_200; at += 200)
    kim.call('task.create', { title: 'Then', dependencies: needed.slice(at, Math.min(at + 200, 1_200)) });
  scene.pass(8 * 86_400_000);
  await round();
  expect(scene.replica.get('task', last), 'a thousand are looked at').toBeDefined();
  await round();
  expect(scene.replica.get('task', last), 'and then the others').toBeUndefined();
  for (const { id, status } of scene.replica.all('task'))
    if (status === 'blocked') kim.call('task.cancel', { taskId: id, reason: 'x' });
  expect(await round()).toBe(1_206 - 250);
});

test('with more than the hub keeps, the oldest go however young they are', async () => {
  const { scene, round } = forgetful();
  const most = KEPT_AT_MOST.alarm;
  for (let i = 1; i <= most + 2; i++)
    scene.decide(
      HUB,
      (draft) =>
        draft.put({
          kind: 'alarm',
          id: `A-${i}`,
          code: 'RETRY_OUT',
          priority: 2,
          subject: { kind: 'task', id: `T-${i}` },
          summary: 'x',
          raisedAt: scene.at + i,
          state: 'returned',
        }),
      {},
    );
  scene.pass(10_000);
  await round();
  expect(scene.replica.count('alarm')).toBe(most);
  expect(scene.replica.get('alarm', 'A-2')).toBeUndefined();
  expect(scene.replica.get('alarm', 'A-3')).toBeDefined();
});

test('of directives with many receipts fewer go at once', async () => {
  const { scene, sent, round } = forgetful();
  for (let i = 0; i < 200; i++) scene.agent(`a${i}`);
  for (let i = 0; i < 4; i++) scene.as('human:kim').call('directive.send', { to: 'all', action: 'say', body: 'x' });
  scene.pass(3 * 3_600_000).sweep();
  scene.pass(8 * 86_400_000);
  await round();
  expect([scene.replica.count('directive'), scene.replica.count('receipt')]).toEqual([2, 402]);
  await round();
  expect(sent).toEqual(['retention.forget', 'retention.forget']);
});

/** Two messages of a day ago to 50 agents, of whom the last one has not read them. */
function unread(settings: Settings = () => undefined) {
  const made = forgetful(settings);
  const { scene } = made;
  for (let i = 10; i < 60; i++) scene.agent(`a${i}`);
  for (const body of ['a', 'b']) scene.as('human:kim').call('message.send', { to: 'all', type: 'note', body });
  for (let i = 10; i < 59; i++) scene.as(`a${i}`).call('message.ack', { messageIds: ['M-1', 'M-2'] });
  scene.as('alice').call('message.ack', { messageIds: ['M-1', 'M-2'] });
  scene.pass(2 * 86_400_000);
  const get = vi.spyOn(scene.replica, 'get');
  const looksAtInboxes = () => get.mock.calls.filter(([kind]) => kind === 'inbox').length;
  return { ...made, looksAtInboxes };
}

test('[RT7] a round that finds nothing to forget is not made again at once', async () => {
  const { scene, round, looksAtInboxes } = unread();
  for (let looks = 0; looks < 50; looks++) await round();
  expect(looksAtInboxes(), 'of 51 agents for two messages').toBeLessThanOrEqual(102);
  scene.as('a59').call('message.ack', { messageIds: ['M-1', 'M-2'] });
  for (let looks = 0; looks < 600; looks++) await round();
  expect(scene.replica.count('message')).toBe(0);
});

test('[RT7] a lower limit ends the rest', async () => {
  let retention: NonNullable<ReturnType<Settings>>['retention'];
  const { scene, round } = unread(() => ({ retention }));
  scene.as('human:kim').call('message.send', { to: 'people', type: 'note', body: 'c' });
  scene.pass(5_000);
  await round();
  await round();
  expect(scene.replica.count('message')).toBe(3);
  retention = { ackedMessagesMs: 5_000 };
  await round();
  expect(scene.replica.count('message')).toBe(2);
});

test('[RT7] a round that found something is followed by another one at once', async () => {
  const { scene, round } = unread();
  scene.as('human:kim').call('message.send', { to: 'people', type: 'note', body: 'c' });
  scene.pass(2 * 86_400_000);
  await round();
  expect(scene.replica.count('message')).toBe(2);
  scene.as('a59').call('message.ack', { messageIds: ['M-1', 'M-2'] });
  await round();
  expect(scene.replica.count('message')).toBe(0);
});

test('[RT7] too many end the rest', async () => {
  const { scene, round } = forgetful();
  const most = KEPT_AT_MOST.agent;
  const bob = scene.agent('bob');
  const lost = (from: number, to: number, claims: boolean) =>
    scene.decide(
      HUB,
      (draft) => {
        for (let i = from; i < to; i++) {
          const id = `x${String(i).padStart(5, '0')}`;
          draft.put({ ...bob, id, state: 'left', presence: 'left', connected: false, stateAt: scene.at - 10_000 + i });
          const paths = [id];
          const base = { kind: 'waiter', agentId: id, paths, mode: 'exclusive', ttlMs: 1, since: 1 } as const;
          if (claims) draft.put({ ...base, id: `L-${i + 1}`, waitClock: 1e12, blockedBy: ['L-1'] });
        }
        return {};
      },
      {},
    );
  lost(0, most + 1, true);
  for (let looks = 0; looks < 6; looks++) await round();
  expect(scene.replica.past('agent').size).toBe(most + 1);
  lost(most + 1, most + 301, false);
  for (let looks = 0; looks < 6; looks++) await round();
  expect(scene.replica.past('agent').size).toBeLessThan(most + 301);
});

test('[RT7] messages to very many are looked at a few at a time', async () => {
  const { scene, round, looksAtInboxes } = unread();
  const [first] = scene.replica.all('message');
  if (first === undefined) throw new Error('there is a message');
  const recipients = Array.from({ length: 5_000 }, () => 'alice');
  scene.decide(
    HUB,
    (draft) => {
      for (let i = 10; i < 60; i++) draft.put({ ...first, id: `M-${i}`, recipients: [...recipients, 'a59'] });
      for (const agentId of ['alice', 'a59']) draft.remove('inbox', agentId);
      draft.put({ kind: 'inbox', id: 'alice', cursor: 100, acked: [] });
      return {};
    },
    {},
  );
  const before = looksAtInboxes();
  await round();
  expect(looksAtInboxes() - before).toBeLessThan(20_000);
});
