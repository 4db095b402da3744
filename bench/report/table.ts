import { type Figure, goalText, rounded, verdictOf } from './figure.ts';

const WIDTHS = { id: 18, name: 62, value: 32, reference: 18, ratio: 22, goal: 20 };

/** What does not fit pushes the rest aside, but never touches it. */
const cell = (text: string, width: number): string => `${text} `.padEnd(width);

const cells = (row: Record<keyof typeof WIDTHS, string>, verdict: string): string =>
  `${cell(row.id, WIDTHS.id)}${cell(row.name, WIDTHS.name)}${cell(row.value, WIDTHS.value)}${cell(row.reference, WIDTHS.reference)}${cell(row.ratio, WIDTHS.ratio)}${cell(row.goal, WIDTHS.goal)}${verdict}`;

export const tableHead = (): string =>
  cells({ id: '', name: '', value: 'ours', reference: 'reference', ratio: 'ratio (spread)', goal: 'goal' }, 'verdict');

/** The line of a figure, and below it what limited it. */
export function tableLines(figure: Figure): string {
  const { id, name, value, unit, reference, ratio, goal, spread, notes = [] } = figure;
  const range = spread === undefined ? '' : ` (${rounded(spread.lowest)}–${rounded(spread.highest)})`;
  const stretch = goal.stretch === undefined ? '' : `, then ${goalText(figure, goal.stretch)}`;
  const row = {
    id,
    name,
    value: `${rounded(value)} ${unit}${ratio === undefined ? range : ''}`,
    reference: reference === undefined ? '—' : `${rounded(reference)} ${unit}`,
    ratio: ratio === undefined ? '—' : `${ratio.toFixed(2)}×${range}`,
    goal: `${goalText(figure, goal.first)}${stretch}`,
  };
  return [cells(row, verdictOf(figure)), ...notes.map((note) => `${' '.repeat(WIDTHS.id)}${note}`)].join('\n');
}
