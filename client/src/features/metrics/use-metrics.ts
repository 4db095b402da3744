import type { MetricRange } from '@signalbox/shared/commands/health';
import { useMemo } from 'react';
import { useRead } from '../../hub/use-read.ts';
import type { TimeSeries } from '../../ui/charts/time-series.ts';
import { refreshEveryMs, SHOWN_SERIES } from './looks.ts';
import { restartsIn } from './summary.ts';

/** Every series of the page in one question. `series` is undefined until the first answer of this range. */
export function useMetrics(range: MetricRange) {
  const { data, error, reload } = useRead(
    'metrics.query',
    { series: SHOWN_SERIES, range },
    { atLeastEveryMs: refreshEveryMs(range) },
  );
  return useMemo(() => {
    const series: TimeSeries | undefined = data && {
      fromAt: data.fromAt,
      bucketMs: data.bucketMs,
      values: data.series,
    };
    return { series, restarts: restartsIn(series, data?.restarts ?? []), error, reload };
  }, [data, error, reload]);
}
