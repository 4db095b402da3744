import { clockTime } from './clock-time.ts';
import styles from './plot-tooltip.module.css';
import { SeriesMark } from './series-mark.tsx';
import type { SeriesLook, TimeSeries } from './time-series.ts';

export interface PlotTooltipProps {
  at: number;
  form: 'lines' | 'areas' | 'bars';
  looks: readonly SeriesLook[];
  series: TimeSeries;
  format: (value: number | null) => string;
  id: string;
}

/** The values of the bucket under the pointer or the keyboard cursor. */
export function PlotTooltip({ at, form, looks, series, format, id }: PlotTooltipProps) {
  const { fromAt, bucketMs, values } = series;
  const bucket = Math.round((at - fromAt) / bucketMs);
  const isOpen = looks.some((look) => bucket === (values[look.key]?.length ?? 0) - 1);
  return (
    <div className={styles.tooltip}>
      <p className={styles.head}>
        {clockTime(at, bucketMs)}–{clockTime(at + bucketMs, bucketMs)}
        {isOpen && ', still open'}
      </p>
      {looks.map((look) => (
        <p key={look.key} className={styles.row}>
          <SeriesMark look={look} form={form} id={`${id}-tip-${look.key}`} />
          <span>{look.label}</span>
          <b>{format(values[look.key]?.[bucket] ?? null)}</b>
        </p>
      ))}
    </div>
  );
}
