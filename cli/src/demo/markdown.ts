/** Text of files and people inside a table or list: inert, on one line. */
export const inert = (text: string): string =>
  text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').replace(/[\\`*_{}[\]<>|#]/g, '\\$&');

export const number = (value: number): string => value.toLocaleString('en');

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return 'None.\n';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (value: string | number): string => (typeof value === 'number' ? number(value) : inert(value));
  return `${[line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n')}\n`;
}

export const section = (title: string, body: string): string => `\n## ${title}\n\n${body}`;
