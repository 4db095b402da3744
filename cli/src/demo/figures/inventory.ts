import { extname } from 'node:path/posix';
import { z } from 'zod';
import type { SourceFile } from '../files.ts';
import type { Tally } from './tally.ts';

export const inventory = z.object({
  files: z.int(),
  bytes: z.int(),
  lines: z.int(),
  languages: z.record(z.string(), z.object({ files: z.int(), lines: z.int() })),
});
export type Inventory = z.infer<typeof inventory>;

/** By extension; everything else is `other`. */
const LANGUAGES: Record<string, string> = {
  '.ts': 'TypeScript',
  '.tsx': 'TypeScript',
  '.mts': 'TypeScript',
  '.cts': 'TypeScript',
  '.js': 'JavaScript',
  '.jsx': 'JavaScript',
  '.mjs': 'JavaScript',
  '.cjs': 'JavaScript',
  '.py': 'Python',
  '.go': 'Go',
  '.java': 'Java',
  '.rs': 'Rust',
  '.c': 'C',
  '.h': 'C',
  '.cc': 'C++',
  '.cpp': 'C++',
  '.hpp': 'C++',
  '.cs': 'C#',
  '.rb': 'Ruby',
  '.php': 'PHP',
  '.swift': 'Swift',
  '.kt': 'Kotlin',
  '.lua': 'Lua',
  '.sh': 'Shell',
  '.sql': 'SQL',
  '.html': 'HTML',
  '.css': 'CSS',
  '.md': 'Markdown',
  '.json': 'JSON',
  '.yml': 'YAML',
  '.yaml': 'YAML',
  '.toml': 'TOML',
};
export const languageOf = (path: string): string => LANGUAGES[extname(path).toLowerCase()] ?? 'other';

/** Line ends, and one more for a last line without one. */
export function lineCount(text: string | null): number {
  if (text === null || text === '') return 0;
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

export const inventoryTally: Tally<SourceFile, Inventory> = {
  schema: inventory,
  start: () => ({ files: 0, bytes: 0, lines: 0, languages: {} }),
  add: (state, { path, bytes, text }) => {
    const lines = lineCount(text);
    const language = languageOf(path);
    const before = state.languages[language] ?? { files: 0, lines: 0 };
    state.files += 1;
    state.bytes += bytes;
    state.lines += lines;
    state.languages[language] = { files: before.files + 1, lines: before.lines + lines };
  },
};
