import type { AnyRecord, RecordOf } from '@signalbox/shared/records';
import { describe, expect, test } from 'vitest';
import { Replica } from './replica.ts';

const counter = (id: string, rev = 1): AnyRecord => ({ kind: 'counter', id, rev, last: rev });
const lock = (id: string, more: Partial<RecordOf<'lock'>> = {}): RecordOf<'lock'> => ({
  kind: 'lock',
  id,
  rev: 1,
  paths: [id],
  mode: 'exclusive',
  holder: 'alice',
  fence: '1.1',
  since: 0,
  ttlMs: 1_000,
  expiresClock: 1_000,
  waiters: [],
  ...more,
});
const filled = (...records: AnyRecord[]): Replica => {
  const replica = new Replica();
  for (const record of records) replica.put(record);
  return replica;
};

test('gives records by kind and id, all in order, and counts them', () => {
  const replica = filled(lock('L-10'), lock('L-9'), counter('T'));
  expect(replica.get('lock', 'L-9')).toEqual(lock('L-9'));
  expect(replica.get('task', 'L-9')).toBeUndefined();
  expect(replica.all('lock').map(({ id }) => id)).toEqual(['L-9', 'L-10']);
  expect([replica.count('lock'), replica.count('counter'), replica.count('task')]).toEqual([2, 1, 0]);
});

describe('the digest', () => {
  test('is that of what subscribers see, however it came to be', () => {
    const direct = filled(lock('L-1', { rev: 3 }), lock('L-2'));
    const roundabout = filled(lock('L-2'), counter('T'), lock('L-1'), lock('L-3'));
    roundabout.remove('lock', 'L-3');
    roundabout.put(lock('L-1', { rev: 3 }));
    expect(roundabout.digest).toBe(direct.digest);
    expect(direct.digest).toMatch(/^[0-9a-f]{8}$/);
  });

  test('tells another revision from this one, and nothing from something', () => {
    const digests = [filled(), filled(lock('L-1')), filled(lock('L-1', { rev: 2 })), filled(lock('L-2'))];
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(4);
    expect(filled().digest).toBe('00000000');
  });

  test('removing what is not there changes nothing', () => {
    const replica = filled(lock('L-1'));
    const { digest } = replica;
    replica.remove('lock', 'L-9');
    expect(replica.digest).toBe(digest);
  });
});

describe('deadlines', () => {
  test('the next one, past what was put off, removed or has none', () => {
    const replica = filled(
      lock('L-1', { expiresClock: 100 }),
      lock('L-2', { expiresClock: 200 }),
      lock('L-3', { expiresClock: 300 }),
      counter('T'),
    );
    replica.put(lock('L-1', { expiresClock: 900 }));
    replica.remove('lock', 'L-2');
    expect(replica.nextDeadline()).toEqual({ deadline: 300, kind: 'lock', id: 'L-3' });
  });

  test('what is due comes earliest first and stays due until it is changed', () => {
    const replica = filled(
      lock('L-1', { expiresClock: 300 }),
      lock('L-2', { expiresClock: 100 }),
      lock('L-3', { expiresClock: 301 }),
    );
    const due = () => replica.due(300, 10).map(({ id }) => id);
    expect([due(), due(), replica.due(300, 1).map(({ id }) => id)]).toEqual([['L-2', 'L-1'], ['L-2', 'L-1'], ['L-2']]);
    replica.remove('lock', 'L-2');
    expect(due()).toEqual(['L-1']);
  });

  test('put off and back again (as a rollback does) it is due once, at its old time', () => {
    const replica = filled(lock('L-1', { expiresClock: 100 }));
    replica.put(lock('L-1', { expiresClock: 900 }));
    expect(replica.nextDeadline()?.deadline).toBe(900);
    replica.put(lock('L-1', { expiresClock: 100 }));
    expect(replica.due(100, 10)).toHaveLength(1);
    expect(replica.due(99, 10)).toEqual([]);
  });
});
