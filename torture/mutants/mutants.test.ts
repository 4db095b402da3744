import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { occurrencesIn, ROOT } from './patch.ts';
import { runMutants, type Verdicts } from './run.ts';

const names = MUTANTS.map(({ name }) => name);
const passed = expect.stringMatching(/^passed: /);
const failed = expect.stringMatching(/^failed: /);

/** What must not be taken for a mutant that was noticed. */
const HARMLESS: Mutant = {
  name: 'of no effect',
  promise: 'none',
  file: 'sdk/src/backoff.ts',
  find: 'const JITTER = 0.3;',
  replace: 'const JITTER = 3 / 10;',
  caughtBy: { file: 'sdk/src/backoff.test.ts', test: 'clients that lost their hub together' },
};
const MISTAKES: readonly Mutant[] = [
  HARMLESS,
  { ...HARMLESS, name: 'no program', replace: 'const JITTER = nowhere;' },
  { ...HARMLESS, name: 'not to be found', find: 'const JITTER = 0.4;' },
  { ...HARMLESS, name: 'never loaded', file: 'sdk/src/inbox.ts', find: 'const ACKS_AT_ONCE = 1_000;' },
  { ...HARMLESS, name: 'of no test', caughtBy: { ...HARMLESS.caughtBy, test: 'a test that nobody wrote' } },
];

let verdicts: Verdicts;
beforeAll(async () => {
  verdicts = await runMutants([...MUTANTS, ...MISTAKES]);
}, 240_000);

test.each(names)('noticed: %s', (name) => {
  const verdict = verdicts.mutated.get(name);
  expect(verdict, verdict?.why).toMatchObject({ applied: true, ended: [failed] });
});

test('without any of them all these tests pass', () => {
  const ended = names.map((name) => [name, verdicts.whole.get(name)?.ended, verdicts.whole.get(name)?.why]);
  expect(ended).toEqual(names.map((name) => [name, [passed], '']));
});

test('what changes nothing, is no program, or is not where it should be is not taken for noticed', () => {
  expect(MISTAKES.map(({ name }) => verdicts.mutated.get(name))).toMatchObject([
    { applied: true, ended: [passed] },
    { applied: true, ended: [], why: expect.stringContaining('nowhere is not defined') },
    { applied: false, ended: [], why: expect.stringContaining('does not say exactly once') },
    { applied: false, ended: [passed] },
    { applied: true, ended: [] },
  ]);
});

test('each has a name of its own, and changes what stands in its file exactly once', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(MUTANTS.filter(({ file, find }) => occurrencesIn(file, find) !== 1)).toEqual([]);
});

/** Of this one the pages themselves are the mechanism. */
const KEPT_BY_NO_MECHANISM = 'What the pages say works';

test('every promise that a mechanism keeps has one without it', () => {
  const [, promised = ''] = /^## Promised\n([\s\S]*?)^## /m.exec(read('docs/guarantees.md')) ?? [];
  const promises = [...promised.matchAll(/^### (.*)$/gm)].map(([, title]) => title);
  expect(new Set([...MUTANTS.map(({ promise }) => promise), KEPT_BY_NO_MECHANISM])).toEqual(new Set(promises));
});

test('nothing that is installed knows of them', () => {
  const installed = ['shared', 'sdk', 'cli', 'server', 'client'].flatMap((workspace) =>
    ['src', 'dist', 'bin'].flatMap((folder) => textsBelow(join(workspace, folder))),
  );
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter((file) => /mutant|torture/i.test(read(file)))).toEqual([]);
});

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const textsBelow = (folder: string): string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(tsx?|m?js|json|lua|html)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    : [];
