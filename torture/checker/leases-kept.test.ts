import { expect, test } from 'vitest';
import type { Fields } from '../history/line.ts';
import { grantOf, lockOf, Script } from '../testing/script.ts';
import { checkLeases } from './leases-kept.ts';

const texts = (script: Script) => checkLeases(script.history()).map(({ text }) => text);
const ofFirst = { lockId: 'L-1', fence: '1.1' };
/** Ann asks at 10 ms and is told at 20 ms that she has a for a second, from 100 on the clock of the log. */
function annHolds(lock: Fields = {}): Script {
  const script = new Script().born('ann', 'ann#1', 0).born('bob', 'bob#1', 0);
  script.ok({ by: 'ann', command: 'lock.claim', input: { paths: ['a'], ttlMs: 1_000 }, at: [10, 20] }, grantOf('1.1'), {
    clock: 100,
    puts: [lockOf('ann', '1.1', { ttlMs: 1_000, expiresClock: 1_850, ...lock })],
  });
  return script;
}
const expire = (at: number, clock: number) => ({
  command: 'lock.expire',
  removes: [['lock', 'L-1']] as [string, string][],
  at,
  clock,
});
const lost = (script: Script, at: number, reason = 'EXPIRED') =>
  script.push('ann', 'lock.lost', { lockId: 'L-1', reason }, at);

test('a lease that ends after its time, and one that is let go', () => {
  expect(texts(lost(annHolds().tx(expire(1_780, 1_850)), 1_790))).toEqual([]);
  for (const command of ['lock.release', 'lock.forceRelease', 'agent.leave', 'agent.evict'])
    expect(texts(annHolds().tx({ ...expire(30, 110), command })), command).toEqual([]);
});

test('before its time by the clock of the log', () => {
  expect(texts(annHolds().tx(expire(1_780, 1_849)))).toEqual([
    'seq 2 of epoch 1 (lock.expire): the lease of L-1 (1.1) of ann has ended at 1849 on the clock of the log, before its time, 1850',
  ]);
  expect(texts(annHolds({ expiresClock: undefined }).tx(expire(1_780, 1_099)))).toHaveLength(1);
  expect(texts(annHolds({ expiresClock: undefined }).tx(expire(1_780, 1_100)))).toEqual([]);
});

test('ended by what does not end it', () => {
  expect(texts(annHolds().tx({ ...expire(30, 110), command: 'agent.presence' }))).toHaveLength(1);
  const ofTask = annHolds({ taskId: 'T-1' });
  expect(texts(ofTask.tx({ ...expire(30, 110), command: 'task.complete' }))).toEqual([]);
});

test('put down for less than was told', () => {
  expect(texts(annHolds({ expiresClock: 1_099 }))).toEqual([
    'seq 1 of epoch 1 (lock.claim): the lease of L-1 (1.1) of ann was to last 1000 ms from 100 on the clock of the log, which ends it at 1099',
  ]);
  expect(texts(annHolds({ expiresClock: 1_100 }))).toEqual([]);
});

test('before its time by the clock of who was told: a clock that ran ahead', () => {
  expect(texts(annHolds().tx(expire(1_007, 1_850)))).toEqual([
    'seq 2 of epoch 1 (lock.expire): the lease of L-1 (1.1) of ann has ended 997 ms after seq 1 at the latest, and was to last 1000 ms',
  ]);
  expect(texts(annHolds().tx(expire(1_008, 1_850)))).toEqual([]);
  // Read late, but somebody had the answer to what stands behind it.
  const answered = annHolds().tx(expire(1_780, 1_850));
  answered.ok({ by: 'bob', command: 'task.create', at: [500, 600] }, {}, { at: 1_781, clock: 1_850 });
  expect(texts(answered)).toHaveLength(1);
});

test('renewed, it lasts from then on; somebody in line renews nothing', () => {
  const renewal = (at: [number, number], lock: Fields) => {
    const script = annHolds();
    const told = { locks: [{ ...ofFirst, expiresInMs: 1_000 }] };
    script.ok({ by: 'ann', command: 'lock.renew', input: ofFirst, at }, told, {
      clock: 900,
      puts: [lockOf('ann', '1.1', lock)],
    });
    return script;
  };
  const renewed = { expiresClock: 2_650 };
  expect(texts(renewal([800, 810], renewed).tx(expire(1_850, 1_900)))).toHaveLength(1);
  expect(texts(renewal([800, 810], renewed).tx(expire(2_560, 2_650)))).toEqual([]);
  const waits = () => annHolds().tx({ at: 500, clock: 600, puts: [lockOf('ann', '1.1', { expiresClock: 1_850 })] });
  expect(texts(waits().tx(expire(1_780, 1_850)))).toEqual([]);
  expect(texts(waits().tx(expire(1_007, 1_850)))).toHaveLength(1);
});

test('it does end', () => {
  expect(texts(annHolds().tx({ clock: 3_849 }))).toEqual([]);
  const late = annHolds().tx({ clock: 3_850 }).tx({ clock: 3_860 });
  expect(texts(late)).toEqual([
    'seq 2 of epoch 1 (tick): the lease of L-1 (1.1) of ann should have ended at 1850 on the clock of the log, and it is 3850',
  ]);
  expect(texts(annHolds().tx(expire(3_900, 3_850)))).toEqual([]);
});

test('told of its end too early, also where nobody can read the log', () => {
  const unlogged = new Script().born('ann', 'ann#1', 0);
  unlogged.ok({ by: 'ann', command: 'lock.claim', input: { paths: ['a'] }, at: [10, 20] }, grantOf('1.1'));
  expect(texts(lost(unlogged, 1_007))).toEqual([
    'ann was told at 1.007 s that its lease of L-1 (1.1) has ended, and before that it would last until 1.010 s at least',
  ]);
  const late = new Script().born('ann', 'ann#1', 0);
  late.ok({ by: 'ann', command: 'lock.claim', input: { paths: ['a'] }, at: [10, 20] }, grantOf('1.1'));
  expect(texts(lost(late, 1_008))).toEqual([]);
  late.ok({ by: 'ann', command: 'lock.transfer', input: ofFirst, at: [30, 40] });
  expect(texts(lost(late, 50))).toEqual([]);
});

test('told that it is lost, and it is not', () => {
  const later = (script: Script) => {
    script.ok({ by: 'bob', command: 'task.create', at: [90, 95] }, {}, {});
    return script;
  };
  expect(texts(later(lost(annHolds(), 50, 'FORCED')))).toEqual([
    'ann was told at 0.050 s that it has lost L-1, and by the log it had it then',
  ]);
  // The log may go on.
  expect(texts(lost(annHolds(), 50, 'FORCED'))).toEqual([]);
  const forced = annHolds().tx({ ...expire(40, 110), command: 'lock.forceRelease' });
  expect(texts(later(lost(forced, 50, 'FORCED')))).toEqual([]);
  const handed = annHolds().tx({ command: 'lock.transfer', puts: [lockOf('bob', '1.2')], at: 40 });
  expect(texts(later(lost(handed, 50, 'TRANSFERRED')))).toEqual([]);
});
