import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './glyph.module.css';

/** The shapes, 12 × 12. Each differs from the others without its colour. */
const SHAPES = {
  dot: <circle cx="6" cy="6" r="4.5" className={styles.solid} />,
  ring: <circle cx="6" cy="6" r="4" className={styles.outline} />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" className={styles.outline} />
      <path d="M6 2a4 4 0 0 1 0 8z" className={styles.solid} />
    </>
  ),
  bars: <path d="M2.5 2h2.5v8H2.5zM7 2h2.5v8H7z" className={styles.solid} />,
  drain: <path d="M2 3h8L6 10z" className={styles.outline} />,
  question: (
    <>
      <rect x="0.5" y="0.5" width="11" height="11" rx="1" className={styles.solid} />
      <path d="M4.2 4.6a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.8.6-.8 1.2M6 9.1v.6" className={styles.mark} />
    </>
  ),
  cross: (
    <>
      <rect x="0.75" y="0.75" width="10.5" height="10.5" rx="1" className={styles.solid} />
      <path d="M3.5 3.5l5 5M8.5 3.5l-5 5" className={styles.mark} />
    </>
  ),
  late: (
    <>
      <circle cx="6" cy="6" r="4" className={styles.dashed} />
      <path d="M6 3.8V6l1.6 1.2" className={styles.thin} />
    </>
  ),
  gone: <path d="M2.5 6h7" className={styles.outline} />,
  check: <path d="M2 6.4 4.8 9 10 3" className={styles.outline} />,
  x: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" className={styles.outline} />,
  bar: <path d="M6 1.5a4.5 4.5 0 1 0 .01 0M3 9l6-6" className={styles.outline} />,
  eye: (
    <>
      <path d="M1 6c2.5-4 7.5-4 10 0-2.5 4-7.5 4-10 0z" className={styles.thin} />
      <circle cx="6" cy="6" r="1.6" className={styles.solid} />
    </>
  ),
} satisfies Record<string, ReactNode>;

type Shape = keyof typeof SHAPES;
type Tone = 'plain' | 'ink' | 'p1' | 'p2' | 'ask';

const AGENT: Record<string, readonly [Shape, Tone]> = {
  working: ['dot', 'plain'],
  idle: ['ring', 'plain'],
  waiting: ['half', 'plain'],
  paused: ['bars', 'ink'],
  draining: ['drain', 'ink'],
  late: ['late', 'ink'],
  asking: ['question', 'ask'],
  lost: ['cross', 'p2'],
  left: ['gone', 'plain'],
};
const TASK: Record<string, readonly [Shape, Tone]> = {
  pending: ['ring', 'plain'],
  in_progress: ['dot', 'plain'],
  needs_review: ['eye', 'ink'],
  completed: ['check', 'ink'],
  blocked: ['bar', 'ink'],
  failed: ['x', 'ink'],
  cancelled: ['gone', 'plain'],
};
const UNKNOWN = ['ring', 'plain'] as const;

function Glyph({ shape, tone }: { shape: Shape; tone: Tone }) {
  return (
    <svg
      className={classNames(styles.glyph, styles[`tone-${tone}`])}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {SHAPES[shape]}
    </svg>
  );
}

/** The mark of an agent's state. It is hidden from screen readers: the state word stands beside it. */
export function StateGlyph({ state }: { state: string }) {
  const [shape, tone] = AGENT[state] ?? UNKNOWN;
  return <Glyph shape={shape} tone={tone} />;
}

/** The mark of a task's status; its word stands beside it too. */
export function StatusGlyph({ status }: { status: string }) {
  const [shape, tone] = TASK[status] ?? UNKNOWN;
  return <Glyph shape={shape} tone={tone} />;
}
