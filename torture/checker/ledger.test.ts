import { expect, test } from 'vitest';
import { Script } from '../testing/script.ts';
import { checkLedger } from './ledger.ts';

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

test('an entry that is gone, and records that are not what the log says of them', () => {
  const found = { k: 'reread' as const, at: 9, epoch: 1, seq: 2, entries: 2, records: 7 };
  expect(
    texts(
      new Script()
        .tx({})
        .tx({})
        .add({ ...found, gone: [], differing: [] }),
    ),
  ).toEqual([]);
  const differing = ['task:T-1', 'task:T-2', 'lock:L-1', 'lock:L-2', 'lock:L-3', 'lock:L-4'];
  expect(
    texts(
      new Script()
        .tx({})
        .tx({})
        .add({ ...found, gone: ['1-1'], differing }),
    ),
  ).toEqual([
    'the log has lost entries that are not its oldest: 1-1',
    'at seq 2 of epoch 1 records are not what the log says of them: task:T-1, task:T-2, lock:L-1, lock:L-2, lock:L-3 and more',
  ]);
});
