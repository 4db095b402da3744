import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCheck } from './figures/checks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-checks-'));
});
afterEach(async () => {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''));
  if (pid > 0) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A process that outlives its script and its group, and keeps their output open; it is ended after the test. */
const DAEMON = `setsid sh -c 'echo $$ > pid; exec sleep 60' & while [ ! -s pid ]; do sleep 0.05; done`;

async function run(
  script: string,
  { limitMs, stop = new AbortController().signal }: { limitMs?: number; stop?: AbortSignal } = {},
) {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { test: script } }));
  return runCheck(folder, 'test', stop, limitMs);
}

describe('a check script', () => {
  test.each([
    ['echo fine', { outcome: 'passed', exitCode: 0, output: 'fine' }],
    ['echo torn >&2; exit 3', { outcome: 'failed', exitCode: 3, output: 'torn' }],
  ])('%j is %j', async (script, expected) => {
    expect(await run(script)).toMatchObject({ script: 'test', ...expected });
  });

  test('that leaves a process behind ends when it does', async () => {
    expect(await run(`${DAEMON}; echo started`)).toMatchObject({ outcome: 'passed', exitCode: 0, output: 'started' });
  });

  test('that leaves a process behind and goes on ends at the limit', async () => {
    expect(await run(`${DAEMON}; sleep 60`, { limitMs: 3_000 })).toMatchObject({ outcome: 'out of time' });
  });

  test('takes what it began in its own group with it', async () => {
    const { outcome, output } = await run('sleep 60 & echo $!');
    expect([outcome, output]).toEqual(['passed', expect.stringMatching(/^\d+$/)]);
    // Nobody may have taken notice of its end yet.
    await expect.poll(() => readFile(`/proc/${output}/stat`, 'utf8').catch(() => 'gone')).toMatch(/ Z |^gone$/);
  });

  test('that leaves a process behind is over at once when its task is', async () => {
    const stop = new AbortController();
    const running = run(`${DAEMON}; sleep 60`, { stop: stop.signal });
    await expect.poll(() => readFile(join(folder, 'pid'), 'utf8').catch(() => '')).toMatch(/\d/);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});
