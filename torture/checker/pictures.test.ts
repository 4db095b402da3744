import { expect, test } from 'vitest';
import type { PictureLine } from '../history/line.ts';
import { Script } from '../testing/script.ts';
import { checkPictures, picturesByLog, picturesCompared } from './pictures.ts';

const texts = (script: Script) => checkPictures(script.history()).map(({ text }) => text);
const picture = (whose: PictureLine['whose'], epoch: number, seq: number, digest = 'x', at = 1): PictureLine => ({
  k: 'picture',
  at,
  whose,
  epoch,
  seq,
  digest,
});

test('those of one moment agree; one alone is compared with nothing', () => {
  const script = new Script()
    .add(picture('hub', 1, 1))
    .add(picture('watcher', 1, 1))
    .add(picture('auditor', 1, 2, 'y'));
  expect(texts(script)).toEqual([]);
  expect([picturesCompared(script.history()), picturesByLog(script.history())]).toEqual([1, 0]);
  script.add(picture('watcher', 1, 2, 'z'));
  expect(texts(script)).toEqual(['at seq 2 of epoch 1 the watcher has the digest z and the auditor y']);
  expect(picturesByLog(script.history())).toBe(1);
});

/** Of epoch 1 the log has 1 and 2, of epoch 3 it has 3. */
const logged = () => new Script().tx({}).tx({}).tx({ epoch: 3 });

test.each([
  ['each of its transactions', 1, 1],
  ['the last one', 3, 3],
  ['nothing', 1, 0],
  ['the end of an epoch, in the next', 3, 2],
  ['the same in one that wrote nothing', 2, 2],
  ['what may come after the end', 3, 4],
])('the log has been at %s', (_, epoch, seq) => {
  expect(texts(logged().add(picture('hub', epoch, seq)))).toEqual([]);
});

test.each([
  ['a seq of the next epoch', 1, 3],
  ['a seq of an older one', 3, 1],
  ['one of an epoch that wrote nothing', 2, 3],
])('the log never was at %s', (_, epoch, seq) => {
  expect(texts(logged().add(picture('hub', epoch, seq)))).toHaveLength(1);
});

test('what lies behind its end never was, when it was read to its end afterwards', () => {
  const script = logged().add(picture('watcher', 3, 4));
  script.add({ k: 'reread', at: 2, epoch: 3, seq: 3, entries: 3, records: 0, gone: [], differing: [] });
  expect(texts(script)).toEqual([
    'the watcher shows seq 4 of epoch 3, where the log never was: what it has up to there ends with seq 3',
  ]);
});
