import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agent, alarm, lock, question, receipt, task } from '../testing/records.ts';
import { EntityDb } from './entity-db.ts';
import type { IndexName } from './indexes.ts';
import { naturalOrder } from './natural-order.ts';
import type { VisibleKind, VisibleRecord } from './record-types.ts';

const ids = fc.integer({ min: 1, max: 8 });
const agentArbitrary = fc.record({
  n: ids,
  state: fc.constantFrom('idle', 'working', 'lost', 'left', 'asking'),
  stalled: fc.boolean(),
});
const record: fc.Arbitrary<VisibleRecord> = fc.oneof(
  agentArbitrary.map(({ n, state, stalled }) => agent(`m_${n}`, { state: state as 'idle', stalled })),
  fc
    .tuple(
      ids,
      fc.constantFrom('pending' as const, 'in_progress' as const, 'completed' as const),
      fc.option(ids),
      fc.array(ids, { maxLength: 2 }),
    )
    .map(([n, status, who, deps]) =>
      task(`T-${n}`, {
        status,
        assignee: who === null ? null : `m_${who}`,
        dependencies: [...new Set(deps)].map((dep) => `T-${dep}`),
      }),
    ),
  fc.tuple(ids, ids).map(([n, holder]) => lock(`L-${n}`, `m_${holder}`)),
  fc
    .tuple(ids, fc.constantFrom('open' as const, 'answered' as const))
    .map(([n, state]) => question(`Q-${n}`, { state })),
  fc
    .tuple(ids, fc.constantFrom('unacked' as const, 'acked' as const, 'shelved' as const), fc.constantFrom(1, 2, 3))
    .map(([n, state, priority]) => alarm(`A-${n}`, { state, priority })),
  fc.tuple(ids, ids).map(([directiveId, who]) => receipt(`D-${directiveId}`, `m_${who}`)),
);
type Step = { put: VisibleRecord } | { remove: readonly [VisibleKind, string] };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: record.map((put) => ({ put })) },
  record.map(({ kind, id }) => ({ remove: [kind, id] as const })),
);

/** The same state built anew, without any history. */
function fresh(records: Iterable<VisibleRecord>): EntityDb {
  const db = new EntityDb();
  db.replace([...records], { sameEpoch: false });
  return db;
}

const INDEXES: readonly IndexName[] = [
  'agent',
  'task',
  'receipt',
  'agent.here:yes',
  'agent.state:idle',
  'task.status:pending',
  'task.assignee:m_3',
  'task.dependency:T-2',
  'lock.holder:m_1',
  'question.state:open',
  'alarm.standing:agent:bob',
  'receipt.directive:D-4',
];

test('an alarm of several agents stands with each of them', () => {
  const db = new EntityDb();
  db.replace([alarm('A-1', { code: 'LOOP', subject: { kind: 'agent', id: 'alice' }, others: ['bob'] })], {
    sameEpoch: false,
  });
  expect([db.ids('alarm.standing:agent:alice'), db.ids('alarm.standing:agent:bob')]).toEqual([['A-1'], ['A-1']]);
});

test('records, indexes and counts after any changes are those of the final state', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 20 }),
      fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 }),
      (start, changes) => {
        const db = new EntityDb();
        const model = new Map<string, VisibleRecord>(start.map((one) => [`${one.kind}:${one.id}`, one]));
        db.replace([...model.values()], { sameEpoch: false });
        let rev = 1;
        for (const change of changes) {
          rev++;
          const last = new Map<string, Step>();
          for (const one of change)
            last.set('put' in one ? `${one.put.kind}:${one.put.id}` : one.remove.join(':'), one);
          const puts: VisibleRecord[] = [];
          const removes: (readonly [VisibleKind, string])[] = [];
          for (const [key, one] of last) {
            if ('put' in one) {
              const put = { ...one.put, rev };
              puts.push(put);
              model.set(key, put);
            } else {
              removes.push(one.remove);
              model.delete(key);
            }
          }
          db.apply({ puts, removes });
        }
        const expected = fresh(model.values());
        for (const name of INDEXES) expect(db.ids(name)).toEqual(expected.ids(name));
        expect(db.counts()).toEqual(expected.counts());
        for (const one of model.values()) expect(db.get(one.kind, one.id)).toBe(one);
        expect(
          db.size('agent') +
            db.size('task') +
            db.size('lock') +
            db.size('question') +
            db.size('alarm') +
            db.size('receipt'),
        ).toBe(model.size);
      },
    ),
  );
});

