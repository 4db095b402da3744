import { expect, test, vi } from 'vitest';
import { reconnectAfterMs } from './draining.ts';
import { OWNER_TOKEN, startTestHub } from './testing/test-hub.ts';
import { TestSocket } from './testing/test-socket.ts';

test('a hub that stops answers what is under way, refuses what comes then with a delay, and closes', async () => {
  const finish: (() => void)[] = [];
  const done = { ok: true, epoch: 1, seq: 1 } as const;
  const hub = await startTestHub({
    dispatch: ({ command }) =>
      command === 'project.list' ? new Promise((resolve) => finish.push(() => resolve(done))) : Promise.resolve(done),
  });
  const socket = await TestSocket.connected(`${hub.url}/control`, { token: OWNER_TOKEN });
  const underWay = socket.call('project.list', {});
  const overHttp = hub.call('project.list', {});
  while (finish.length < 2) await new Promise((go) => setImmediate(go));
  const drained = hub.transport.drain();
  await socket.next('draining');
  const refusal = { ok: false, error: { code: 'STORAGE_UNAVAILABLE', retry: { afterMs: expect.any(Number) } } };
  expect(await socket.call('agent.heartbeat', {})).toMatchObject(refusal);
  for (const end of finish) end();
  await drained;
  expect([await underWay, (await overHttp).body]).toEqual([done, done]);
  expect(await socket.closed).toBe('transport close');
  await expect(hub.fetch('/healthz')).rejects.toThrow();
  await hub[Symbol.asyncDispose]();
});

test('clients that are sent away come back spread over 2 ms for each of them, 0.2 s at least and 3 s at most', () => {
  const random = vi.spyOn(Math, 'random');
  const between = (clients: number): number[] =>
    [0, 1].map((chance) => {
      random.mockReturnValue(chance);
      return reconnectAfterMs(clients);
    });
  try {
    expect([1, 500, 2_000].map(between)).toEqual([
      [0, 200],
      [0, 1_000],
      [0, 3_000],
    ]);
  } finally {
    random.mockRestore();
  }
});
