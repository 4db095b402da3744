import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

/** mulberry32: the same numbers for the same seed, on every machine. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A line as it was written, with what it is known to be: nothing here is found out by looking at text. */
interface Line {
  text: string;
  todo?: boolean;
  imports?: { file: string } | { package: string };
}
export interface ModelFile {
  path: string;
  language: string;
  lines: Line[];
  endsWithNewline: boolean;
  /** null: text; otherwise the bytes. */
  binary: Buffer | null;
  commits: number;
}

const KINDS = [
  { extension: '.ts', language: 'TypeScript' },
  { extension: '.mjs', language: 'JavaScript' },
  { extension: '.py', language: 'Python' },
  { extension: '.go', language: 'Go' },
  { extension: '.java', language: 'Java' },
  { extension: '.rs', language: 'Rust' },
  { extension: '.md', language: 'Markdown' },
  { extension: '.dat', language: 'other' },
] as const;
const FOLDERS = ['src', 'src/core', 'src/ui', 'lib', 'docs', 'tools/one', 'Ünïcode dir', ''];
const PACKAGES = ['zod', '@scope/kit', 'express', 'left-pad'];

export const contentOf = ({ lines, endsWithNewline, binary }: ModelFile): Buffer =>
  binary ?? Buffer.from(lines.map(({ text }) => text).join('\n') + (endsWithNewline && lines.length > 0 ? '\n' : ''));

function randomLine(
  number: (below: number) => number,
  file: { path: string; language: string },
  others: readonly string[],
): Line {
  const kind = number(10);
  if (kind === 0) return { text: `// TODO(${number(9)}): finish this`, todo: true };
  if (kind === 1) return { text: `  # FIXME number ${number(99)}`, todo: true };
  if (kind === 2) return { text: `TODOS and fixmes, todo ${number(99)}` };
  if (kind > 5) return { text: `word ${'x'.repeat(number(60))} ${number(1_000)}` };
  return importLine(number, file, others);
}

function importLine(
  number: (below: number) => number,
  { path, language }: { path: string; language: string },
  others: readonly string[],
): Line {
  const name = PACKAGES[number(PACKAGES.length)] ?? 'zod';
  const target = others[number(others.length)] ?? path;
  const relative = posix.relative(posix.dirname(path), target);
  const source = relative.startsWith('.') ? relative : `./${relative}`;
  switch (language) {
    case 'TypeScript':
      return number(2) === 0
        ? { text: `import { a${number(9)} } from '${source}';`, imports: { file: target } }
        : { text: `import type X from "${name}/sub";`, imports: { package: name } };
    case 'JavaScript':
      return number(2) === 0
        ? { text: `const m = require('${source}');`, imports: { file: target } }
        : { text: `export * from '${name}'`, imports: { package: name } };
    case 'Python':
      return { text: number(2) === 0 ? 'import os.path as p' : 'from os import sep', imports: { package: 'os' } };
    case 'Go':
      return { text: 'import "net/http"', imports: { package: 'net/http' } };
    case 'Java':
      return { text: 'import java.util.List;', imports: { package: 'java.util' } };
    case 'Rust':
      return { text: 'pub use std::io::Read;', imports: { package: 'std' } };
    default:
      return { text: `import ${name} from nowhere` };
  }
}

/** Random files with a random history in `root`; returns what is known about each. */
export async function buildRepository(root: string, seed: number): Promise<ModelFile[]> {
  const number = randomFrom(seed);
  const git = (...args: string[]): void =>
    void execFileSync(
      'git',
      [
        '-c',
        'user.name=alice',
        '-c',
        'user.email=alice@example.com',
        '-c',
        'commit.gpgsign=false',
        '-c',
        'core.hooksPath=/dev/null',
        ...args,
      ],
      {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      },
    );
  await mkdir(root, { recursive: true });
  git('init', '--quiet');
  const paths = Array.from({ length: 70 + number(40) }, (_, i) => {
    const { extension } = KINDS[number(KINDS.length)] ?? KINDS[0];
    return posix.join(FOLDERS[number(FOLDERS.length)] ?? '', `${['file', 'a b', 'ü"q'][number(3)]}${i}${extension}`);
  });
  const files = paths.map((path): ModelFile => {
    const language = KINDS.find(({ extension }) => path.endsWith(extension))?.language ?? 'other';
    const lines = Array.from({ length: number(40) }, () => randomLine(number, { path, language }, paths));
    const binary = number(12) === 0 ? Buffer.from([1, 0, 2, 10, 10, number(256)]) : null;
    return { path, language, lines, endsWithNewline: number(2) === 0, binary, commits: 0 };
  });
  const save = async (file: ModelFile): Promise<void> => {
    await mkdir(dirname(join(root, file.path)), { recursive: true });
    await writeFile(join(root, file.path), contentOf(file));
    file.commits += 1;
  };
  // Each commit adds some of the files and changes some of those that are there.
  const perCommit = 9;
  for (let from = 0, commit = 0; from < files.length || commit < 25; from += perCommit, commit++) {
    for (const file of files.slice(from, from + perCommit)) await save(file);
    for (const file of files.slice(0, from))
      if (file.binary === null && number(8) === 0) {
        file.lines.push({ text: `changed in ${commit}` });
        await save(file);
      }
    const gone = join(root, `passing-${commit}.ts`);
    await writeFile(gone, `${commit}\n`);
    git('add', '--all');
    git('commit', '--quiet', '-m', `commit ${commit}`);
    // What is gone is nobody's hot spot.
    await rm(gone);
  }
  git('add', '--all');
  git('commit', '--quiet', '-m', 'remove what was passing');
  await writeFile(join(root, 'not-tracked.ts'), '// TODO: not counted\n');
  return files;
}
