import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OUTPUT_MAX_BYTES = 512 * 1024 * 1024;

/**
 * Settings of the work tree that would run a program of its choice, switched off. External diffs and text conversion
 * have flags of their own, which the callers of `log` give.
 */
const HARMLESS = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.pager=cat',
  'log.showSignature=false',
  'submodule.recurse=false',
  // The repository of another user is read as well as one's own: nothing of it is run.
  'safe.directory=*',
].flatMap((setting) => ['-c', setting]);

/** Runs git without a shell, without the user's and the system's configuration, and without writing to the repository. */
export async function git(cwd: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { stdout } = await run('git', ['--no-pager', ...HARMLESS, ...args], {
    cwd,
    maxBuffer: OUTPUT_MAX_BYTES,
    ...(signal === undefined ? {} : { signal }),
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
    },
  });
  return stdout;
}

/** The parts of `-z` output. */
export const nulSeparated = (output: string): string[] => output.split('\0').filter((part) => part !== '');

/** A copy in a folder of its own, in which commands may be run. Nothing of the original's configuration comes along. */
export async function cloneInto(repository: string, folder: string, signal?: AbortSignal): Promise<void> {
  await git('/', ['clone', '--quiet', '--no-hardlinks', '--template=', '--', repository, folder], signal);
}

/** For each commit that is no merge, newest first, the files of these pathspecs it touched. Renames are not followed. */
export async function commitsTouching(
  root: string,
  { pathspecs, max }: { pathspecs: readonly string[]; max: number },
  signal?: AbortSignal,
): Promise<string[][]> {
  const output = await git(
    root,
    [
      'log',
      '--no-merges',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
      '--name-only',
      '-z',
      `--max-count=${max}`,
      '--format=%x01%H',
      'HEAD',
      '--',
      ...pathspecs,
    ],
    signal,
  );
  const commits: string[][] = [];
  for (const part of nulSeparated(output)) {
    const text = part.replace(/^\n+/, '');
    if (text.startsWith('\u0001')) commits.push([]);
    else if (text !== '') commits.at(-1)?.push(text);
  }
  return commits;
}

/** False for a repository without a commit. */
export const hasCommits = (root: string): Promise<boolean> =>
  git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']).then(
    () => true,
    () => false,
  );

/** Without a work tree there are no files to read. False where there is no repository. */
export const isBare = (folder: string): Promise<boolean> =>
  git(folder, ['rev-parse', '--is-bare-repository']).then(
    (answer) => answer.trim() === 'true',
    () => false,
  );
