/** Left out when shown to people: true for every answer, or of no use to them. */
const PLUMBING = new Set(['ok', 'epoch', 'seq', 'kind', 'rev', 'bodies']);
const CELL_MAX = 48;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: unknown): boolean => !Array.isArray(value) && !isObject(value);

/**
 * An answer for people: lists of objects as tables, everything else as indented fields. Control and bidirectional
 * characters are made visible, since agents write what stands here.
 */
export function render(answer: Record<string, unknown>): string {
  const fields = Object.entries(answer).filter(([name, value]) => !PLUMBING.has(name) && value !== undefined);
  if (fields.length === 0) return 'done';
  return fields.map(([name, value]) => block(name, value, '')).join('\n');
}

function block(name: string, value: unknown, indent: string): string {
  if (isScalar(value)) return `${indent}${name}: ${plain(value)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return `${indent}${name}: none`;
    if (value.every(isScalar)) return `${indent}${name}: ${value.map(plain).join(', ')}`;
    if (value.every(isObject)) return `${indent}${name}:\n${table(value, `${indent}  `)}`;
    return `${indent}${name}: ${plain(JSON.stringify(value))}`;
  }
  if (!isObject(value)) return '';
  const inner = Object.entries(value).filter(([key, item]) => !PLUMBING.has(key) && item !== undefined);
  return [`${indent}${name}:`, ...inner.map(([key, item]) => block(key, item, `${indent}  `))].join('\n');
}

/** Columns are the fields that have a plain value in some row; the widest cells are cut. */
export function table(rows: readonly Record<string, unknown>[], indent: string): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) =>
      !PLUMBING.has(name) && rows.some((row) => row[name] !== undefined && row[name] !== null && isScalar(row[name])),
  );
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
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

function cell(value: unknown): string {
  if (value === undefined || value === null || !isScalar(value)) return '';
  const text = plain(value);
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX - 1)}…` : text;
}

export const plain = (value: unknown): string =>
  String(value).replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' ? ' ⏎ ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
