import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { checkInvariants, checkSettled } from './testing/invariants.ts';
import { Scene } from './testing/scene.ts';

type Claim = Omit<CommandInput<'lock.claim'>, 'paths'>;

function scene(): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob', 'carol', 'dave']) made.agent(id, { accepts: 'pull' });
  return made;
}
const claim = (on: Scene, id: string, paths: string[], more: Claim = {}) =>
  on.as(id).call('lock.claim', { paths, waitMs: 600_000, ttlMs: 600_000, ...more });
const transfer = (on: Scene, from: string, to: string, lockId = 'L-1') =>
  on.as(from).attempt('lock.transfer', { lockId, fence: on.need('lock', lockId).fence, to });
const refused = (on: Scene, from: string, to: string, lockId = 'L-1') =>
  on.as(from).refused('lock.transfer', { lockId, fence: on.need('lock', lockId).fence, to });
const release = (on: Scene, lockId: string) => {
  const { holder, fence } = on.need('lock', lockId);
  on.as(holder).call('lock.release', { lockId, fence });
  on.settle();
};
/** Who holds what, and who waits for it, in line. */
const line = (on: Scene) =>
  on.replica
    .all('lock')
    .map(({ id, holder, waiters }) => [`${id} ${holder}`, ...waiters.map(({ lockId }) => lockId)].join(' < '));

