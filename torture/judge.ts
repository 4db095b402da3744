import { type Figures as CheckedFigures, check } from './checker/check.ts';
import type { Violation } from './checker/violation.ts';
import type { Course } from './course.ts';
import { KINDS } from './faults/nemesis.ts';
import { readHistory } from './history/read.ts';
import { longestCalm, whyInvalid } from './validity.ts';

/** The outcome of a run, as `--json` prints it. */
export interface Figures {
  operations: number;
  acknowledged: number;
  /** How often each kind of fault verifiably happened. */
  faults: Record<string, number>;
  staleAttempts: number;
  violations: number;
  /** Something that was to happen did not, so that the absence of violations says nothing. */
  invalid: boolean;
  seed: number;
}

export interface Outcome {
  figures: Figures;
  text: string[];
}

const VIOLATIONS_SHOWN = 20;

/** Of a run that could not even begin, or whose history cannot be read. */
export const nothingJudged = (seed: number): Figures => ({
  operations: 0,
  acknowledged: 0,
  faults: {},
  staleAttempts: 0,
  violations: 0,
  invalid: true,
  seed,
});

/** Checks the histories in `folder`, and whether what was done to those who wrote them makes that worth anything. */
export async function judge(folder: string, course: Course): Promise<Outcome> {
  const { violations, figures } = check(await readHistory(folder));
  const why = whyInvalid(course, figures, KINDS);
  const faults: Record<string, number> = {};
  for (const { kind, verified, times } of course.done) if (verified) faults[kind] = (faults[kind] ?? 0) + times;
  return {
    figures: {
      operations: figures.operations,
      acknowledged: figures.acknowledged,
      faults,
      staleAttempts: figures.staleAttempts,
      violations: violations.length,
      invalid: why.length > 0,
      seed: course.seed,
    },
    text: report({ course, figures, faults, violations, why, folder }),
  };
}

interface Judged {
  course: Course;
  figures: CheckedFigures;
  faults: Record<string, number>;
  violations: readonly Violation[];
  why: readonly string[];
  folder: string;
}

const report = ({ course, figures, faults, violations, why, folder }: Judged): string[] => [
  ...Object.entries(figures).map(([name, value]) => `  ${name.padEnd(20)}${value}`),
  ...Object.entries(faults).map(([kind, count]) => `  ${kind.padEnd(24)}${count} ×`),
  ...course.impossible.map((kind) => `  ${kind.padEnd(24)}not possible here`),
  `  longest time without a new fault: ${(longestCalm(course) / 1_000).toFixed(1)} s`,
  ...why.map((reason) => `  INVALID: ${reason}`),
  ...violations.slice(0, VIOLATIONS_SHOWN).map(({ rule, text }) => `  VIOLATION of ${rule}: ${text}`),
  violations.length === 0 && why.length === 0
    ? '  No violation.'
    : `  ${violations.length} violations; the history is in ${folder}`,
];
