import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readPage } from './snippets.ts';

const PAGE = 'docs/guarantees.md';
const [, promised = ''] = /^## Promised\n([\s\S]*?)^## /m.exec(readPage(PAGE)) ?? [];
const promises = promised
  .split(/^### /m)
  .slice(1)
  .map((text) => ({ title: text.split('\n')[0] ?? '', text }));
/** `file` “title of a test in it” */
const TEST = /`([^`]+\.(?:test|spec|contract)\.tsx?)` “([^”]+)”/g;

/** The strings of a source that stand alone, without the numbers of rules before them: titles are among them. */
const titlesIn = (source: string): string[] =>
  [...source.matchAll(/(['"`])((?:(?!\1)[^\n\\]|\\.)*)\1/g)].map(([, , text = '']) =>
    text.replace(/^(?:\[[A-Z]+\d+\] ?)+/, ''),
  );

test('there is something promised', () => {
  expect(promises.length).toBeGreaterThan(5);
});

test.each(promises.map(({ title, text }) => [title, text]))(
  '%s: its tests are there, under these titles',
  (_, text) => {
    const tests = [...text.matchAll(TEST)];
    expect(tests.length).toBeGreaterThan(0);
    // Every file named is named with what is meant in it.
    expect(text.match(/`[^`]+\.(?:test|spec|contract)\.tsx?`/g)).toHaveLength(tests.length);
    for (const [, file = '', title = ''] of tests) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      expect(
        titlesIn(readFileSync(join(ROOT, file), 'utf8')).filter((one) => one === title),
        file,
      ).toEqual([title]);
    }
  },
);
