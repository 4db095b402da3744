import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ask, run } from './process.mjs';

const HERE = new URL('./process.mjs', import.meta.url).href;

/** Ended, but not yet fetched by its parent, is ended. */
async function isAlive(pid) {
  const state = await ask('ps', ['-o', 'stat=', '-p', String(pid)]);
  return state !== undefined && !state.startsWith('Z');
}

test('the output and the exit code of a program are handed over', async () => {
  expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({ code: 3, output: 'out\nerr\n' });
});

test('a program that is not there is an exit code too', async () => {
  expect(await run('/no/such/program', [])).toMatchObject({ code: 127, output: expect.stringContaining('ENOENT') });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('%s ends with code %i the script and all below it', async (signal, code) => {
  const script = `
    import { run, endChildrenOnSignal } from ${JSON.stringify(HERE)};
    endChildrenOnSignal();
    await run('sh', ['-c', 'sleep 1000 & echo $! $$; wait'], { show: true });
    console.log('went on');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child.stdout, 'data');
  const pids = output.trim().split(' ').map(Number);
  const ended = once(child, 'close');
  child.kill(signal);
  expect((await ended)[0]).toBe(code);
  expect(output).not.toContain('went on');
  for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false);
});
