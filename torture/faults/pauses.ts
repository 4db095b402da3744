import { setTimeout as delay } from 'node:timers/promises';
import { isStopped, stop } from '../cluster/children.ts';
import { HUB } from '../history/line.ts';
import type { Random } from '../random.ts';
import type { Fault, Happened } from './fault.ts';
import { hasFreeAgent } from './fault.ts';

/** Below what a request may take, so that every one can still be settled in time. */
const PAUSE_MS = [800, 4_000] as const;
/** Past the shortest lease, with its margin, so that others get what the stopped one held. */
const PAST_LEASES_MS = [6_500, 9_000] as const;
/** Past three of its heartbeats, so that it is lost and its tasks go to others. */
const PAST_HEARTBEATS_MS = [17_000, 19_000] as const;
const LONG = 0.2;

async function pause(pid: number, random: Random, name: string): Promise<Happened> {
  const ms = random.int(...PAUSE_MS);
  const stopped = await stop(pid);
  await delay(ms);
  const still = await isStopped(pid);
  process.kill(pid, 'SIGCONT');
  return { verified: stopped && still, note: `${name} was stopped for ${ms} ms` };
}

export const stopHub: Fault = {
  kind: 'hub stopped',
  weight: 6,
  isPossible: ({ sites }) => sites.length > 0,
  async happen({ sites, history }, random) {
    const { hub } = random.pick(sites);
    history.write({ k: 'stopped', agent: hub.name, life: HUB });
    const happened = await pause(hub.pid, random, hub.name);
    history.write({ k: 'continued', agent: hub.name, life: HUB });
    return happened;
  },
};

export const stopRedis: Fault = {
  kind: 'Redis stopped',
  weight: 6,
  isPossible: ({ redis }) => redis !== undefined,
  happen: ({ redis }, random) => pause(redis?.pid ?? 0, random, 'Redis'),
};

export const stopAgents: Fault = {
  kind: 'agents stopped',
  weight: 7,
  isPossible: hasFreeAgent,
  async happen({ agents }, random) {
    const agent = random.pick(agents.filter(({ busy }) => !busy));
    const [least, most] = random.chance(LONG) ? PAST_HEARTBEATS_MS : PAST_LEASES_MS;
    const ms = random.int(least, most);
    agent.busy = true;
    const verified = await agent.stop();
    const rest = delay(ms).then(() => {
      agent.continue();
      agent.busy = false;
    });
    return {
      verified,
      note: `${agent.name} is stopped for ${ms} ms, past its ${ms > PAST_LEASES_MS[1] ? 'heartbeats' : 'leases'}`,
      rest,
    };
  },
};
