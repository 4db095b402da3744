import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test, vi } from 'vitest';
import { Scene } from './testing/scene.ts';

type Claim = Omit<CommandInput<'lock.claim'>, 'paths'>;

function scene(): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob', 'carol', 'dave', 'erin']) made.agent(id, { accepts: 'none' });
  return made;
}
const claim = (on: Scene, id: string, paths: string[], more: Claim = {}) =>
  on.as(id).call('lock.claim', { paths, waitMs: 600_000, ttlMs: 3_600_000, ...more });
const attempt = (on: Scene, id: string, paths: string[], more: Claim = {}) =>
  on.as(id).attempt('lock.claim', { paths, waitMs: 600_000, ttlMs: 3_600_000, ...more });
function release(on: Scene, lockId: string): void {
  const lock = on.need('lock', lockId);
  on.as(lock.holder).call('lock.release', { lockId, fence: lock.fence });
}
/** Who holds what, and who waits for it, in line. */
const line = (on: Scene) =>
  on.replica
    .all('lock')
    .map(({ id, holder, waiters }) => [`${id} ${holder}`, ...waiters.map(({ lockId }) => lockId)].join(' < '));

describe('waiting in line', () => {
  test('[LK11] says at which position, and the lock names who waits', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    expect(claim(made, 'bob', ['src/a.ts'])).toEqual({ granted: false, lockId: 'L-2', position: 1 });
    expect(claim(made, 'carol', ['src/b.ts'])).toMatchObject({ lockId: 'L-3', position: 1 });
    expect(claim(made, 'dave', ['src/'])).toMatchObject({ lockId: 'L-4', position: 3 });
    expect(made.need('lock', 'L-1').waiters).toEqual([
      { lockId: 'L-2', agentId: 'bob', since: made.at },
      { lockId: 'L-3', agentId: 'carol', since: made.at },
      { lockId: 'L-4', agentId: 'dave', since: made.at },
    ]);
    expect(made.need('waiter', 'L-4').blockedBy).toEqual(['L-1', 'L-2', 'L-3']);
  });

  test('[LK12] a grant has the id of the claim, its own fence and its whole lease', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    claim(made, 'bob', ['src/a.ts'], { ttlMs: 30_000, reason: 'login' });
    claim(made, 'carol', ['src/b.ts']);
    release(made, 'L-1');
    const before = made.seq;
    made.settle();
    expect(made.need('lock', 'L-2')).toMatchObject({
      holder: 'bob',
      paths: ['src/a.ts'],
      fence: `7.${before + 1}`,
      reason: 'login',
      expiresClock: made.clock + 30_750,
    });
    expect(made.need('lock', 'L-3').fence).toBe(`7.${before + 2}`);
    expect(made.replica.count('waiter')).toBe(0);
    expect(made.need('agent', 'bob').state).toBe('idle');
  });

  test('[LK12] first come, first served, one after the other', () => {
    const made = scene();
    for (const id of ['alice', 'bob', 'carol', 'dave']) claim(made, id, ['a']);
    const seen = [line(made)];
    for (const lockId of ['L-1', 'L-2', 'L-3']) {
      release(made, lockId);
      made.settle();
      seen.push(line(made));
    }
    expect(seen).toEqual([['L-1 alice < L-2 < L-3 < L-4'], ['L-2 bob < L-3 < L-4'], ['L-3 carol < L-4'], ['L-4 dave']]);
  });

  test('[LK12] who waits only for a claim in line is told by the lock it becomes', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'bob', ['a', 'b']);
    claim(made, 'carol', ['b']);
    expect(made.need('waiter', 'L-3').blockedBy).toEqual(['L-2']);
    release(made, 'L-1');
    made.settle();
    expect(line(made)).toEqual(['L-2 bob < L-3']);
    release(made, 'L-2');
    made.settle();
    expect(line(made)).toEqual(['L-3 carol']);
  });

  test('[LK13] nobody is overtaken: a new claim waits behind an earlier one it conflicts with', () => {
    const made = scene();
    claim(made, 'alice', ['a'], { mode: 'shared' });
    claim(made, 'bob', ['a']);
    expect(claim(made, 'carol', ['a'], { mode: 'shared' })).toMatchObject({ granted: false, position: 2 });
    expect(made.as('dave').refused('lock.claim', { paths: ['a'], mode: 'shared' })).toMatchObject({
      code: 'LOCK_HELD',
      details: { conflicts: [{ path: 'a', heldPath: 'a', holder: 'bob', reason: 'waiting in line' }] },
    });
    expect(claim(made, 'dave', ['b'])).toMatchObject({ granted: true });
  });

  test('[LK13] shared claims that wait for the same exclusive one go together', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    for (const id of ['bob', 'carol']) claim(made, id, ['a'], { mode: 'shared' });
    release(made, 'L-1');
    made.settle();
    expect(line(made)).toEqual(['L-2 bob', 'L-3 carol']);
  });

  test('[LK14] a claim withdrawn, timed out or abandoned lets those behind it go', () => {
    const ends: ((on: Scene) => void)[] = [
      (on) => on.as('bob').call('lock.release', { lockId: 'L-2' }),
      (on) => on.pass(10_750).sweep(),
      (on) => on.as('bob').call('agent.leave', {}),
      (on) => on.lose('bob'),
    ];
    const after = ends.map((end) => {
      const made = scene();
      claim(made, 'alice', ['a']);
      claim(made, 'bob', ['a', 'b'], { waitMs: 10_000 });
      claim(made, 'carol', ['b']);
      end(made);
      made.settle();
      return [line(made), made.need('agent', 'bob').waitingFor];
    });
    expect(after).toEqual(ends.map(() => [['L-1 alice', 'L-3 carol'], undefined]));
  });

  test('[LK14] times out after its waitMs plus the margin, never before; waitMs 0 does not wait', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'bob', ['a'], { waitMs: 10_000 });
    made.pass(10_749).sweep();
    expect(made.replica.count('waiter')).toBe(1);
    made.pass(1).sweep();
    expect(made.replica.count('waiter')).toBe(0);
    expect(line(made)).toEqual(['L-1 alice']);
    expect(made.as('bob').refused('lock.claim', { paths: ['a'], waitMs: 0 })).toMatchObject({ code: 'LOCK_HELD' });
  });

  test('[LK14] only its owner can withdraw a claim', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'bob', ['a']);
    expect(made.as('carol').refused('lock.release', { lockId: 'L-2' })).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('[LK14] the end of a lease lets the first in line go', () => {
    const made = scene();
    claim(made, 'alice', ['a'], { ttlMs: 5_000 });
    claim(made, 'bob', ['a']);
    made.pass(5_750).sweep();
    expect(line(made)).toEqual(['L-2 bob']);
  });

  test.each(['fail', 'block', 'complete', 'cancel', 'assign'])(
    '[LK15] a claim for a task is withdrawn when that ends: %s',
    (how) => {
      const made = new Scene();
      for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull' });
      made.as('human:kim').call('task.create', { title: 'Add login' });
      made.as('bob').call('task.next', {});
      claim(made, 'alice', ['a']);
      claim(made, 'bob', ['a'], { taskId: 'T-1' });
      const own = { taskId: 'T-1', attempt: 1 };
      const ends: Record<string, () => void> = {
        fail: () => made.as('bob').call('task.fail', { ...own, reason: 'x' }),
        block: () => made.as('bob').call('task.block', { ...own, reason: 'x' }),
        complete: () => made.as('bob').call('task.complete', own),
        cancel: () => made.as('human:kim').call('task.cancel', { taskId: 'T-1', reason: 'x' }),
        assign: () => made.as('human:kim').call('task.assign', { taskId: 'T-1', agentId: 'alice' }),
      };
      ends[how]?.();
      expect(made.replica.count('waiter')).toBe(0);
      expect(line(made)).toEqual(['L-1 alice']);
      expect(made.need('agent', 'bob').waitingFor).toBeUndefined();
    },
  );
});

