import { type ComponentType, lazy, Suspense, useEffect, useId, useState } from 'react';
import { Skeleton } from '../skeleton.tsx';
import { useChartSlot } from './chart-grid.tsx';
import { Legend } from './legend.tsx';
import { PlotMissing } from './plot-missing.tsx';
import { SeriesTable } from './series-table.tsx';
import styles from './time-chart.module.css';
import type { TimePlotProps } from './time-plot.tsx';
import { hasValues, type SeriesLook, type TimeSeries } from './time-series.ts';

/** The chart library is the heaviest part of the page: fetched when the first chart is shown. */
const TimePlot = lazy(async (): Promise<{ default: ComponentType<TimePlotProps> }> => {
  try {
    return { default: (await import('./time-plot.tsx')).TimePlot };
  } catch {
    return { default: PlotMissing };
  }
});

export interface TimeChartProps {
  /** Names the chart for those who do not see it. */
  label: string;
  form: 'lines' | 'areas' | 'bars';
  looks: readonly SeriesLook[];
  /** Undefined while the first answer is on its way. */
  series: TimeSeries | undefined;
  height?: number;
  /** Vertical marks: when a hub process started. */
  markers?: readonly number[];
  /** Top of the axis when it does not follow the values, such as 100 for a score. */
  max?: number;
  /** Durations are in milliseconds and get round minutes and hours on their axis. */
  axis?: 'count' | 'duration';
  format: (value: number | null) => string;
  asTable?: boolean;
}

/** A chart over time with its legend, or the same numbers as a table. Draws in a frame of its own. */
export function TimeChart({ label, looks, series, height = 132, asTable = false, ...plot }: TimeChartProps) {
  const { width, turns } = useChartSlot();
  const [shown, setShown] = useState(series);
  const patternId = useId();
  useEffect(() => (series === shown ? undefined : turns.take(() => setShown(series))), [series, shown, turns]);
  if (series === undefined || shown === undefined || width === 0)
    return <Skeleton label={`${label}: loading`} height={height} />;
  const keys = looks.map((look) => look.key);
  if (asTable) return <SeriesTable label={label} looks={looks} series={shown} format={plot.format} />;
  return (
    <figure className={styles.figure}>
      {hasValues(shown, keys) ? (
        <Suspense fallback={<Skeleton label={`${label}: loading`} height={height} />}>
          <TimePlot
            {...plot}
            label={label}
            looks={looks}
            series={shown}
            width={width}
            height={height}
            patternId={patternId}
          />
        </Suspense>
      ) : (
        <p className={styles.nothing} style={{ height }}>
          Nothing was measured in this range.
        </p>
      )}
      <Legend looks={looks} series={shown} form={plot.form} format={plot.format} />
    </figure>
  );
}
