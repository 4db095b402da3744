import { columnsOf, isPlumbing } from './columns.ts';
import { plain } from './plain.ts';

const CELL_MAX = 48;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): boolean => !Array.isArray(value) && !isObject(value);

/** An answer for people: lists of objects as tables, everything else as indented fields. */
export function render(answer: Record<string, unknown>): string {
  const fields = shown(answer);
  if (fields.length === 0) return 'done';
  return fields.map(([name, value]) => block(name, value, '')).join('\n');
}

const shown = (fields: Record<string, unknown>): [string, unknown][] =>
  Object.entries(fields).filter(([name, value]) => !isPlumbing(name) && value !== undefined);

function block(name: string, value: unknown, indent: string): string {
  if (isScalar(value)) return `${indent}${name}: ${scalar(name, value)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return `${indent}${name}: none`;
    if (value.every(isScalar)) return `${indent}${name}: ${value.map(plain).join(', ')}`;
    if (value.every(isObject)) return `${indent}${name}:\n${table(value, `${indent}  `)}`;
    return `${indent}${name}: ${plain(JSON.stringify(value))}`;
  }
  if (!isObject(value)) return '';
  return [`${indent}${name}:`, ...shown(value).map(([key, item]) => block(key, item, `${indent}  `))].join('\n');
}

/** The widest cells are cut. */
export function table(rows: readonly Record<string, unknown>[], indent: string): string {
  const names = columnsOf(rows);
  const lines = [names, ...rows.map((row) => names.map((name) => cut(cell(name, row[name]))))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        indent +
        line
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
    )
    .join('\n');
}

const cut = (text: string): string => (text.length > CELL_MAX ? `${text.slice(0, CELL_MAX - 1)}…` : text);

function cell(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    if (value.every(isScalar)) return value.map(plain).join(', ');
    return value.every(isMention) ? value.map(mentioned).join(', ') : String(value.length);
  }
  if (!isObject(value)) return scalar(name, value);
  // What has words is told by its words, such as what an agent is doing; numbers need their names.
  const words = Object.values(value).filter((item) => typeof item === 'string');
  if (words.length > 0) return words.map(plain).join(' ');
  return Object.entries(value)
    .filter(([, item]) => isScalar(item))
    .map(([key, item]) => `${plain(key)} ${plain(item)}`)
    .join(', ');
}

/** A record of which only the name is told, and whether it is gone. */
const isMention = (value: unknown): value is { kind: unknown; id: unknown; removed?: unknown } =>
  isObject(value) && 'kind' in value && 'id' in value && Object.keys(value).length <= ('removed' in value ? 3 : 2);
const mentioned = ({ kind, id, removed }: { kind: unknown; id: unknown; removed?: unknown }): string =>
  `${plain(kind)} ${plain(id)}${removed === true ? ' gone' : ''}`;

/** Fields of these names are wall-clock times in milliseconds, everywhere in the protocol. */
const isTime = (name: string): boolean => name === 'at' || name === 'since' || name.endsWith('At');

const scalar = (name: string, value: unknown): string =>
  typeof value === 'number' && isTime(name) ? localTime(value) : plain(value);

/** As clocks on the wall here show it; the Swedish way of writing is the one with the year first. */
export const localTime = (ms: number): string => plain(new Date(ms).toLocaleString('sv'));
