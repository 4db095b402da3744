import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { decideCheck } from './locks.ts';
import { Scene } from './testing/scene.ts';

type Claim = CommandInput<'lock.claim'>;

function scene(): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob', 'carol']) made.agent(id, { accepts: 'none' });
  return made;
}
/** Alice holds the given paths as L-1. */
function held(claim: Partial<Claim> = {}): Scene {
  const made = scene();
  made.as('alice').call('lock.claim', { paths: ['src/'], ...claim });
  return made;
}
const fenceOf = (on: Scene, lockId: string) => on.need('lock', lockId).fence;
const codeOf = (reply: object) => ('refused' in reply ? (reply.refused as { code: string }).code : undefined);

describe('claiming', () => {
  test('[LK1] grants all paths with one fence, the seq of the grant, for 120 s', () => {
    const made = scene();
    expect(made.as('alice').call('lock.claim', { paths: ['src/', 'README.md', 'src/**'] })).toEqual({
      granted: true,
      lockId: 'L-1',
      fence: `7.${made.seq}`,
      paths: ['src/**', 'README.md'],
      expiresInMs: 120_000,
    });
    expect(made.need('lock', 'L-1')).toMatchObject({ holder: 'alice', mode: 'exclusive', since: made.at, waiters: [] });
  });

  test('[LK2] all or nothing: one path in the way and none is held', () => {
    const made = held();
    made.as('bob').refused('lock.claim', { paths: ['docs/', 'src/a.ts'] });
    expect(made.replica.locksOf('bob')).toEqual([]);
    expect(made.as('carol').call('lock.claim', { paths: ['docs/'] })).toMatchObject({ granted: true });
  });

  test('[LK2] LOCK_HELD names every conflict, its holder and how long it lasts', () => {
    const made = held({ reason: 'new login', ttlMs: 60_000 });
    made
      .pass(5_000)
      .as('carol')
      .call('lock.claim', { paths: ['docs/x.md'], mode: 'shared' });
    expect(
      made
        .pass(5_000)
        .as('bob')
        .refused('lock.claim', { paths: ['src/a.ts', 'docs/'] }),
    ).toMatchObject({
      code: 'LOCK_HELD',
      details: {
        conflicts: [
          {
            path: 'src/a.ts',
            heldPath: 'src/**',
            holder: 'alice',
            since: made.at - 10_000,
            reason: 'new login',
            expiresInMs: 50_000,
          },
          { path: 'docs/**', heldPath: 'docs/x.md', holder: 'carol', expiresInMs: 115_000 },
        ],
      },
    });
  });

  test.each([
    ['shared', 'shared', undefined],
    ['shared', 'exclusive', 'LOCK_HELD'],
    ['exclusive', 'shared', 'LOCK_HELD'],
    ['exclusive', 'exclusive', 'LOCK_HELD'],
  ] as const)('[LK2] %s beside %s: %s', (mine, theirs, code) => {
    const made = held({ mode: mine });
    expect(codeOf(made.as('bob').attempt('lock.claim', { paths: ['src/a.ts'], mode: theirs }))).toBe(code);
  });

  test.each<[string, Partial<Claim>, Claim, 'the same lock' | 'another lock']>([
    ['a file below its folder', {}, { paths: ['src/a.ts', 'src/deep/'] }, 'the same lock'],
    ['a file its pattern covers', { paths: ['src/*.ts'] }, { paths: ['src/a.ts'] }, 'the same lock'],
    ['the same paths', { paths: ['a', 'b'] }, { paths: ['b'] }, 'the same lock'],
    ['shared within its exclusive', {}, { paths: ['src/a.ts'], mode: 'shared' }, 'the same lock'],
    ['exclusive within its shared', { mode: 'shared' }, { paths: ['src/a.ts'] }, 'another lock'],
    ['more than it has', { paths: ['src/a.ts'] }, { paths: ['src/a.ts', 'docs/'] }, 'another lock'],
    ['a wider pattern', { paths: ['src/*.ts'] }, { paths: ['src/'] }, 'another lock'],
  ])('[LK3] an agent never conflicts with itself; %s → %s', (_, first, second, expected) => {
    const made = held(first);
    const before = fenceOf(made, 'L-1');
    const reply = made.pass(30_000).as('alice').call('lock.claim', second);
    const same = reply.granted && reply.lockId === 'L-1' && reply.fence === before;
    expect({ granted: reply.granted, same }).toEqual({ granted: true, same: expected === 'the same lock' });
  });

  test('[LK3] a covered claim renews: as long as it says, else as long as the lock was', () => {
    const made = held({ ttlMs: 600_000 });
    made.pass(100_000);
    expect(made.as('alice').call('lock.claim', { paths: ['src/a.ts'] })).toMatchObject({ expiresInMs: 600_000 });
    expect(made.as('alice').call('lock.claim', { paths: ['src/a.ts'], ttlMs: 5_000 })).toMatchObject({
      expiresInMs: 5_000,
    });
  });

  test('[LK24] 50 globs at most, over all its claims; folders and files do not count', () => {
    const made = held();
    const bob = made.as('bob');
    const globs = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}/*.ts`);
    expect(bob.call('lock.claim', { paths: globs(30, 'a') })).toMatchObject({ granted: true });
    expect(bob.refused('lock.claim', { paths: globs(21, 'b') })).toMatchObject({ code: 'QUOTA' });
    bob.call('lock.claim', { paths: ['src/a.ts', 'x?'], waitMs: 60_000 });
    expect(bob.refused('lock.claim', { paths: globs(20, 'b') })).toMatchObject({ code: 'QUOTA' });
    expect(bob.call('lock.claim', { paths: [...globs(19, 'b'), 'lib/', 'doc/**', 'plain'] })).toMatchObject({
      granted: true,
    });
    expect(bob.refused('lock.claim', { paths: ['**/deep/*'] }).message).toContain('51 globs');
    expect(made.as('carol').call('lock.claim', { paths: globs(50, 'c') })).toMatchObject({ granted: true });
  });

  test('[LK4] 500 locks and waiting claims at most', () => {
    const made = held();
    const bob = made.as('bob');
    for (let i = 0; i < 499; i++) bob.call('lock.claim', { paths: [`f${i}`] });
    bob.call('lock.claim', { paths: ['src/'], waitMs: 60_000 });
    expect(bob.refused('lock.claim', { paths: ['one more'] })).toMatchObject({ code: 'QUOTA' });
    expect(bob.call('lock.claim', { paths: ['f1'] })).toMatchObject({ granted: true });
  });

  test.each([
    ['a task of its own', 'T-1', undefined],
    ['a task of another', 'T-2', 'INVALID_STATE'],
    ['no task at all', 'T-9', 'INVALID_STATE'],
  ])('[LK5] for %s', (_, taskId, code) => {
    const made = new Scene();
    for (const id of ['alice', 'bob']) made.agent(id);
    for (const id of ['alice', 'bob']) {
      made.as('human:kim').call('task.create', { title: 'Some work' });
      made.as(id).call('task.next', {});
    }
    expect(codeOf(made.as('alice').attempt('lock.claim', { paths: ['a'], taskId }))).toBe(code);
  });
});

describe('the lease', () => {
  test('[LK6] ends with the first sweep at its deadline plus the margin, never before', () => {
    const made = held({ ttlMs: 5_000 });
    made.pass(5_749).sweep();
    expect(made.replica.count('lock')).toBe(1);
    made.pass(1).sweep();
    expect(made.replica.count('lock')).toBe(0);
  });

  test('[LK6] is held until the sweep, also for others', () => {
    const made = held({ ttlMs: 5_000 });
    made.pass(60_000);
    expect(made.as('bob').refused('lock.claim', { paths: ['src/'] })).toMatchObject({
      code: 'LOCK_HELD',
      details: { conflicts: [{ expiresInMs: 0 }] },
    });
  });

  test('[LK7] renewing puts its end off by its ttl, or another; the fence stays', () => {
    const made = held({ ttlMs: 60_000 });
    const fence = fenceOf(made, 'L-1');
    made.pass(50_000);
    const alice = made.as('alice');
    expect(alice.call('lock.renew', { lockId: 'L-1', fence })).toEqual({
      locks: [{ lockId: 'L-1', fence, expiresInMs: 60_000 }],
    });
    expect(alice.call('lock.renew', { lockId: 'L-1', fence, ttlMs: 90_000 })).toMatchObject({
      locks: [{ expiresInMs: 90_000 }],
    });
    made.pass(90_749).sweep();
    expect(made.replica.count('lock')).toBe(1);
  });

  test('[LK7] without a lock id all of the caller are renewed and nobody else', () => {
    const made = held();
    made.as('alice').call('lock.claim', { paths: ['docs/'], ttlMs: 5_000 });
    made.as('bob').call('lock.claim', { paths: ['b'] });
    const { locks } = made.as('alice').call('lock.renew', { ttlMs: 30_000 });
    expect(locks.map(({ lockId, expiresInMs }) => [lockId, expiresInMs])).toEqual([
      ['L-1', 30_000],
      ['L-2', 30_000],
    ]);
    expect(made.as('carol').call('lock.renew', {})).toEqual({ locks: [] });
  });
});

/** Whoever believed in a lock it does not have is told what to do. */
const NEXT_STEP = /claim again, and read the files again before you write/;

describe('the fence', () => {
  const older = (on: Scene) => `7.${Number(fenceOf(on, 'L-1').split('.')[1]) - 1}`;
  const cases: [string, (on: Scene) => { actor: string; lockId: string; fence?: string }, string][] = [
    ['of nobody, unknown lock', () => ({ actor: 'alice', lockId: 'L-9', fence: '7.1' }), 'LOCK_LOST'],
    ['older', (on) => ({ actor: 'alice', lockId: 'L-1', fence: older(on) }), 'STALE_FENCE'],
    ['of an older epoch', () => ({ actor: 'alice', lockId: 'L-1', fence: '6.99999' }), 'STALE_FENCE'],
    ['never given out', () => ({ actor: 'alice', lockId: 'L-1', fence: '8.1' }), 'BAD_INPUT'],
    ['missing', () => ({ actor: 'alice', lockId: 'L-1' }), 'BAD_INPUT'],
    ['right, from a stranger', (on) => ({ actor: 'bob', lockId: 'L-1', fence: fenceOf(on, 'L-1') }), 'FORBIDDEN'],
    ['missing, from a stranger', () => ({ actor: 'bob', lockId: 'L-1' }), 'FORBIDDEN'],
  ];
  test.each(cases)('[LK8] %s: renew and release are refused', (_, make, code) => {
    const made = held();
    const { actor, ...input } = make(made);
    const refused = made.as(actor).refused('lock.renew', input);
    expect(refused).toMatchObject({ code });
    if (code === 'STALE_FENCE' || code === 'LOCK_LOST') expect(refused.message).toMatch(NEXT_STEP);
    expect(made.as(actor).refused('lock.release', input)).toMatchObject({ code });
    expect(made.replica.count('lock')).toBe(1);
  });

  test('[LK8] of an ended lease it is LOCK_LOST, also when somebody else holds the path now', () => {
    const made = held({ ttlMs: 5_000 });
    const stale = { lockId: 'L-1', fence: fenceOf(made, 'L-1') };
    made.pass(10_000).sweep();
    const now = made.as('bob').call('lock.claim', { paths: ['src/'] });
    expect(made.as('alice').refused('lock.renew', stale)).toMatchObject({ code: 'LOCK_LOST' });
    expect(made.as('alice').refused('lock.release', stale)).toMatchObject({ code: 'LOCK_LOST' });
    expect(made.replica.get('lock', now.lockId)?.holder).toBe('bob');
  });

  test('[LK9] releasing frees the path at once', () => {
    const made = held();
    expect(made.as('alice').call('lock.release', { lockId: 'L-1', fence: fenceOf(made, 'L-1') })).toEqual({});
    expect(made.as('bob').call('lock.claim', { paths: ['src/'] })).toMatchObject({ granted: true });
  });

  test('[LK9] what is neither a lock nor a waiting claim is NOT_FOUND without a fence', () => {
    expect(held().as('alice').refused('lock.release', { lockId: 'L-9' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[LK9] an operator takes a lock away; its fence is worth nothing from then on', () => {
    const made = held();
    const fence = fenceOf(made, 'L-1');
    const kim = made.as('human:kim');
    expect(kim.call('lock.forceRelease', { lockId: 'L-1', reason: 'alice is stuck' })).toMatchObject({
      lock: { id: 'L-1', holder: 'alice', reason: 'alice is stuck' },
    });
    expect(made.as('alice').refused('lock.renew', { lockId: 'L-1', fence })).toMatchObject({ code: 'LOCK_LOST' });
    expect(kim.refused('lock.forceRelease', { lockId: 'L-1', reason: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[LK1] fences grow with every grant, also through a release in between', () => {
    const made = scene();
    const fences: number[] = [];
    for (const id of ['alice', 'bob', 'alice', 'carol']) {
      const reply = made.as(id).call('lock.claim', { paths: ['src/'] });
      const fence = 'fence' in reply ? reply.fence : '';
      fences.push(Number(fence.split('.')[1]));
      made.as(id).call('lock.release', { lockId: reply.lockId, fence });
    }
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
  });
});

describe('checking', () => {
  test('[LK10] says of each path who holds it and whether it is the caller, and writes nothing', () => {
    const made = held({ mode: 'shared' });
    made.as('bob').call('lock.claim', { paths: ['src/a.ts'], mode: 'shared' });
    const before = made.seq;
    const paths = ['src/a.ts', 'src/b.ts', 'docs/x.md'];
    expect(made.as('bob').call('lock.check', { paths }).paths).toEqual([
      {
        path: 'src/a.ts',
        holder: 'bob',
        mode: 'shared',
        mine: true,
        expiresInMs: 120_000,
        fence: fenceOf(made, 'L-2'),
      },
      {
        path: 'src/b.ts',
        holder: 'alice',
        mode: 'shared',
        mine: false,
        expiresInMs: 120_000,
        fence: fenceOf(made, 'L-1'),
      },
      { path: 'docs/x.md', mine: false },
    ]);
    expect(
      made.decide({ kind: 'person', name: 'ann', role: 'viewer' }, decideCheck, { paths: ['src/a.ts'] }),
    ).toMatchObject({
      paths: [{ holder: 'alice', mine: false }],
    });
    expect(made.seq).toBe(before);
  });

  test('[LK10] as a guard: the newest fence passes, an older one is STALE_FENCE or LOCK_LOST', () => {
    const made = held({ ttlMs: 5_000 });
    const alice = made.as('alice');
    const guard = { paths: ['src/a.ts'], fence: fenceOf(made, 'L-1') };
    expect(alice.call('lock.check', guard)).toMatchObject({ paths: [{ mine: true, holder: 'alice' }] });
    expect(alice.refused('lock.check', { ...guard, paths: ['src/a.ts', 'docs/x'] })).toMatchObject({
      code: 'LOCK_LOST',
      details: { path: 'docs/x' },
    });
    made.pass(10_000).sweep();
    expect(alice.refused('lock.check', guard)).toMatchObject({
      code: 'LOCK_LOST',
      message: expect.stringMatching(NEXT_STEP),
    });
    made.as('bob').call('lock.claim', { paths: ['src/'] });
    expect(alice.refused('lock.check', guard)).toMatchObject({
      code: 'STALE_FENCE',
      message: expect.stringMatching(NEXT_STEP),
      details: { holder: 'bob' },
    });
  });

  test('[LK10] as a guard: an older fence is STALE_FENCE also for whoever holds the path again', () => {
    const made = held({ ttlMs: 5_000 });
    const alice = made.as('alice');
    const older = fenceOf(made, 'L-1');
    made.pass(10_000).sweep();
    const { lockId } = alice.call('lock.claim', { paths: ['src/'] });
    expect(alice.refused('lock.check', { paths: ['src/a.ts'], fence: older })).toMatchObject({
      code: 'STALE_FENCE',
      details: { holder: 'alice', fence: fenceOf(made, lockId) },
    });
    expect(alice.call('lock.check', { paths: ['src/a.ts'], fence: fenceOf(made, lockId) })).toMatchObject({
      paths: [{ mine: true }],
    });
  });
});

test('[LK2] a lock that is in the way of several paths is one conflict, by the first of them', () => {
  const made = held({ paths: ['a', 'b'] });
  const { details } = made.as('bob').refused('lock.claim', { paths: ['b', 'a'] });
  expect(details?.conflicts).toMatchObject([{ path: 'b', heldPath: 'b', holder: 'alice' }]);
});
