import { execFileSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listFiles, readSource } from './files.ts';
import { cloneInto, commitsTouching } from './git.ts';
import { makeReportFolder, openRepository } from './repository.ts';

let scratch: string;
let root: string;
const git = (...args: string[]): void =>
  void execFileSync(
    'git',
    ['-c', 'user.name=alice', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args],
    { cwd: root, stdio: 'ignore' },
  );

beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'signalbox-repository-')));
  root = join(scratch, 'repo');
  await mkdir(join(root, 'src'), { recursive: true });
  git('init', '--quiet');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

/** root may read everything; what it may not read, anybody else may not either. */
async function asSomebody(act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  // The way there must be open to everybody: a run of all tests has a private folder for temporary files.
  for (const folder of [tmpdir(), scratch]) chmodSync(folder, statSync(folder).mode | 0o011);
  process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}

async function commitAll(message: string): Promise<void> {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', message);
}

describe('files', () => {
  test('are those under version control that are regular files', async () => {
    await writeFile(join(root, 'a\nb "c".ts'), 'x');
    await writeFile(join(root, 'src', 'gone.ts'), 'x');
    await symlink('a', join(root, 'link'));
    await commitAll('one');
    await writeFile(join(root, 'untracked.ts'), 'x');
    await rm(join(root, 'src', 'gone.ts'));
    expect(await listFiles(root, true)).toEqual({ files: ['a\nb "c".ts'], unreadable: 0 });
    expect(await listFiles(root, false)).toEqual({ files: ['a\nb "c".ts', 'untracked.ts'], unreadable: 0 });
  });

  test('that may not be read are counted, and left out', async () => {
    await writeFile(join(root, 'a.ts'), 'x');
    await writeFile(join(root, 'secret.ts'), 'x', { mode: 0o000 });
    await mkdir(join(root, 'closed'), { mode: 0o000 });
    await asSomebody(async () => {
      expect(await listFiles(root, false)).toEqual({ files: ['a.ts'], unreadable: 2 });
    });
  });

  test('with a NUL are binary', async () => {
    await writeFile(join(root, 'a.bin'), 'a\0b');
    await writeFile(join(root, 'a.txt'), 'äb\n');
    expect(await readSource(root, 'a.bin')).toEqual({ path: 'a.bin', bytes: 3, text: null });
    expect(await readSource(root, 'a.txt')).toEqual({ path: 'a.txt', bytes: 4, text: 'äb\n' });
    expect(await readSource(root, 'none')).toBeNull();
  });
});

describe('git', () => {
  test('names the files of each commit, newest first, with any name, without merges', async () => {
    await writeFile(join(root, 'ü "q".ts'), '1');
    await commitAll('one');
    await writeFile(join(root, 'src', 'a.ts'), '1');
    await writeFile(join(root, 'ü "q".ts'), '2');
    await commitAll('two');
    git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    await mkdir(join(root, 'src'), { recursive: true });
    await writeFile(join(root, 'src', 'b.ts'), '1');
    await commitAll('three');
    git('checkout', '--quiet', '-');
    git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
    const all = await commitsTouching(root, { pathspecs: ['.'], max: 100 });
    expect(all.map((files) => files.toSorted()).toSorted()).toEqual(
      [['src/a.ts', 'ü "q".ts'], ['src/b.ts'], ['ü "q".ts']].toSorted(),
    );
    expect(await commitsTouching(root, { pathspecs: ['.', ':(exclude,literal)src'], max: 1 })).toEqual([['ü "q".ts']]);
  });

  test('runs nothing that the repository asks for, and leaves it as it was', async () => {
    await writeFile(join(root, 'a.ts'), '1');
    await writeFile(join(root, '.gitattributes'), '* diff=evil filter=evil\n');
    await commitAll('one');
    const evil = join(scratch, 'evil.sh');
    await writeFile(evil, `#!/bin/sh\ntouch ${join(scratch, 'was-run')}\ncat\n`);
    chmodSync(evil, 0o755);
    for (const key of [
      'core.fsmonitor',
      'core.pager',
      'diff.external',
      'diff.evil.command',
      'diff.evil.textconv',
      'gpg.program',
      'filter.evil.smudge',
      'filter.evil.clean',
      'uploadpack.packObjectsHook',
    ])
      git('config', key, evil);
    git('config', 'log.showSignature', 'true');
    await mkdir(join(root, '.git', 'hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman']) {
      await writeFile(join(root, '.git', 'hooks', hook), await readFile(evil));
      chmodSync(join(root, '.git', 'hooks', hook), 0o755);
    }
    const before = execFileSync('find', [root, '-printf', '%p %T@ %s\n']).toString();
    await listFiles(root, true);
    await commitsTouching(root, { pathspecs: ['.'], max: 10 });
    await cloneInto(root, join(scratch, 'copy'));
    expect(await readdir(scratch)).not.toContain('was-run');
    expect(execFileSync('find', [root, '-printf', '%p %T@ %s\n']).toString()).toBe(before);
    expect(await readFile(join(scratch, 'copy', 'a.ts'), 'utf8')).toBe('1');
  });
});

