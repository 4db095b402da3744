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
      expect(readFileSync(join(ROOT, file), 'utf8'), file).toContain(title);
    }
  },
);
