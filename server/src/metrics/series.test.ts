import { describe, expect, test } from 'vitest';
import { Series } from './series.ts';

const AT = 1_750_000_000_000;
const MINUTE = 60_000;

const last = (series: Series, name: 'agents.idle' | 'tasks.created', at: number, range: '15m' | '24h' = '15m') =>
  series.query([name], range, at).series[name]?.slice(-3);

describe('buckets', () => {
  test('are 180, the last one open, null where nothing was measured', () => {
    const series = new Series();
    series.gauge('agents.idle', 3, AT);
    const { bucketMs, fromAt, series: found } = series.query(['agents.idle', 'agents.lost'], '15m', AT + 2_000);
    expect([bucketMs, fromAt, found['agents.idle']?.length]).toEqual([5_000, AT - 179 * 5_000, 180]);
    expect(found['agents.idle']?.slice(-2)).toEqual([null, 3]);
    expect(found['agents.lost']?.every((value) => value === null)).toBe(true);
  });

  test('a gauge keeps its last value, a count the sum, and 0 is not nothing', () => {
    const series = new Series();
    series.gauge('agents.idle', 3, AT);
    series.gauge('agents.idle', 5, AT + 4_999);
    series.gauge('agents.idle', null, AT + 5_000);
    series.count('tasks.created', 2, AT);
    series.count('tasks.created', 1, AT + 1);
    series.count('tasks.created', 0, AT + 5_000);
    expect(last(series, 'agents.idle', AT + 10_000)).toEqual([5, null, null]);
    expect(last(series, 'tasks.created', AT + 10_000)).toEqual([3, 0, null]);
  });

  test('every range rolls up the same measurements', () => {
    const series = new Series();
    for (let i = 0; i < 10; i++) series.count('tasks.created', 1, AT + i * MINUTE);
    const sum = (range: '15m' | '1h' | '6h' | '24h') =>
      series
        .query(['tasks.created'], range, AT + 10 * MINUTE)
        .series['tasks.created']?.reduce<number>((total, value) => total + (value ?? 0), 0);
    expect([sum('15m'), sum('1h'), sum('6h'), sum('24h')]).toEqual([10, 10, 10, 10]);
  });

  test('what has left its range is forgotten', () => {
    const series = new Series();
    for (let i = 0; i < 400; i++) series.gauge('agents.idle', i, AT + i * 5_000);
    expect(series.store('15m')).toHaveLength(180);
    expect(last(series, 'agents.idle', AT + 399 * 5_000)).toEqual([397, 398, 399]);
  });

  test('come back from where they were kept as they were', () => {
    const series = new Series();
    series.gauge('agents.idle', 3, AT);
    series.count('tasks.created', 2, AT + 5_000);
    const again = new Series();
    again.restore('15m', JSON.parse(JSON.stringify(series.store('15m'))));
    const names = ['agents.idle', 'tasks.created'] as const;
    expect(again.query(names, '15m', AT + 5_000)).toEqual(series.query(names, '15m', AT + 5_000));
  });
});

describe('the sum of the last while', () => {
  test('is not known before there was such a while', () => {
    const series = new Series();
    for (let minute = 0; minute < 29; minute++) series.count('tasks.created', 1, AT + minute * MINUTE);
    expect(series.sumSince('tasks.created', 30 * MINUTE, AT + 29 * MINUTE)).toBeUndefined();
  });

  test('is the sum of what happened in it', () => {
    const series = new Series();
    for (let second = 0; second <= 3_600; second++) series.count('tasks.created', 1, AT + second * 1_000);
    const sum = series.sumSince('tasks.created', 30 * MINUTE, AT + 3_600_000);
    // The bucket it begins in counts as a whole.
    expect(sum).toBeGreaterThanOrEqual(1_800);
    expect(sum).toBeLessThanOrEqual(1_821);
  });

  test('is asked of counts only', () => {
    expect(() => new Series().sumSince('agents.idle', MINUTE, AT)).toThrow('not a count');
  });
});
