import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startHub } from '../support/hub.ts';

const MAIN = fileURLToPath(new URL('../../torture/dist/main.js', import.meta.url));
/** Each of the 15 kinds comes once before any comes again, some two seconds each: on a slow machine not all of them come. */
const KINDS = 10;
const SECONDS = 30;
const ENDS_WITHIN_MS = 220_000;

const figures = z.object({
  operations: z.number(),
  acknowledged: z.number(),
  faults: z.record(z.string(), z.number()),
  staleAttempts: z.number(),
  violations: z.number(),
  invalid: z.boolean(),
  seed: z.number(),
});

/** Runs it; what it said on both outputs, and the figures of its last line. */
async function torture(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const ended = await promisify(execFile)(process.execPath, [MAIN, ...args, '--json'], {
    env: { ...process.env, ...env },
  }).catch((error: { stdout: string; stderr: string }) => error);
  const last = ended.stdout.trim().split('\n').at(-1) ?? '';
  expect(last, ended.stderr).toMatch(/^\{/);
  return { ...figures.parse(JSON.parse(last)), said: ended.stderr };
}

test('two hubs and 64 agents under every fault: nothing that was promised is broken', {
  timeout: ENDS_WITHIN_MS,
}, async () => {
  const run = await torture(['--seconds', `${SECONDS}`, '--seed', '1']);
  console.log(run.said.slice(run.said.indexOf('  operations')));
  expect(run, run.said).toMatchObject({ violations: 0, invalid: false, seed: 1 });
  expect(Object.keys(run.faults).length).toBeGreaterThanOrEqual(KINDS);
  expect(run.acknowledged).toBeGreaterThan(1_000);
  expect(run.staleAttempts).toBeGreaterThan(100);
});

test("somebody's own hub: agents and connections suffer, its processes are left alone", {
  timeout: ENDS_WITHIN_MS,
}, async () => {
  const hub = await startHub();
  try {
    const args = ['--url', hub.url, '--seconds', '5', '--processes', '4', '--agents', '2', '--seed', '2'];
    const run = await torture(args, { SIGNALBOX_TOKEN: hub.ownerToken });
    expect(run, run.said).toMatchObject({ violations: 0, invalid: false });
    expect(Object.keys(run.faults).filter((kind) => /hub|Redis|disk|clock/.test(kind))).toEqual([]);
    expect(run.acknowledged).toBeGreaterThan(100);
    expect(hub.process.exitCode).toBeNull();
  } finally {
    await hub.close();
  }
});

test('what is asked wrongly is told, and nothing is started', async () => {
  const wrong = promisify(execFile)(process.execPath, [MAIN, '--seconds', 'long']);
  await expect(wrong).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--seconds: a whole number') });
});