test('a snapshot keeps the identity of records of equal rev, replaces the others and drops the rest', () => {
  const kept = agent('alice');
  const db = fresh([kept, agent('bob'), agent('carol')]);
  const changed = agent('bob', { rev: 2, state: 'working' });
  db.takeDirty();
  db.replace([agent('alice'), changed], { sameEpoch: true });
  expect(db.get('agent', 'alice')).toBe(kept);
  expect(db.get('agent', 'bob')).toBe(changed);
  expect(db.get('agent', 'carol')).toBeUndefined();
  expect([...(db.takeDirty().records.get('agent') ?? [])].sort()).toEqual(['bob', 'carol']);
});

test('in another epoch an equal rev means nothing', () => {
  const db = fresh([agent('alice', { state: 'idle' })]);
  db.replace([agent('alice', { state: 'working' })], { sameEpoch: false });
  expect(db.get('agent', 'alice')?.state).toBe('working');
});

test('a list stays the same array while its members stay', () => {
  const db = fresh([task('T-1'), task('T-2')]);
  const before = db.ids('task.status:pending');
  db.apply({ puts: [task('T-2', { rev: 2, progress: 10 })], removes: [] });
  expect(db.ids('task.status:pending')).toBe(before);
  db.apply({ puts: [task('T-2', { rev: 3, status: 'in_progress' })], removes: [] });
  expect(db.ids('task.status:pending')).toEqual(['T-1']);
});

test('a lock that changes hands makes the list of locks another one, a renewal does not', () => {
  const db = fresh([lock('L-1', 'alice'), lock('L-2', 'bob')]);
  const before = db.ids('lock');
  db.takeDirty();
  db.apply({ puts: [{ ...lock('L-2', 'bob'), rev: 2, expiresClock: 9e6 }], removes: [] });
  expect([db.ids('lock') === before, ...db.takeDirty().indexes]).toEqual([true]);
  db.apply({ puts: [{ ...lock('L-2', 'alice'), rev: 3 }], removes: [] });
  expect(db.ids('lock')).toEqual(before);
  expect(db.ids('lock')).not.toBe(before);
  expect(db.takeDirty().indexes).toContain('lock');
});

test('a kind that this page does not know is passed over', () => {
  const db = new EntityDb();
  db.apply({
    puts: [{ kind: 'spell', id: 'S-1', rev: 1 } as never, agent('alice')],
    removes: [['spell' as never, 'S-1']],
  });
  expect(db.ids('agent')).toEqual(['alice']);
});

test('natural order: numbers by value, then code points', () => {
  expect(['m_10', 'm_2', 'M_1', 'm_2a', 'm', 'T-9', 'T-10'].sort(naturalOrder)).toEqual([
    'M_1',
    'T-9',
    'T-10',
    'm',
    'm_2',
    'm_2a',
    'm_10',
  ]);
});

test('natural order is an order', () => {
  const id = fc.stringMatching(/^[a-c0-9_-]{0,6}$/);
  fc.assert(
    fc.property(id, id, id, (a, b, c) => {
      expect(Math.sign(naturalOrder(a, b)) + Math.sign(naturalOrder(b, a))).toBe(0);
      const [x = '', y = '', z = ''] = [a, b, c].sort(naturalOrder);
      expect([naturalOrder(x, y), naturalOrder(y, z), naturalOrder(x, z)].every((order) => order <= 0)).toBe(true);
    }),
  );
});