describe('handing a lock over', () => {
  test('[LK18] is a grant to the receiver: a newer fence, the whole lease, the same paths, and at no moment free', () => {
    const made = scene();
    claim(made, 'alice', ['src/', 'a'], { mode: 'shared', reason: 'login' });
    const before = made.need('lock', 'L-1');
    made.pass(60_000);
    transfer(made, 'alice', 'bob');
    expect(made.need('lock', 'L-1')).toEqual({
      ...before,
      rev: made.seq,
      holder: 'bob',
      fence: `7.${made.seq}`,
      since: made.at,
      expiresClock: made.clock + 600_750,
    });
    expect(made.log.at(-1)?.changes.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['lock L-1']);
  });

  test('[LK18] the old fence guards nothing any more', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    const { fence } = made.need('lock', 'L-1');
    transfer(made, 'alice', 'bob');
    const alice = made.as('alice');
    expect(alice.refused('lock.check', { paths: ['src/a'], fence })).toMatchObject({ code: 'STALE_FENCE' });
    expect(alice.refused('lock.renew', { lockId: 'L-1', fence })).toMatchObject({ code: 'FORBIDDEN' });
    expect(alice.refused('lock.claim', { paths: ['src/a'] })).toMatchObject({ code: 'LOCK_HELD' });
    expect(made.as('bob').refused('lock.release', { lockId: 'L-1', fence })).toMatchObject({ code: 'STALE_FENCE' });
  });

  test('[LK18] it ends with no task any more: it was claimed for the work of the other', () => {
    const made = scene();
    made.as('human:kim').call('task.create', { title: 'Add login' });
    made.as('alice').call('task.next', {});
    claim(made, 'alice', ['src/'], { taskId: 'T-1' });
    transfer(made, 'alice', 'bob');
    made.as('alice').call('task.complete', { taskId: 'T-1', attempt: 1 });
    expect(made.need('lock', 'L-1')).toMatchObject({ holder: 'bob' });
    expect(made.need('lock', 'L-1')).not.toHaveProperty('taskId');
  });

  test('[LK18] a person may do it for the holder; a stranger may not', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    expect(refused(made, 'carol', 'carol')).toMatchObject({ code: 'FORBIDDEN' });
    expect(transfer(made, 'human:kim', 'bob')).toMatchObject({ lock: { holder: 'bob' } });
  });

  test.each<[string, (on: Scene) => void, string, string]>([
    ['nobody of this name', () => {}, 'zed', 'NOT_FOUND'],
    ['somebody who left', (on) => on.as('bob').call('agent.leave', {}), 'bob', 'NOT_FOUND'],
    ['somebody who is late', (on) => on.presence('bob', 'late'), 'bob', 'INVALID_STATE'],
    ['somebody who is lost', (on) => on.lose('bob'), 'bob', 'INVALID_STATE'],
    ['oneself', () => {}, 'alice', 'INVALID_STATE'],
  ])('[LK19] only to somebody who is there: to %s is refused', (_, happens, to, code) => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    happens(made);
    expect(refused(made, 'alice', to)).toMatchObject({ code, message: expect.stringContaining('to: ') });
    expect(made.need('lock', 'L-1').holder).toBe('alice');
  });

  test('[LK19] the quota is that of the receiver', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    for (let i = 0; i < 500; i++) claim(made, 'bob', [`f${i}`]);
    expect(refused(made, 'alice', 'bob')).toMatchObject({ code: 'QUOTA' });
    release(made, 'L-2');
    expect(transfer(made, 'alice', 'bob')).toMatchObject({ lock: { holder: 'bob' } });
  });

  test('[LK24] of globs as well; a claim that ends with it does not count', () => {
    const made = scene();
    const globs = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}/*.ts`);
    claim(made, 'alice', globs(21, 'a'));
    claim(made, 'bob', globs(30, 'b'));
    expect(refused(made, 'alice', 'bob')).toMatchObject({ code: 'QUOTA' });
    expect(made.need('lock', 'L-1').holder).toBe('alice');
    release(made, 'L-2');
    claim(made, 'bob', globs(29, 'c'));
    claim(made, 'bob', globs(21, 'a'));
    expect(transfer(made, 'alice', 'bob')).toMatchObject({ lock: { holder: 'bob' } });
  });

  test('[LK19] the fence guards it, as it guards a release', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    const { fence } = made.need('lock', 'L-1');
    const attempt = (input: { lockId: string; fence: string }) =>
      made.as('alice').refused('lock.transfer', { ...input, to: 'bob' }).code;
    expect(attempt({ lockId: 'L-1', fence: '7.1' })).toBe('STALE_FENCE');
    expect(attempt({ lockId: 'L-1', fence: '7.9999' })).toBe('BAD_INPUT');
    expect(attempt({ lockId: 'L-9', fence })).toBe('LOCK_LOST');
    expect(made.as('human:kim').refused('lock.transfer', { lockId: 'L-1', fence: '7.1', to: 'bob' })).toMatchObject({
      code: 'STALE_FENCE',
    });
  });

  test.each<[string, string[], Claim]>([
    ['a lock beside it', ['src/'], {}],
    ['a shared lock below its exclusive one', ['src/'], { mode: 'shared' }],
  ])('[LK20] not while the holder keeps %s: two agents would hold the same', (_, paths, more) => {
    const made = scene();
    claim(made, 'alice', ['src/a'], more);
    claim(made, 'alice', paths);
    expect(refused(made, 'alice', 'bob')).toMatchObject({ code: 'INVALID_STATE', details: { lockId: 'L-2' } });
    release(made, 'L-2');
    expect(transfer(made, 'alice', 'bob')).toMatchObject({ lock: { holder: 'bob' } });
  });

  test('[LK20] not while the holder waits for more of the same', () => {
    const made = scene();
    claim(made, 'bob', ['src/b']);
    claim(made, 'alice', ['src/a']);
    claim(made, 'alice', ['src/']);
    expect(refused(made, 'alice', 'carol', 'L-2')).toMatchObject({ code: 'INVALID_STATE', details: { lockId: 'L-3' } });
  });

  test('[LK21] whoever waits goes on waiting in the same line, and is let in when the receiver is done', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    claim(made, 'carol', ['src/a']);
    claim(made, 'dave', ['src/a']);
    transfer(made, 'alice', 'bob');
    made.settle();
    expect(line(made)).toEqual(['L-1 bob < L-2 < L-3']);
    release(made, 'L-1');
    expect(line(made)).toEqual(['L-2 carol < L-3']);
  });

  test('[LK21] a claim of the receiver that waited for it is granted', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    claim(made, 'bob', ['src/a', 'docs/']);
    transfer(made, 'alice', 'bob');
    made.settle();
    expect(line(made)).toEqual(['L-1 bob', 'L-2 bob']);
    expect(made.need('agent', 'bob').state).toBe('idle');
  });

  test('[LK21] a claim that stood before that of the receiver gives way: it waits for the receiver now anyway', () => {
    const made = scene();
    claim(made, 'alice', ['src/']);
    claim(made, 'carol', ['src/a']);
    claim(made, 'bob', ['src/a', 'docs/']);
    claim(made, 'dave', ['src/a']);
    transfer(made, 'alice', 'bob');
    checkInvariants(made.replica);
    made.settle();
    checkSettled(made);
    expect(line(made)).toEqual(['L-1 bob < L-2 < L-4', 'L-3 bob < L-2 < L-4']);
    release(made, 'L-1');
    release(made, 'L-3');
    expect(line(made)).toEqual(['L-2 carol < L-4']);
  });

  test('[LK23] claims of the receiver that the lock covers are answered with it: one lock, to be handed on at once', () => {
    const made = scene();
    claim(made, 'alice', ['src/', 'docs/']);
    claim(made, 'carol', ['src/a']);
    claim(made, 'bob', ['src/a', 'docs/']);
    claim(made, 'bob', ['docs/x'], { mode: 'shared' });
    claim(made, 'dave', ['docs/x']);
    transfer(made, 'alice', 'bob');
    checkInvariants(made.replica);
    made.settle();
    checkSettled(made);
    expect(line(made)).toEqual(['L-1 bob < L-2 < L-5']);
    expect(made.need('agent', 'bob').state).toBe('idle');
    transfer(made, 'bob', 'alice');
    expect(line(made)).toEqual(['L-1 alice < L-2 < L-5']);
  });

  test('[LK23] a claim that asks for more than the lock goes on waiting', () => {
    const made = scene();
    claim(made, 'alice', ['src/'], { mode: 'shared' });
    claim(made, 'carol', ['src/a'], { mode: 'shared' });
    claim(made, 'bob', ['src/a']);
    transfer(made, 'alice', 'bob');
    made.settle();
    expect(line(made)).toEqual(['L-1 bob', 'L-2 carol < L-3']);
  });

  test('[LK22] not to somebody who waits for one of those in line: that is DEADLOCK, with the circle', () => {
    const made = scene();
    claim(made, 'alice', ['a']);
    claim(made, 'carol', ['c']);
    claim(made, 'carol', ['a']);
    claim(made, 'bob', ['c']);
    expect(refused(made, 'alice', 'bob')).toMatchObject({
      code: 'DEADLOCK',
      details: { cycle: ['carol', 'bob', 'carol'] },
    });
    expect(line(made)).toEqual(['L-1 alice < L-3', 'L-2 carol < L-4']);
    expect(transfer(made, 'alice', 'carol')).toMatchObject({ lock: { holder: 'carol' } });
    made.settle();
    expect(line(made)).toEqual(['L-1 carol', 'L-2 carol < L-4']);
  });
});
