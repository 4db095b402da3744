import { expect, test } from 'vitest';
import { grantOf, lockOf, Script } from '../testing/script.ts';
import { checkFences } from './fences.ts';

const texts = (script: Script) => checkFences(script.history()).map(({ text }) => text);
const claim = (by: string, at: [number, number]) => ({ by, command: 'lock.claim', input: { paths: ['a'] }, at });

test('an old fence in the log', () => {
  const script = new Script();
  script.ok(claim('ann', [1, 2]), grantOf('1.1'), { puts: [lockOf('ann', '1.1')] });
  script.ok(claim('bob', [3, 4]), grantOf('1.0', { lockId: 'L-2' }), { puts: [lockOf('bob', '1.0', { id: 'L-2' })] });
  expect(texts(script)).toContainEqual(
    expect.stringContaining('grants L-2 on a to bob with the fence 1.0, which is not newer than 1.1'),
  );
  expect(texts(script)).toContainEqual(expect.stringContaining('the fence of a went back'));
});

test('fences are numbers: a tenth is newer than a ninth', () => {
  const script = new Script();
  script.tx({ command: 'lock.grant', puts: [lockOf('ann', '1.9')] });
  script.tx({ command: 'lock.grant', puts: [lockOf('bob', '1.10', { id: 'L-2' })], removes: [['lock', 'L-1']] });
  expect(texts(script)).toEqual([]);
});

test('one fence told of two', () => {
  const script = new Script();
  script.tx({ command: 'lock.grant', puts: [lockOf('ann', '1.1')] });
  script.push('ann', 'lock.granted', grantOf('1.1'), 2);
  script.push('bob', 'lock.granted', grantOf('1.1', { lockId: 'L-2' }), 3);
  expect(texts(script)).toContainEqual(
    expect.stringContaining('bob was told at 0.003 s that bob holds L-2 with the fence 1.1, which ann was told'),
  );
});

test('a push of what was never granted', () => {
  const script = new Script().tx({}).push('ann', 'lock.granted', grantOf('1.1'), 2);
  // The log may go on where it was not read any more.
  expect(texts(script)).toEqual([]);
  script.ok({ by: 'bob', command: 'task.create', at: [3, 4] }, {}, {});
  expect(texts(script)).toEqual([expect.stringContaining('never granted that fence')]);
});

test('the same grant may be told again, and renewed under its fence', () => {
  const script = new Script();
  script.ok(claim('ann', [1, 2]), grantOf('1.1'), { puts: [lockOf('ann', '1.1')] });
  script.ok(claim('ann', [3, 4]), grantOf('1.1'), { puts: [lockOf('ann', '1.1')] });
  script.push('ann', 'lock.granted', grantOf('1.1'), 5);
  expect(texts(script)).toEqual([]);
});
