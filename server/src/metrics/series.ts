import { METRIC_RANGES, type MetricRange, SERIES, type SeriesName } from '@signalbox/shared/commands/health';
import { METRIC_BUCKETS } from '@signalbox/shared/limits';

type Values = Partial<Record<SeriesName, number | null>>;

/** As stored: bucket number (wall clock / width) and what was measured in it. */
export type StoredBuckets = [bucket: number, values: Values][];

const RANGES = Object.keys(METRIC_RANGES) as MetricRange[];

/**
 * The series of one project: for each range 180 buckets, rolled up as they are measured. A bucket in which nothing was
 * measured is null, never 0.
 */
export class Series {
  readonly #ranges = new Map<MetricRange, Map<number, Values>>(RANGES.map((range) => [range, new Map()]));

  /** The value of a gauge now; null when there is nothing to measure. */
  gauge(name: SeriesName, value: number | null, at: number): void {
    for (const range of RANGES) this.#bucket(range, at)[name] = value;
  }

  /** Something happened `n` times; 0 says that nothing did, which is a measurement too. */
  count(name: SeriesName, n: number, at: number): void {
    for (const range of RANGES) {
      const bucket = this.#bucket(range, at);
      bucket[name] = (bucket[name] ?? 0) + n;
    }
  }

  #bucket(range: MetricRange, at: number): Values {
    const buckets = this.#ranges.get(range) ?? new Map<number, Values>();
    const number = Math.floor(at / METRIC_RANGES[range]);
    let values = buckets.get(number);
    if (values === undefined) {
      values = {};
      buckets.set(number, values);
      for (const old of buckets.keys()) if (old <= number - METRIC_BUCKETS) buckets.delete(old);
    }
    return values;
  }

  /** 180 values per series, oldest first, the last bucket still open. */
  query(
    names: readonly SeriesName[],
    range: MetricRange,
    at: number,
  ): { bucketMs: number; fromAt: number; series: Record<string, (number | null)[]> } {
    const bucketMs = METRIC_RANGES[range];
    const first = Math.floor(at / bucketMs) - METRIC_BUCKETS + 1;
    const buckets = this.#ranges.get(range);
    const series: Record<string, (number | null)[]> = {};
    for (const name of names)
      series[name] = Array.from({ length: METRIC_BUCKETS }, (_, i) => buckets?.get(first + i)?.[name] ?? null);
    return { bucketMs, fromAt: first * bucketMs, series };
  }

  /** Sum of a count over the last `ms`, or undefined when the series does not reach back that far. */
  sumSince(name: SeriesName, ms: number, at: number): number | undefined {
    if (SERIES[name] !== 'count') throw new Error(`${name} is not a count`);
    const width = METRIC_RANGES['1h'];
    const buckets = this.#ranges.get('1h');
    const first = Math.floor((at - ms) / width);
    if (buckets?.get(first)?.[name] === undefined) return undefined;
    let sum = 0;
    for (const [number, values] of buckets) if (number >= first) sum += values[name] ?? 0;
    return sum;
  }

  store(range: MetricRange): StoredBuckets {
    return [...(this.#ranges.get(range) ?? [])];
  }

  restore(range: MetricRange, stored: StoredBuckets): void {
    const buckets = this.#ranges.get(range);
    for (const [number, values] of stored) buckets?.set(number, values);
  }
}

export const STORED_RANGES: readonly MetricRange[] = RANGES;
