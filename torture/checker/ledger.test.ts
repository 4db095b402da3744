import { expect, test } from 'vitest';
import { Script } from '../testing/script.ts';
import { checkLedger } from './ledger.ts';
import { checkPictures, picturesCompared } from './pictures.ts';

const texts = (script: Script) => checkLedger(script.history()).map(({ text }) => text);

test('a number that is missing, a clock that falls, an epoch that begins anew', () => {
  expect(texts(new Script().tx({}).tx({}).tx({ epoch: 2 }))).toEqual([]);
  expect(texts(new Script().tx({}).tx({ seq: 3 }))).toEqual([
    'after seq 1 of epoch 1 the log has seq 3 of epoch 1 (tick by hub)',
  ]);
  expect(texts(new Script().tx({}).tx({}).tx({ epoch: 2, seq: 2 }))).toHaveLength(1);
  expect(texts(new Script().tx({ clock: 5 }).tx({ clock: 4 }))).toEqual([
    'the clock of the log falls from 5 at seq 1 to 4 at seq 2 of epoch 1',
  ]);
});

test('read twice it is the same, or a contradiction', () => {
  expect(texts(new Script().tx({ at: 1 }).tx({ at: 9, seq: 1, clock: 1 }))).toEqual([]);
  expect(texts(new Script().tx({}).tx({ seq: 1, actor: 'ann' }))).toEqual([
    expect.stringContaining('read twice with different content'),
  ]);
});

test('pictures of one moment agree; one alone is compared with nothing', () => {
  const script = new Script();
  for (const [whose, seq, digest] of [
    ['hub', 1, 'x'],
    ['watcher', 1, 'x'],
    ['auditor', 2, 'y'],
  ] as const)
    script.add({ k: 'picture', at: 1, whose, epoch: 1, seq, digest });
  expect(checkPictures(script.history())).toEqual([]);
  expect(picturesCompared(script.history())).toBe(1);
  script.add({ k: 'picture', at: 1, whose: 'watcher', epoch: 1, seq: 2, digest: 'z' });
  expect(checkPictures(script.history()).map(({ text }) => text)).toEqual([
    'at seq 2 of epoch 1 the watcher has the digest z and the auditor y',
  ]);
});
