import { describe, expect, test } from 'vitest';
import { foldersOf, recentFolders } from './folders.ts';
import { Scene } from './testing/scene.ts';

const touching = (...files: string[]) => ({
  ...new Scene().as('human:kim').call('task.create', { title: 'Some work', files }).task,
});
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `f${n}`);

describe('where the files of a task are', () => {
  test.each<[string[], string[]]>([
    [[], []],
    [['src/auth/login.ts'], ['src/auth']],
    [
      ['src/auth/login.ts', 'src/auth/logout.ts', 'docs/auth.md'],
      ['src/auth', 'docs'],
    ],
    [['README.md'], ['']],
    [['src/auth/**'], ['src/auth']],
    [['src/auth/*.ts'], ['src/auth']],
    [['**/*.ts'], ['']],
  ])('[AS7] %j: %j', (files, folders) => {
    expect(foldersOf(touching(...files))).toEqual(folders);
  });

  test('[AS7] of many the first eight', () => {
    const folders = numbered(9);
    expect(foldersOf(touching(...folders.map((folder) => `${folder}/a.ts`)))).toEqual(folders.slice(0, 8));
  });
});

describe('where an agent worked lately', () => {
  test.each<[string, string[], string[] | undefined, string[] | undefined]>([
    ['nowhere, by a task without files', [], undefined, undefined],
    ['nowhere, by a task without files, and nowhere before', [], [], undefined],
    ['as before, by a task without files', [], ['docs'], ['docs']],
    ['its first folder', ['src/a.ts'], undefined, ['src']],
    ['the newest first', ['src/a.ts'], ['docs'], ['src', 'docs']],
    ['each once', ['docs/a.md'], ['src', 'docs'], ['docs', 'src']],
    ['the last four', ['src/a.ts'], ['a', 'b', 'c', 'd'], ['src', 'a', 'b', 'c']],
  ])('[AS7] %s', (_, files, before, after) => {
    expect(recentFolders(touching(...files), before)).toEqual(after);
  });
});
