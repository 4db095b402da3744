import type { HistoryEvent } from '@signalbox/shared/commands/history';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { expect, test } from 'vitest';
import { alarm } from '../../testing/records.ts';
import { alarmKpis, rateWords } from './alarm-kpis.ts';
import { historyLines, historyRows } from './history-lines.ts';

const AT = 1_700_000_000_000;
const MINUTE = 60_000;

/** What the log says of one alarm; without a record it was removed. */
const said = (seq: number, at: number, change: Partial<HistoryEvent>, ...records: AlarmRecord[]): HistoryEvent => ({
  epoch: 1,
  seq,
  at: AT + at,
  actor: 'hub',
  command: 'agent.presence',
  changes:
    records.length === 0
      ? [{ kind: 'alarm', id: 'A-1', removed: true }]
      : records.map(({ id }) => ({ kind: 'alarm', id })),
  records,
  ...change,
});
const raised = (seq: number, at: number, id = `A-${seq}`, more: Partial<AlarmRecord> = {}) =>
  said(seq, at, {}, alarm(id, { raisedAt: AT + at, ...more }));
const kim = { actor: 'human:kim' };

test('the life of an alarm, from what became of its record', () => {
  const life = [
    said(1, 0, { actor: 'bob', command: 'task.fail', reason: 'no compiler' }, alarm('A-1', { raisedAt: AT })),
    said(2, 10, { ...kim, command: 'alarm.shelve', reason: 'known' }, alarm('A-1', { raisedAt: AT, state: 'shelved' })),
    said(3, 20, { command: 'alarm.due' }, alarm('A-1', { raisedAt: AT })),
    said(4, 30, { ...kim, command: 'alarm.acknowledge' }, alarm('A-1', { raisedAt: AT, state: 'acked' })),
    said(5, 40, { actor: 'bob', command: 'agent.register' }),
  ];
  const lines = historyLines([...life].reverse());
  expect(lines.map(({ what, by, reason }) => [what, by, reason])).toEqual([
    ['over', undefined, undefined],
    ['acknowledged', 'human:kim', undefined],
    ['back', undefined, undefined],
    ['shelved', 'human:kim', 'known'],
    ['raised', undefined, undefined],
  ]);
  expect(new Set(lines.map(({ code }) => code))).toEqual(new Set(['AGENT_LOST']));
});

test('over before anybody saw it, and then taken note of', () => {
  const lines = historyLines([
    said(3, 20, { ...kim, command: 'alarm.acknowledge' }),
    said(2, 10, { actor: 'bob' }, alarm('A-1', { raisedAt: AT, state: 'returned' })),
    raised(1, 0, 'A-1'),
  ]);
  expect(lines.map(({ what }) => what)).toEqual(['overAcknowledged', 'overUnseen', 'raised']);
});

test('of an alarm whose beginning was not read only its id is known', () => {
  expect(historyLines([said(5, 40, {})])).toMatchObject([{ what: 'over', alarmId: 'A-1', code: undefined }]);
});

test('many that happened together are one row', () => {
  const lines = historyLines([raised(5, 30_000), raised(3, 2_000), raised(2, 1_000), raised(1, 0)]);
  expect(historyRows(lines).map(({ lines: some }) => some.map(({ alarmId }) => alarmId))).toEqual([
    ['A-5'],
    ['A-3', 'A-2', 'A-1'],
  ]);
  expect(historyRows(lines.slice(0, 3)).map(({ lines: some }) => some.length)).toEqual([1, 1, 1]);
});

test('measured: how many were raised, per ten minutes, at most in ten minutes, and of which priority', () => {
  const at = (minutes: number) => minutes * MINUTE;
  const events = [
    raised(6, at(65)),
    said(5, at(64), kim, alarm('A-4', { raisedAt: AT + at(62), state: 'acked' })),
    raised(4, at(62)),
    raised(3, at(54), 'A-3', { code: 'RETRY_OUT' }),
    raised(2, at(51)),
    raised(1, at(1)),
  ];
  const kpis = alarmKpis(historyLines(events), { now: AT + at(70), ms: at(60) });
  expect(kpis.all).toEqual({ count: 4, perTenMinutes: 4 / 6 });
  expect(kpis.peak).toBe(2);
  expect([...kpis.byCode].map(([code, { count }]) => [code, count])).toEqual([
    ['AGENT_LOST', 3],
    ['RETRY_OUT', 1],
  ]);
  expect(kpis.split).toEqual([0, 4, 0]);
});

test('the fullest ten minutes are found wherever they are', () => {
  const times = [100, 61, 60, 55, 54, 53, 51, 20, 19];
  const events = times.map((minute, i) => raised(i + 1, minute * MINUTE));
  expect(alarmKpis(historyLines(events), { now: AT + 101 * MINUTE, ms: 24 * 60 * MINUTE }).peak).toBe(6);
  expect(alarmKpis([], { now: AT, ms: 1 }).peak).toBe(0);
});

test.each([
  [0, '0'],
  [0.02, '< 0.1'],
  [0.66, '0.7'],
  [12.3, '12'],
])('a rate of %s is said as %s', (value, words) => {
  expect(rateWords(value)).toBe(words);
});
