import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { closedLoop, openLoop } from './loops.ts';
import type { Client } from './operations.ts';

/** Agents whose requests wait until the test answers them. */
class Agents {
  readonly asked: { agent: number; command: string; answer(body: string): void }[] = [];
  readonly clients: Client[];

  constructor(count: number) {
    this.clients = Array.from({ length: count }, (_, index) => ({
      index,
      held: [],
      claims: 0,
      wire: {
        ask: (command, _input, answer) => void this.asked.push({ agent: index, command, answer }),
        next: async () => {},
        close: async () => {},
      },
    }));
  }

  /** Answers the oldest request; every claim is granted. */
  answer(body = '{"ok":true,"granted":true,"lockId":"L-1","fence":"1.1"}'): void {
    this.asked.shift()?.answer(body);
  }
}

const fleet = { fleet: 'agents', pids: [] };

test('closed: each agent has so many under way, and sends the next when one is answered, until all are', async () => {
  const agents = new Agents(2);
  const run = closedLoop(agents.clients, { do: 'closed', operation: 'claim', total: 6, inFlight: 2, ...fleet });
  expect(agents.asked.map(({ agent }) => agent)).toEqual([0, 1, 0, 1]);
  agents.answer();
  expect(agents.asked.map(({ agent }) => agent)).toEqual([1, 0, 1, 0]);
  while (agents.asked.length > 0) agents.answer();
  expect(await run).toMatchObject({ done: 6, cpuMs: [] });
  expect(agents.clients.map(({ held }) => held.length)).toEqual([3, 3]);
});

test('closed: it ends when nothing is left to do', async () => {
  const agents = new Agents(3);
  for (const client of agents.clients.slice(1)) client.held.push({ lockId: `L-${client.index}`, fence: '1.1' });
  const run = closedLoop(agents.clients, { do: 'closed', operation: 'release', total: 100, inFlight: 2, ...fleet });
  while (agents.asked.length > 0) agents.answer('{"ok":true}');
  expect(await run).toMatchObject({ done: 2 });
});

test('a refusal makes the run worthless, and says what was refused', async () => {
  const agents = new Agents(1);
  const run = closedLoop(agents.clients, { do: 'closed', operation: 'claim', total: 5, inFlight: 1, ...fleet });
  agents.answer('{"ok":false,"error":{"code":"QUOTA"}}');
  await expect(run).rejects.toThrow('lock.claim was refused: {"ok":false,"error":{"code":"QUOTA"}}');
});

test('open: all are sent in their turn although nothing is answered', async () => {
  const agents = new Agents(4);
  const run = openLoop(agents.clients, {
    do: 'open',
    operation: 'heartbeat',
    perSecond: 10_000,
    seconds: 0.001,
    ...fleet,
  });
  while (agents.asked.length < 10) await turn();
  expect(agents.asked.map(({ agent }) => agent)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
  while (agents.asked.length > 0) agents.answer('{"ok":true}');
  const { done, latencyMs } = await run;
  expect(done).toBe(10);
  expect(latencyMs?.p99).toBeGreaterThan(0);
});
