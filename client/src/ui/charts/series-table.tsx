import { clockTime } from './clock-time.ts';
import styles from './series-table.module.css';
import { type SeriesLook, type TimeSeries, toRows } from './time-series.ts';

export interface SeriesTableProps {
  label: string;
  looks: readonly SeriesLook[];
  series: TimeSeries;
  format: (value: number | null) => string;
}

/** The numbers of a chart, newest first. */
export function SeriesTable({ label, looks, series, format }: SeriesTableProps) {
  const keys = looks.map((look) => look.key);
  const rows = toRows(series, keys, false).reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keys
    <section className={styles.scroller} aria-label={`${label}, as a table`} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            {looks.map((look) => (
              <th key={look.key} scope="col">
                {look.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.at}>
              <th scope="row">
                {clockTime(row.at, series.bucketMs)}
                {i === 0 && ' (open)'}
              </th>
              {keys.map((key) => (
                <td key={key}>{format((i === 0 ? row.open[key] : row.closed[key]) ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
