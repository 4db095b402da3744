import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const read = (file: string): string => readFileSync(join(here, file), 'utf8');
const testsIn = (folder: string): string[] =>
  readdirSync(join(here, folder))
    .filter((file) => /\.(test|contract)\.ts$/.test(file))
    .map((file) => join(folder, file));

test('every rule has a test, and every test quotes a rule there is', () => {
  const rules = [...read('SPEC.md').matchAll(/^- \*\*([A-Z]{2}\d+)\*\*/gm)].map(([, rule]) => rule);
  const quoted = [
    ...testsIn('.'),
    ...testsIn('model'),
    ...testsIn('../commands'),
    ...testsIn('../history'),
    ...testsIn('../health'),
    ...testsIn('../housekeeping'),
  ].flatMap((file) => [...read(file).matchAll(/\[([A-Z]{2}\d+)\]/g)].map(([, rule]) => rule));
  expect(new Set(rules).size).toBe(rules.length);
  expect([...new Set(quoted)].sort()).toEqual([...rules].sort());
});
