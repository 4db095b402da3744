import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { onBareMachine, parseLine, whyNoBareMachine } from './machine.ts';

const MINUTES_5 = 300_000;

const story = z.object({
  first: z.string(),
  second: z.string(),
  third: z.string(),
  afterCtrlC: z.object({ redisRuns: z.boolean(), pidFile: z.boolean() }),
  afterKill: z.object({ redisRuns: z.boolean() }),
  adopted: z.boolean(),
  atTheEnd: z.object({ redisRuns: z.boolean(), pidFile: z.boolean() }),
});

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clone-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What git would give a stranger. */
function archiveCheckout(): string {
  const archive = join(folder, 'clone.tar');
  const script = 'git ls-files -co --exclude-standard -z | tar --null --ignore-failed-read -T - -cf "$1"';
  execFileSync('sh', ['-c', script, 'sh', archive], { cwd: join(import.meta.dirname, '../..') });
  return archive;
}

const reason = whyNoBareMachine();
const title = `npm start in a fresh clone${reason === undefined ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  test('without root, packages or Redis: it starts, stops without a trace, and survives kill -9', {
    timeout: MINUTES_5,
  }, async () => {
    const machine = mkdtempSync(join(folder, 'machine-'));
    const { lines, stderr } = await onBareMachine({
      folder: machine,
      user: 'nobody',
      timeoutMs: MINUTES_5,
      input: archiveCheckout(),
      script: 'mkdir ~/clone && cd ~/clone && tar x && node e2e/provisioning/start-on-bare.mjs',
    });
    const told = parseLine(story, lines.at(-1), stderr);
    expect(told.first).toMatch(/ {2}Packages {4}\d+ packages installed in \.\/node_modules +\d+\.\d s\n/);
    expect(told.first).toMatch(/ {2}Redis {7}[\d.]+ \(\/home\/bare\/\.cache\/signalbox\/redis\/.*\) +\d+\.\d s\n/);
    expect(told.first).toMatch(/ {2}Build {7}built: control room, signalbox\.tgz +\d+\.\d s\n/);
    expect(told.afterCtrlC).toEqual({ redisRuns: false, pidFile: false });
    expect(told.second).toMatch(/ {2}Packages {4}up to date .*\n {2}Redis .*\n {2}Build {7}up to date /);
    expect(told.afterKill).toEqual({ redisRuns: true });
    expect(told.adopted).toBe(true);
    expect(told.atTheEnd).toEqual({ redisRuns: false, pidFile: false });
  });
});
