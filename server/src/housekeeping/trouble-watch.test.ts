import { expect, test, vi } from 'vitest';
import { Scene } from '../domain/testing/scene.ts';
import { sceneErrands } from './testing/scene-errands.ts';
import { TroubleWatch } from './trouble-watch.ts';

const MINUTE = 60_000;

/** Alice with room for work, a critical task nobody has taken, three who wait for her lock, and her bill. */
function busy() {
  const scene = new Scene();
  for (const id of ['alice', 'bob', 'carol', 'dave']) {
    scene.agent(id, { accepts: 'pull' });
    scene.as(id).call('lock.claim', { paths: ['a'], ttlMs: 3_600_000, waitMs: 3_600_000 });
  }
  scene.as('human:kim').call('task.create', { title: 'x', priority: 1 });
  scene.as('alice').call('agent.heartbeat', { usage: { tokensIn: 1, tokensOut: 1, costUsd: 5 } });
  const { errands, sent } = sceneErrands(scene);
  let budgetUsd: number | undefined = 4;
  const watch = new TroubleWatch({ project: 'acme', errands, settings: () => ({ budgetUsd }) });
  return {
    scene,
    sent,
    setBudget: (usd: number) => {
      budgetUsd = usd;
    },
    async look() {
      watch.look(scene.replica, scene.at);
      await new Promise(setImmediate);
      return scene.replica.all('alarm').map(({ code, subject, state }) => `${code} ${subject.id} ${state}`);
    },
  };
}

test('what lasts too long is told once, and its end as well', async () => {
  const { scene, sent, setBudget, look } = busy();
  expect(await look()).toEqual(['BUDGET acme unacked']);
  scene.pass(6 * MINUTE);
  const all = ['BUDGET acme unacked', 'CRIT_STUCK T-1 unacked', 'LOCK_HOT L-1 unacked'];
  expect(await look()).toEqual(all);
  expect(await look()).toEqual(all);
  expect(sent).toEqual(['alarm.raise', 'alarm.raise', 'alarm.raise']);
  setBudget(50);
  scene.as('alice').call('task.next', {});
  scene.as('human:kim').call('lock.forceRelease', { lockId: 'L-1', reason: 'x' });
  expect(await look()).toEqual(['BUDGET acme returned', 'CRIT_STUCK T-1 returned', 'LOCK_HOT L-1 returned']);
  await look();
  expect(sent.slice(3)).toEqual(['alarm.over', 'alarm.over', 'alarm.over']);
});

test('a long line is looked at once, by its lock', async () => {
  const { scene, look } = busy();
  for (let n = 0; n < 100; n++) {
    scene.agent(`a${n}`, { accepts: 'none' });
    scene.as(`a${n}`).call('lock.claim', { paths: ['a'], ttlMs: 3_600_000, waitMs: 3_600_000 });
  }
  scene.pass(2 * MINUTE);
  const asked = vi.spyOn(scene.replica, 'alarmOn');
  expect(await look()).toContain('LOCK_HOT L-1 unacked');
  expect(asked.mock.calls.filter(([code]) => code === 'LOCK_HOT').length).toBeLessThan(5);
});
