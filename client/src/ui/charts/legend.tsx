import { useId } from 'react';
import styles from './legend.module.css';
import { SeriesMark } from './series-mark.tsx';
import { current, type SeriesLook, sumOf, type TimeSeries } from './time-series.ts';

export interface LegendProps {
  looks: readonly SeriesLook[];
  series: TimeSeries;
  form: 'lines' | 'areas' | 'bars';
  format: (value: number | null) => string;
}

/** Every series in words with its value as of now (bars: the sum of the range), so that no colour has to be remembered. */
export function Legend({ looks, series, form, format }: LegendProps) {
  const id = useId();
  const valueOfLegend = form === 'bars' ? sumOf : current;
  return (
    <figcaption className={styles.legend}>
      {looks.map((look) => (
        <span key={look.key} className={styles.item}>
          <SeriesMark look={look} form={form} id={`${id}-${look.key}`} />
          {look.label} <b>{format(valueOfLegend(series, look.key))}</b>
        </span>
      ))}
    </figcaption>
  );
}
