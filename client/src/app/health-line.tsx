import type { Health } from '@signalbox/shared/commands/health';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { formatNumber, UNKNOWN } from '../hub/format.ts';
import { useNavigation } from '../hub/navigation.ts';
import type { VisibleKind } from '../hub/record-types.ts';
import { useRead } from '../hub/use-read.ts';
import styles from './status-bar.module.css';

const READ_EVERY_MS = 2_000;
/** Some deductions come with time alone. */
const READ_AT_LEAST_EVERY_MS = 15_000;

const kindOf = (kind: string): VisibleKind | undefined => VISIBLE_KINDS.find((known) => known === kind);

/** `m_08 and 2 more: lost with a task or a lock`; the hub says what is wrong, the subjects say with what. */
export function deductionWords({
  subjects,
  summary,
}: Pick<Health['deductions'][number], 'subjects' | 'summary'>): string {
  const [first, ...more] = subjects;
  if (first === undefined) return summary;
  return `${first.id}${more.length === 0 ? '' : ` and ${formatNumber(more.length)} more`}: ${summary}`;
}

function Deduction({ deduction }: { deduction: Health['deductions'][number] }) {
  const { open } = useNavigation();
  const subject = deduction.subjects[0];
  const kind = subject === undefined ? undefined : kindOf(subject.kind);
  const text = (
    <>
      <b>−{formatNumber(deduction.points)}</b> · {deductionWords(deduction)}
    </>
  );
  if (subject === undefined || kind === undefined) return <span className={styles.deduction}>{text}</span>;
  return (
    <button type="button" className={styles.deduction} onClick={() => open({ kind, id: subject.id })}>
      {text} ›
    </button>
  );
}

/** Number, word and what was deducted, as the hub computes it. No number without agents and tasks. */
export function HealthLine() {
  const { data, error } = useRead('health.get', {}, { everyMs: READ_EVERY_MS, atLeastEveryMs: READ_AT_LEAST_EVERY_MS });
  const unknown = error === null ? 'No health without agents and tasks.' : error.message;
  return (
    <div className={styles.health} data-testid="health">
      <span>
        Health{' '}
        {data?.score === undefined || data.score === null ? (
          <span className={styles.score} title={data === undefined ? unknown : 'No health without agents and tasks.'}>
            {UNKNOWN}
          </span>
        ) : (
          <span className={styles.score}>
            {formatNumber(data.score)} {data.word}
          </span>
        )}
      </span>
      {data?.deductions.map((deduction) => (
        <Deduction key={`${deduction.code} ${deduction.subjects[0]?.id ?? ''}`} deduction={deduction} />
      ))}
    </div>
  );
}
