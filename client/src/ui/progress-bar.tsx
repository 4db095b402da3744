import { classNames } from './class-names.ts';
import styles from './progress-bar.module.css';

export interface ProgressBarProps {
  label: string;
  /** 0–100, or null while nobody has said anything: an empty dashed track, not 0. */
  value: number | null;
  /** The report is old: hatched. */
  old?: boolean;
  size?: 'thin' | 'regular';
}

export function ProgressBar({ label, value, old = false, size = 'regular' }: ProgressBarProps) {
  const percent = value === null ? undefined : Math.round(value);
  return (
    <div
      className={classNames(styles.track, styles[size], value === null && styles.unknown)}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={percent === undefined ? 'not reported' : `${percent} %${old ? ', old report' : ''}`}
    >
      {percent !== undefined && (
        <div className={classNames(styles.fill, old && styles.old)} style={{ inlineSize: `${percent}%` }} />
      )}
    </div>
  );
}
