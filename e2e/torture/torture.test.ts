import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../../torture/dist/main.js', import.meta.url));
/** Each kind of fault comes once before any comes again, and they take some two seconds each. */
const KINDS = 15;
const SECONDS = 45;
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

test('two hubs and 64 agents under every fault: nothing that was promised is broken', {
  timeout: ENDS_WITHIN_MS,
}, async () => {
  const args = ['--seconds', `${SECONDS}`, '--seed', '1', '--json'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args]).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const said = figures.safeParse(last === '' ? undefined : JSON.parse(last));
  expect(said.success, stderr).toBe(true);
  if (!said.success) return;
  const { faults, acknowledged, staleAttempts, ...outcome } = said.data;
  console.log(stderr.slice(stderr.indexOf('  operations')));
  expect(outcome, stderr).toMatchObject({ violations: 0, invalid: false });
  // A disk of its own can be made by root alone.
  expect(Object.keys(faults).length).toBeGreaterThanOrEqual(process.getuid?.() === 0 ? KINDS : KINDS - 1);
  expect(acknowledged).toBeGreaterThan(1_000);
  expect(staleAttempts).toBeGreaterThan(100);
});
