import type { Range } from './stats.ts';

/** What a figure is held against: its ratio to the reference, or the value itself. */
export interface Goal {
  of: 'ratio' | 'value';
  is: '≥' | '≤';
  /** The first figure decides the verdict. */
  first: number;
  /** What we want after that. */
  stretch?: number;
}

/** One measured number. `id` begins with its row. */
export interface Figure {
  id: string;
  name: string;
  value: number;
  unit: string;
  reference?: number;
  ratio?: number;
  goal: Goal;
  /** Of the ratios, or of the values where there is no reference. */
  spread?: Range;
  /** For people: what limited it, what else was seen. */
  notes?: readonly string[];
}

export type Verdict = 'PASS' | 'SHORT';

export function verdictOf({ value, ratio, goal }: Figure): Verdict {
  const measured = goal.of === 'value' ? value : ratio;
  if (measured === undefined) throw new Error('a goal for a ratio that was not measured');
  return (goal.is === '≥' ? measured >= goal.first : measured <= goal.first) ? 'PASS' : 'SHORT';
}

const SIGNIFICANT = 4;
export const rounded = (value: number): number => Number(value.toPrecision(SIGNIFICANT));

/** `≥ 1×`, `≤ 300 MB` */
export const goalText = ({ goal, unit }: Pick<Figure, 'goal' | 'unit'>, target: number): string =>
  `${goal.is} ${target}${goal.of === 'ratio' ? '×' : ` ${unit}`.trimEnd()}`;

/** The line of `--json`. */
export function jsonLine(figure: Figure): string {
  const { id, name, value, unit, reference, ratio, goal } = figure;
  return JSON.stringify({
    id,
    name,
    value: rounded(value),
    unit,
    reference: reference === undefined ? null : rounded(reference),
    ratio: ratio === undefined ? null : rounded(ratio),
    goal: goalText(figure, goal.first),
    ...(goal.stretch !== undefined && { stretch: goalText(figure, goal.stretch) }),
    verdict: verdictOf(figure),
  });
}
