import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';
import { EFFECTS, type Effect } from './effects.ts';
import { Reader, type Run } from './reader.ts';
import { LANGUAGES, pages, ROOT, readPage, type Snippet, snippetsOf } from './snippets.ts';

const MINUTES_2 = 120_000;
const MINUTES_5 = 300_000;

const written = pages().map((file) => ({ file, snippets: snippetsOf(file, readPage(file)) }));
const effectsOf = ({ file, code }: Snippet) =>
  EFFECTS.filter((effect) => effect.file === file && code.split('\n').some((line) => isLine(line, effect.has)));
/** What a line says, or a part of it with a comment behind. */
const isLine = (line: string, has: string): boolean => line === has || line.startsWith(`${has}  #`);
const isShell = ({ language }: Snippet): boolean => language === 'sh' || language === 'bash';

test('every block says what language it is in; `text` is for what is only to be read', () => {
  for (const { file, line, language } of written.flatMap(({ snippets }) => snippets))
    expect(LANGUAGES, `${file}:${line}`).toContain(language);
});

test('every snippet has an effect that is looked at (e2e/docs/effects.ts), and every effect a snippet', () => {
  const snippets = written.flatMap((page) => runnable(page.snippets));
  for (const snippet of snippets) expect(effectsOf(snippet), `${snippet.file}:${snippet.line}`).toHaveLength(1);
  expect(new Set(snippets.flatMap(effectsOf))).toEqual(new Set(EFFECTS));
});

const runnable = (snippets: Snippet[]) => snippets.filter(({ language }) => language !== 'text');
const isHere = (snippet: Snippet): boolean => effectsOf(snippet).some((meant) => 'effect' in meant);

test('what is run by another test stands in that test', () => {
  for (const meant of EFFECTS)
    if ('elsewhere' in meant)
      expect(readFileSync(join(ROOT, meant.elsewhere.file), 'utf8')).toContain(meant.elsewhere.has);
});

let hub: TestHub;
let reader: Reader;
beforeAll(async () => {
  const provide = join(import.meta.dirname, 'provide-python.mjs');
  const python = execFileSync(process.execPath, [provide], { encoding: 'utf8' }).trim();
  hub = await startHub();
  reader = Reader.begin(hub, python);
  makeRepository(join(reader.home, 'my/repo'));
}, MINUTES_5);
afterAll(async () => {
  reader?.close();
  await hub?.close();
});

describe.each(
  written
    .map(({ file, snippets }) => ({ file, snippets: runnable(snippets).filter(isHere) }))
    .filter(({ snippets }) => snippets.length > 0),
)('$file, done from top to bottom', ({ file, snippets }) => {
  beforeAll(async () => {
    if (file !== 'README.md') await reader.afterTheReadme();
  });

  test.each(snippets.map((snippet) => [snippet.line, snippet.code.split('\n')[0], snippet] as const))(
    'line %i: %s',
    async (_line, _first, snippet) => {
      const [meant] = effectsOf(snippet).filter((effect) => 'effect' in effect);
      if (meant !== undefined) await follow(meant, snippet, reader.start(snippet), reader);
    },
    MINUTES_2,
  );

  test('Ctrl-C ends what it left running', async () => {
    await reader.interrupt();
  });
});

async function follow(meant: Effect, snippet: Snippet, run: Run, reader: Reader): Promise<void> {
  if (isShell(snippet)) {
    await Promise.all([run.succeeded, meant.meanwhile?.(reader)]);
    return meant.effect(reader, run.output());
  }
  // A program stays: it has its effect while it runs, and others on the page meet it.
  const ended = run.succeeded.then(() => {
    throw new Error(`${snippet.file}:${snippet.line} ended:\n${run.output()}`);
  });
  await Promise.race([meant.effect(reader, run.output()), ended]);
}

/** The repository of the reader, for what wants one. */
function makeRepository(folder: string): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, 'src', `${name}.ts`), `// TODO: write ${name}\n`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'repo', scripts: { test: 'true' } }));
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=reader', '-c', 'user.email=reader@localhost', 'commit', '--quiet', '--message', 'Begin');
}
