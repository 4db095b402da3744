import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';

const redisPid = async (hub: TestHub): Promise<number> =>
  Number(await readFile(join(hub.dataDir, 'redis.pid'), 'utf8'));

test('closing the terminal stops everything, Redis too', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  hub.process.kill('SIGHUP');
  expect(await hub.ended).toEqual({ code: 0, signal: null });
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await hub.close();
});

test('a Redis that does not answer is not ready, though its connection stands', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  const ready = async (): Promise<number> => (await fetch(`${hub.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  process.kill(pid, 'SIGSTOP');
  expect(await ready()).toBe(503);
  process.kill(pid, 'SIGCONT');
  expect(await ready()).toBe(200);
  await hub.close();
});

test('a Redis that does not answer keeps nobody from stopping', async () => {
  const hub = await startHub();
  const pid = await redisPid(hub);
  await hub.call('acme', 'project.create', { id: 'acme' });
  process.kill(pid, 'SIGSTOP');
  const unanswered = hub.call('acme', 'task.create', { title: 'into the void' }).catch(() => ({}));
  const since = performance.now();
  hub.process.kill('SIGTERM');
  expect(await hub.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - since).toBeLessThan(8_000);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await unanswered;
  await hub.close();
});
