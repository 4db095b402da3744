import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What a bundler would take along: every import that is not erased, through our own workspaces. */
function valueImports(file: string, seen = new Set<string>()): Set<string> {
  const source = readFileSync(file, 'utf8');
  for (const [, clause = '', from = ''] of source.matchAll(/^(?:import|export) ([^;]*?)\s*from '([^']+)'/gm)) {
    if (clause.startsWith('type ')) continue;
    if (seen.has(from)) continue;
    const next = from.startsWith('.')
      ? fileURLToPath(new URL(from, `file://${file}`))
      : from.startsWith('@signalbox/shared/')
        ? fileURLToPath(new URL(`../../shared/src/${from.slice('@signalbox/shared/'.length)}.ts`, import.meta.url))
        : null;
    if (next === null) seen.add(from);
    else if (!seen.has(next)) valueImports(next, seen.add(next));
  }
  return seen;
}

test('the feed runs in a browser: no Node built-ins, no schema library', () => {
  const outside = [...valueImports(fileURLToPath(new URL('./feed.ts', import.meta.url)))].filter(
    (name) => !name.endsWith('.ts'),
  );
  expect(outside).toEqual(['socket.io-client']);
});
