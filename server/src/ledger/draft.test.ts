import type { AnyRecord } from '@signalbox/shared/records';
import { expect, test } from 'vitest';
import { LedgerDraft, undo } from './draft.ts';
import { Replica } from './replica.ts';

const counter = (id: string, last: number, rev = 1): AnyRecord => ({ kind: 'counter', id, rev, last });

/** T stands at 1, M at 5. */
function open() {
  const replica = new Replica();
  for (const record of [counter('T', 1), counter('M', 5)]) replica.put(record);
  const draft = new LedgerDraft(replica);
  draft.begin(7);
  return { replica, draft };
}

test('what is put is stamped with the seq and seen at once', () => {
  const { replica, draft } = open();
  expect(draft.put({ kind: 'counter', id: 'T', last: 2, rev: 1 })).toEqual(counter('T', 2, 7));
  expect([draft.get('counter', 'T'), replica.get('counter', 'T')]).toEqual([counter('T', 2, 7), counter('T', 2, 7)]);
});

test('a field set to undefined is a field that is not there', () => {
  const { draft } = open();
  expect(draft.put({ kind: 'body', id: 'b', text: undefined, data: 1 })).toStrictEqual({
    kind: 'body',
    id: 'b',
    rev: 7,
    data: 1,
  });
});

test('changes are net: the first before, the last after; made and removed again leaves nothing', () => {
  const { draft } = open();
  draft.put({ kind: 'counter', id: 'T', last: 2 });
  draft.put({ kind: 'counter', id: 'T', last: 3 });
  draft.remove('counter', 'M');
  draft.put({ kind: 'counter', id: 'Q', last: 1 });
  draft.remove('counter', 'Q');
  draft.remove('counter', 'never there');
  expect(draft.changes()).toEqual([
    { kind: 'counter', id: 'T', before: counter('T', 1), after: counter('T', 3, 7) },
    { kind: 'counter', id: 'M', before: counter('M', 5), after: undefined },
  ]);
});

test('removed and put again is one change', () => {
  const { draft } = open();
  draft.remove('counter', 'T');
  draft.put({ kind: 'counter', id: 'T', last: 9 });
  expect(draft.changes()).toMatchObject([{ before: counter('T', 1), after: counter('T', 9, 7) }]);
});

test('a rollback brings everything back, and the next decision starts with nothing', () => {
  const { replica, draft } = open();
  draft.put({ kind: 'counter', id: 'T', last: 2 });
  draft.remove('counter', 'M');
  draft.put({ kind: 'counter', id: 'Q', last: 1 });
  draft.rollback();
  expect(replica.all('counter')).toEqual([counter('M', 5), counter('T', 1)]);
  expect(draft.changes()).toEqual([]);
  draft.begin(8);
  draft.put({ kind: 'counter', id: 'T', last: 2 });
  draft.begin(9);
  draft.rollback();
  expect(replica.get('counter', 'T')).toEqual(counter('T', 2, 8));
});

test('batches are undone newest first', () => {
  const { replica, draft } = open();
  const batches = [2, 3].map((last) => {
    draft.begin(last);
    draft.put({ kind: 'counter', id: 'T', last });
    return draft.changes();
  });
  undo(replica, batches.flat());
  expect(replica.get('counter', 'T')).toEqual(counter('T', 1));
});
