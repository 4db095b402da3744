import styles from './glyph.module.css';

export const PRIORITY_WORDS: Record<number, string> = { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low' };
export const priorityWord = (priority: number): string => PRIORITY_WORDS[priority] ?? 'unknown';

const BARS = [0, 1, 2, 3] as const;
/** How many of the four bars stand for a priority. */
const filledBars = (priority: number): number => Math.max(0, 4 - priority) + 1;

/** Critical is an ink badge, the others are 4 bars; never a colour, because a priority is not a state. */
export function PriorityGlyph({ priority }: { priority: number }) {
  const label = `priority ${priorityWord(priority)}`;
  if (priority === 1) {
    return (
      <span className={styles.critical} role="img" aria-label={label} title={label}>
        !!
      </span>
    );
  }
  const filled = filledBars(priority);
  return (
    <svg className={styles.bars} width="16" height="12" viewBox="0 0 16 12" role="img" aria-label={label}>
      <title>{label}</title>
      {BARS.map((bar) => (
        <rect
          key={bar}
          x={bar * 4}
          y={9 - bar * 3}
          width="3"
          height={3 + bar * 3}
          className={bar < filled ? styles.on : styles.off}
        />
      ))}
    </svg>
  );
}
