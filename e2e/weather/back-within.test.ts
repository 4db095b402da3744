import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { startHub } from '../support/hub.ts';
import { Child } from './child.ts';
import { cpuMs } from './usage.ts';

const AGENTS = 1_990;
const ROOMS = 10;
const PROJECT = 'crowd';
/**
 * The promise is 10 s. Half of it belongs to the clients, who try again every 4 s ± 30 %; the hub may spend the other
 * half. Measured in its processor time: how long that takes on a machine that does other things too proves nothing.
 */
const HUB_MAY_SPEND_MS = 5_000;

interface Crowd {
  here: number;
  report: { refusals: Record<string, number>; snapshots: Record<string, number>; welcomes: number };
}

test('[G16] 2,000 clients are back with their state within 10 s of a hub that was killed', {
  timeout: 120_000,
}, async () => {
  const first = await startHub();
  await first.call(PROJECT, 'project.create', { id: PROJECT });
  const settings = { url: first.url, token: first.ownerToken, project: PROJECT };
  await using crowd = Child.start<Crowd>('crowd.mjs', { ...settings, agents: AGENTS, rooms: ROOMS });
  await crowd.until(({ here = 0 }) => here === AGENTS + ROOMS);

  first.process.kill('SIGKILL');
  await first.ended;
  await crowd.until(({ here }) => here === 0);
  await crowd.ask('report');
  const hub = await startHub({ dataDir: first.dataDir, env: { SIGNALBOX_PORT: String(first.port) } });
  try {
    const upAt = performance.now();
    const { pid = 0 } = hub.process;
    const spentMs = await cpuMs(pid);
    await crowd.until(({ here = 0 }) => here === AGENTS + ROOMS);
    const [tookS, hubS] = [(performance.now() - upAt) / 1_000, ((await cpuMs(pid)) - spentMs) / 1_000];
    const report = await crowd.ask('report');
    console.log(
      `2,000 clients were back ${tookS.toFixed(1)} s after the hub was up, which took ${hubS.toFixed(1)} s of its processor`,
      JSON.stringify(report),
    );
    expect(hubS * 1_000).toBeLessThan(HUB_MAY_SPEND_MS);
    // Those that may pass: none has to, and no other.
    const { OVERLOADED: _busy, RATE_LIMITED: _fast, ...unexpected } = report.refusals;
    expect(unexpected).toEqual({});
    expect(report.welcomes).toBe(AGENTS);
    // While 2,000 records changed under them, the rooms shared a handful of snapshots.
    expect(Object.keys(report.snapshots).length).toBeLessThan(ROOMS);

    const states = new Map<unknown, number>();
    for (let after: unknown, first = true; first || after !== undefined; first = false) {
      const { agents, next } = await hub.call(PROJECT, 'agent.list', {
        limit: 1_000,
        ...(after !== undefined && { after }),
      });
      for (const { state } of agents as { state: string }[]) states.set(state, (states.get(state) ?? 0) + 1);
      after = next;
    }
    expect(Object.fromEntries(states)).toEqual({ idle: AGENTS });
    expect(await hub.call(PROJECT, 'alarm.list')).toMatchObject({ alarms: [] });
  } finally {
    await hub.close();
    await rm(dirname(first.dataDir), { recursive: true, force: true });
  }
});
