import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretFile } from './secret-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-secret-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a secret is made once, for nobody else to read, also when two start at the same moment', async () => {
  const file = join(folder, 'keys', 'hub-key');
  const [one, two] = await Promise.all([secretFile(file), secretFile(file)]);
  expect(one).toMatch(/^[\w-]{43}$/);
  expect([two, await secretFile(file)]).toEqual([one, one]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'keys'))).toEqual(['hub-key']);
});

test.each(['', ' \n', 'too-short', 'x'.repeat(31), `${'x'.repeat(31)}\n`])(
  'a file with %j in it is no secret: refused, and left as it is',
  async (text) => {
    const file = join(folder, 'owner-token');
    await writeFile(file, text);
    await expect(secretFile(file)).rejects.toThrow(/owner-token holds no secret.*32 characters.*remove it/s);
    expect((await stat(file)).size).toBe(text.length);
  },
);
