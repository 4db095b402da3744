import type { Health } from '@signalbox/shared/commands/health';
import type { ErrorBody } from '@signalbox/shared/errors';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { formatNumber, plural, UNKNOWN } from '../hub/format.ts';
import { healthWords } from '../hub/health-words.ts';
import { useNavigation } from '../hub/navigation.ts';
import type { VisibleKind } from '../hub/record-types.ts';
import { useNarrow } from '../ui/use-narrow.ts';
import styles from './status-bar.module.css';

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
export function HealthLine({ health: data, error }: { health: Health | undefined; error: ErrorBody | null }) {
  const narrow = useNarrow();
  const unknown = error === null ? 'No health without agents and tasks.' : error.message;
  const score = (
    <>
      Health{' '}
      {data === undefined || data.score === null || data.word === null ? (
        <span className={styles.score} title={data === undefined ? unknown : 'No health without agents and tasks.'}>
          {UNKNOWN}
        </span>
      ) : (
        <span className={styles.score}>{healthWords(data.word, formatNumber(data.score))}</span>
      )}
    </>
  );
  const deductions = data?.deductions ?? [];
  const list = deductions.map((deduction) => (
    <Deduction key={`${deduction.code} ${deduction.subjects[0]?.id ?? ''}`} deduction={deduction} />
  ));
  // A phone has no room for reasons above what is to be done about them.
  if (narrow && deductions.length > 0) {
    return (
      <details className={styles.folded} data-testid="health">
        <summary className={styles.summary}>
          {score} · {plural(deductions.length, 'reason')}
        </summary>
        {list}
      </details>
    );
  }
  return (
    <div className={styles.health} data-testid="health">
      <span>{score}</span>
      {list}
    </div>
  );
}
