import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { formatNumber } from '../../hub/format.ts';
import { healthWords } from '../../hub/health-words.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useRead } from '../../hub/use-read.ts';
import { Chip } from '../../ui/badge.tsx';
import { Spark } from '../../ui/spark.tsx';
import styles from './deductions.module.css';

const READ_EVERY_MS = 2_000;
const READ_AT_LEAST_EVERY_MS = 15_000;
const SUBJECTS_SHOWN = 6;

const TREND = { series: ['health.score' as const], range: '24h' as const };
const TREND_EVERY_MS = 60_000;
const SCORE_MAX = 100;

/** The score of the last 24 hours, whatever range the charts show. */
function Trend() {
  const { data } = useRead('metrics.query', TREND, { atLeastEveryMs: TREND_EVERY_MS });
  const values = data?.series['health.score'] ?? [];
  const measured = values.filter((value) => value !== null);
  // Of one value there is no trend.
  if (measured.length < 2) return null;
  return (
    <span className={styles.trend}>
      <Spark
        label={`Health of 24 hours, lowest ${formatNumber(Math.min(...measured))}`}
        values={values}
        max={SCORE_MAX}
      />{' '}
      24 h
    </span>
  );
}

/** Score and word as the hub computes them, and every deduction with what it is about. */
export function Deductions() {
  const { data, error } = useRead('health.get', {}, { everyMs: READ_EVERY_MS, atLeastEveryMs: READ_AT_LEAST_EVERY_MS });
  const { open } = useNavigation();
  if (data === undefined) return <p className={styles.note}>{error === null ? '—' : error.message}</p>;
  if (data.score === null || data.word === null)
    return <p className={styles.note}>No score without agents and tasks.</p>;
  return (
    <div data-testid="deductions">
      <p className={styles.score}>
        <strong>{healthWords(data.word, formatNumber(data.score))}</strong>
        {data.deductions.length === 0 && ', nothing deducted'}
        <Trend />
      </p>
      <ul className={styles.list}>
        {data.deductions.map((deduction) => (
          <li key={`${deduction.code} ${deduction.subjects[0]?.id ?? ''}`}>
            <b>−{formatNumber(deduction.points)}</b> · {deduction.summary}{' '}
            {deduction.subjects.slice(0, SUBJECTS_SHOWN).map((subject) => {
              const kind = VISIBLE_KINDS.find((known) => known === subject.kind);
              return (
                <Chip
                  key={`${subject.kind} ${subject.id}`}
                  label={subject.id}
                  onOpen={kind && (() => open({ kind, id: subject.id }))}
                />
              );
            })}
            {deduction.subjects.length > SUBJECTS_SHOWN && ` and ${deduction.subjects.length - SUBJECTS_SHOWN} more`}
          </li>
        ))}
      </ul>
    </div>
  );
}