describe('openRepository', () => {
  test('takes the git root of what is named', async () => {
    await writeFile(join(root, 'src', 'a.ts'), '1');
    await commitAll('one');
    expect(await openRepository('src', { cwd: root, scratch })).toEqual({ root, name: 'repo', hasHistory: true });
  });

  test('a folder without git, or without a commit, has no history', async () => {
    const plain = join(scratch, 'plain');
    await mkdir(plain);
    await writeFile(join(plain, 'a.ts'), '1');
    await writeFile(join(root, 'a.ts'), '1');
    expect(await openRepository(plain, { cwd: '/', scratch })).toMatchObject({ root: plain, hasHistory: false });
    expect(await openRepository(root, { cwd: '/', scratch })).toMatchObject({ hasHistory: false });
  });

  test('refuses what has nothing to count', async () => {
    await expect(openRepository(root, { cwd: '/', scratch })).rejects.toThrow(`There are no files in ${root} `);
    await writeFile(join(root, 'gone.ts'), '1');
    await commitAll('one');
    const bare = join(scratch, 'bare.git');
    git('clone', '--quiet', '--bare', root, bare);
    for (const folder of [bare, join(bare, 'refs')])
      await expect(openRepository(folder, { cwd: '/', scratch })).rejects.toThrow(
        `${folder} is a bare repository; give a clone of it.`,
      );
    await rm(join(root, 'gone.ts'));
    await expect(openRepository(root, { cwd: '/', scratch })).rejects.toThrow(/There are no files/);
  });

  test('says what is wrong with the name', async () => {
    await writeFile(join(root, 'file'), '1');
    await expect(openRepository('nowhere', { cwd: root, scratch })).rejects.toThrow(/There is no folder/);
    await expect(openRepository('file', { cwd: root, scratch })).rejects.toThrow(/is a file/);
  });
});

describe('the report folder', () => {
  const repository = () => ({ root, name: 'repo', hasHistory: true });

  test('is a new one, in the temporary folder unless named', async () => {
    const made = await makeReportFolder(undefined, repository(), '/');
    expect(made).toMatch(/signalbox-report-repo-/);
    await rm(made, { recursive: true });
    expect(await makeReportFolder('out', repository(), scratch)).toBe(join(scratch, 'out'));
  });

  test('is not inside the repository, not even through a link, and not in use', async () => {
    await symlink(root, join(scratch, 'link'));
    await expect(makeReportFolder('repo/report', repository(), scratch)).rejects.toThrow(/inside the repository/);
    await expect(makeReportFolder('link/deep/report', repository(), scratch)).rejects.toThrow(/inside the repository/);
    await mkdir(join(scratch, 'full', 'x'), { recursive: true });
    await expect(makeReportFolder('full', repository(), scratch)).rejects.toThrow(/not empty/);
    expect(await readdir(root)).toEqual(['.git', 'src']);
  });
});
