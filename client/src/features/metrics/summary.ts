import type { TimeSeries } from '../../ui/charts/time-series.ts';

/** Restarts of the hub that fall into what is shown, oldest first. */
export function restartsIn(series: TimeSeries | undefined, restarts: readonly number[]): number[] {
  if (series === undefined) return [];
  const buckets = Math.max(0, ...Object.values(series.values).map((values) => values.length));
  const toAt = series.fromAt + buckets * series.bucketMs;
  return restarts.filter((at) => at >= series.fromAt && at < toAt).sort((a, b) => a - b);
}
