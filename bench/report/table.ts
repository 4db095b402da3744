import { type Figure, goalText, rounded, verdictOf } from './figure.ts';

const WIDTHS = { id: 11, name: 54, value: 32, reference: 18, ratio: 22, goal: 20 };

const cells = (row: Record<keyof typeof WIDTHS, string>, verdict: string): string =>
  `${row.id.padEnd(WIDTHS.id)}${row.name.padEnd(WIDTHS.name)}${row.value.padEnd(WIDTHS.value)}${row.reference.padEnd(WIDTHS.reference)}${row.ratio.padEnd(WIDTHS.ratio)}${row.goal.padEnd(WIDTHS.goal)}${verdict}`;

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
