import { dirname, join } from 'node:path/posix';
import { z } from 'zod';
import { type Area, areaOf } from '../areas.ts';
import type { SourceFile } from '../files.ts';
import { languageOf } from './inventory.ts';
import { count, type Tally } from './tally.ts';

export const imports = z.object({
  statements: z.int(),
  /** Relative imports of TypeScript and JavaScript: area imported from → how often. */
  internal: z.record(z.string(), z.int()),
  /** Everything else: package → how often. */
  external: z.record(z.string(), z.int()),
});
export type Imports = z.infer<typeof imports>;

/** A quoted source may contain the other kind of quote. */
const QUOTED = /(?<quote>['"])(?<source>(?:(?!\k<quote>).)+)\k<quote>/.source;
const SCRIPT = [
  new RegExp(`^\\s*(?:import|export)\\b[^'"]*?\\bfrom\\s*${QUOTED}`),
  new RegExp(`^\\s*\\}\\s*from\\s*${QUOTED}`),
  new RegExp(`^\\s*import\\s*${QUOTED}`),
  new RegExp(`\\brequire\\(\\s*${QUOTED}\\s*\\)`),
  new RegExp(`\\bimport\\(\\s*${QUOTED}\\s*\\)`),
];
/**
 * What counts as an import, line by line, at most one a line: plain patterns, not a parser. So an import inside a
 * comment or a string counts, and one spread over several lines counts by the line that names its source.
 */
const PATTERNS: Record<string, { lines: RegExp[]; packageOf(source: string): string }> = {
  TypeScript: { lines: SCRIPT, packageOf: scriptPackage },
  JavaScript: { lines: SCRIPT, packageOf: scriptPackage },
  Python: {
    lines: [/^\s*from\s+(?<source>[\w.]+)\s+import\b/, /^\s*import\s+(?<source>[\w.]+)/],
    packageOf: (source) => source.split('.')[0] || '.',
  },
  // The second pattern is a line inside `import ( … )`.
  Go: {
    lines: [
      /^\s*import\s+(?:[\w.]+\s+)?"(?<source>[^"]+)"/,
      /^\s+(?:[\w.]+\s+)?"(?<source>[\w.-]+(?:\/[\w.-]+)*)"\s*$/,
    ],
    packageOf: (source) => source,
  },
  Java: {
    lines: [/^\s*import\s+(?:static\s+)?(?<source>[\w.]+)/],
    packageOf: (source) => source.split('.').slice(0, 2).join('.'),
  },
  Rust: { lines: [/^\s*(?:pub\s+)?use\s+(?<source>[\w:]+)/], packageOf: (source) => source.split('::')[0] ?? source },
};

/** `@scope/name` or `name` */
function scriptPackage(source: string): string {
  return source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The sources a file imports, in order, with repetitions. */
export function importsOf({ path, text }: Pick<SourceFile, 'path' | 'text'>): string[] {
  const patterns = PATTERNS[languageOf(path)];
  if (patterns === undefined || text === null) return [];
  return text.split('\n').flatMap((line) => {
    for (const pattern of patterns.lines) {
      const source = pattern.exec(line)?.groups?.source;
      if (source !== undefined) return [source];
    }
    return [];
  });
}

export const importsTally = (areas: readonly Area[]): Tally<SourceFile, Imports> => ({
  schema: imports,
  start: () => ({ statements: 0, internal: {}, external: {} }),
  add: (state, file) => {
    const patterns = PATTERNS[languageOf(file.path)];
    for (const source of importsOf(file)) {
      state.statements += 1;
      // `../..` may lead out of the repository; then it is nobody's area.
      const target = /^\.\.?(?:\/|$)/.test(source) ? areaOf(join(dirname(file.path), source), areas)?.name : undefined;
      if (target !== undefined) count(state.internal, target);
      else count(state.external, patterns?.packageOf(source) ?? source);
    }
  },
});