describe('deadlocks', () => {
  const deadlock = (cycle: string[]) => ({ refused: { code: 'DEADLOCK', details: { cycle } } });

  test('[LK16] two that hold what the other wants: the second to wait is refused, with the cycle', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'bob', ['b']);
    claim(made, 'alice', ['b']);
    expect(attempt(made, 'bob', ['a'])).toMatchObject(deadlock(['bob', 'alice', 'bob']));
    expect(made.replica.count('waiter')).toBe(1);
    expect(made.as('bob').refused('lock.claim', { paths: ['a'] })).toMatchObject({ code: 'LOCK_HELD' });
  });

  test('[LK16] three in a circle', () => {
    const made = scene();
    for (const [id, path] of [
      ['alice', 'a'],
      ['bob', 'b'],
      ['carol', 'c'],
    ] as const)
      claim(made, id, [path]);
    claim(made, 'alice', ['b']);
    claim(made, 'bob', ['c']);
    expect(attempt(made, 'carol', ['a'])).toMatchObject(deadlock(['carol', 'alice', 'bob', 'carol']));
  });

  test('[LK16] a circle over a claim that waits in line itself', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'bob', ['b']);
    claim(made, 'bob', ['a', 'c']);
    claim(made, 'carol', ['d']);
    claim(made, 'carol', ['c']);
    expect(attempt(made, 'alice', ['d'])).toMatchObject(deadlock(['alice', 'carol', 'bob', 'alice']));
  });

  test('[LK16] a circle that only forms when the line moves on is seen beforehand', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'bob', ['a', 'b']);
    claim(made, 'carol', ['c']);
    release(made, 'L-1');
    made.settle();
    claim(made, 'carol', ['b']);
    expect(attempt(made, 'bob', ['c'])).toMatchObject(deadlock(['bob', 'carol', 'bob']));
  });

  test('[LK17] who waits for the claimant anyway does not stand in its way, and waits for the new lock too', () => {
    const made = scene();
    claim(made, 'alice', ['src/a']);
    claim(made, 'bob', ['src/']);
    expect(claim(made, 'alice', ['src/b'])).toMatchObject({ granted: true, lockId: 'L-3' });
    expect(line(made)).toEqual(['L-1 alice < L-2', 'L-3 alice < L-2']);
    release(made, 'L-1');
    made.settle();
    expect(line(made)).toEqual(['L-3 alice < L-2']);
    release(made, 'L-3');
    made.settle();
    expect(line(made)).toEqual(['L-2 bob']);
  });

  test('[LK17] so it does while the claimant waits for more itself', () => {
    const made = scene();
    claim(made, 'alice', ['x']);
    claim(made, 'bob', ['b']);
    claim(made, 'carol', ['b', 'x']);
    expect(claim(made, 'bob', ['x'])).toMatchObject({ granted: false, position: 1 });
    expect(made.need('waiter', 'L-3').blockedBy).toEqual(['L-2', 'L-1', 'L-4']);
    release(made, 'L-2');
    made.settle();
    release(made, 'L-1');
    made.settle();
    expect(line(made)).toEqual(['L-4 bob < L-3']);
  });

  test('[LK17] nor can a deadlock arise that way, with two claims of one agent in line', () => {
    const made = scene();
    claim(made, 'carol', ['c']);
    claim(made, 'carol', ['d']);
    claim(made, 'dave', ['x']);
    claim(made, 'bob', ['c', 'x']);
    claim(made, 'bob', ['d']);
    claim(made, 'carol', ['x']);
    release(made, 'L-1');
    made.settle();
    release(made, 'L-3');
    made.settle();
    expect(line(made)).toEqual(['L-2 carol < L-5', 'L-6 carol < L-4']);
  });

  test('[LK17] a claim in line of the claimant counts like a lock of it', () => {
    const made = scene();
    claim(made, 'dave', ['x']);
    claim(made, 'erin', ['y']);
    claim(made, 'alice', ['x']);
    claim(made, 'bob', ['x', 'y']);
    expect(claim(made, 'alice', ['y'])).toMatchObject({ granted: false, position: 1 });
    release(made, 'L-2');
    made.settle();
    release(made, 'L-1');
    made.settle();
    expect(line(made)).toEqual(['L-3 alice < L-4', 'L-5 alice < L-4']);
  });
});

