import { memo } from 'react';
import styles from './spark.module.css';
import { sparkPath } from './spark-path.ts';

export interface SparkProps {
  /** Says in words what the line shows: `health over 24 h, now 82`. */
  label: string;
  values: readonly (number | null)[];
  width?: number;
  height?: number;
  max?: number;
}

/** A small line by hand: a chart of the library costs 23 times as much. */
export const Spark = memo(function Spark({ label, values, width = 96, height = 20, max }: SparkProps) {
  const d = sparkPath(values, { width, height, ...(max !== undefined && { max }) });
  return (
    <svg
      className={styles.spark}
      width={width + 2}
      height={height + 2}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      role="img"
      aria-label={label}
    >
      <path d={d} />
    </svg>
  );
});
