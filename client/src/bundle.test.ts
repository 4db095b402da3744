// @vitest-environment node
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';

const INITIAL_MAX_BYTES = 170_000;

const run = promisify(execFile);

let out = '';
let html = '';
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'signalbox-client-'));
  // As a process of its own: the build takes NODE_ENV of the tests for that of the product.
  const vite = fileURLToPath(new URL('../../bin/vite.js', import.meta.resolve('vite')));
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, [vite, 'build', '--outDir', out, '--logLevel', 'warn'], {
    cwd: join(import.meta.dirname, '..'),
    env,
  });
  html = await readFile(join(out, 'index.html'), 'utf8');
}, 60_000);
afterAll(() => rm(out, { recursive: true, force: true }));

test('the first picture needs at most 170 kB of JavaScript', async () => {
  const names = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(0);
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(out, name))).length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(INITIAL_MAX_BYTES);
});

test('nothing in the page needs more than the content security policy allows', () => {
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
  expect(html).not.toMatch(/<style|style="|\son[a-z]+="/);
  expect(html).not.toMatch(/https?:\/\//);
});

test('the schemas stay out of the browser', async () => {
  const assets = join(out, 'assets');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(scripts.map((name) => readFile(join(assets, name), 'utf8')));
  expect(scripts.filter((_, at) => /ZodObject|_zod|\$ZodType/.test(texts[at] ?? ''))).toEqual([]);
});