test('[LK17] what has ended does not stay on the list of what a claim waits for', () => {
  const made = scene();
  claim(made, 'alice', ['a']);
  claim(made, 'bob', ['a', 'b', 'c']);
  claim(made, 'alice', ['b']);
  release(made, 'L-3');
  claim(made, 'alice', ['c']);
  expect(made.need('waiter', 'L-2').blockedBy).toEqual(['L-1', 'L-4']);
});

test('[LK11] a claim that is withdrawn takes its own name from the lock, and no other', () => {
  const made = new Scene();
  for (const id of ['alice', 'bob', 'carol']) made.agent(id, { accepts: 'none' });
  made.as('alice').call('lock.claim', { paths: ['src/'] });
  made.as('bob').call('lock.claim', { paths: ['src/x'], waitMs: 60_000 });
  made.as('carol').call('lock.claim', { paths: ['src/y'], waitMs: 60_000 });
  made.as('bob').call('lock.release', { lockId: 'L-2' });
  expect(made.need('lock', 'L-1').waiters).toMatchObject([{ lockId: 'L-3', agentId: 'carol' }]);
});

test('[LK17] those that give way to a new claim stand on its lock oldest first, each once', () => {
  const made = new Scene();
  for (const id of ['alice', 'bob', 'carol']) made.agent(id, { accepts: 'none' });
  made.as('alice').call('lock.claim', { paths: ['x', 'y'] });
  made.as('bob').call('lock.claim', { paths: ['x', 'a', 'b'], waitMs: 60_000 });
  made.as('carol').call('lock.claim', { paths: ['y', 'a2', 'b2'], waitMs: 60_000 });
  const claimed = made.as('alice').call('lock.claim', { paths: ['b2', 'b', 'a'] });
  expect(claimed).toMatchObject({ granted: true });
  expect(made.need('lock', claimed.lockId).waiters.map(({ lockId }) => lockId)).toEqual(['L-2', 'L-3']);
  for (const id of ['L-2', 'L-3']) expect(made.need('waiter', id).blockedBy).toEqual(['L-1', claimed.lockId]);
});

test('[LK25] joining a long line looks at each claim in it a few times, however many those wait for themselves', () => {
  const made = new Scene();
  const length = 200;
  for (let n = 0; n <= length; n++) made.agent(`a${n}`, { accepts: 'none' });
  for (const id of ['free', 'holder', 'awaited', 'behind']) made.agent(id, { accepts: 'none' });
  for (let n = 0; n <= length; n++) claim(made, `a${n}`, ['package.json']);
  claim(made, 'holder', ['docs/']);
  claim(made, 'awaited', ['src/']);
  claim(made, 'behind', ['src/']);
  const get = vi.spyOn(made.replica, 'get');
  for (const id of ['free', 'holder', 'awaited']) {
    get.mockClear();
    expect(claim(made, id, ['package.json'])).toMatchObject({ granted: false });
    expect(get.mock.calls.length).toBeLessThan(10 * length);
  }
});
