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
/** Past the moment until which a silent agent has to be shown lost, with what the checker allows for a busy machine. */
const PAST_LOSS_MS = [21_000, 22_000] as const;
const MAX_SILENT = 3;

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
    history.write({ k: 'stopped', agent: hub.host, life: HUB });
    const happened = await pause(hub.pid, random, hub.name);
    history.write({ k: 'continued', agent: hub.host, life: HUB });
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
    const rest = delay(ms).then(async () => {
      const still = await agent.isStopped();
      agent.continue();
      agent.busy = false;
      return { verified: still, note: `at its end the kernel said ${still ? 'the same' : 'that it ran'}` };
    });
    return {
      verified,
      note: `${agent.name} is stopped for ${ms} ms, past its ${ms > PAST_LEASES_MS[1] ? 'heartbeats' : 'leases'}`,
      rest,
    };
  },
};

/** Some are silent while nothing befalls hubs and Redis, for only then can be said when they have to be lost. */
export const silenceAgents: Fault = {
  kind: 'agents silent in peace',
  weight: 1,
  // Others are left, to whom something happens meanwhile; and there is a log that tells of losses.
  isPossible: ({ redis, agents }) => redis !== undefined && agents.filter(({ busy }) => !busy).length > 2 * MAX_SILENT,
  async happen({ agents }, random) {
    const free = random.shuffled(agents.filter(({ busy }) => !busy)).slice(0, random.int(1, MAX_SILENT));
    const ms = random.int(...PAST_LOSS_MS);
    for (const agent of free) agent.busy = true;
    const stopped = await Promise.all(free.map((agent) => agent.stop()));
    await delay(ms);
    const still = await Promise.all(free.map((agent) => agent.isStopped()));
    for (const agent of free) {
      agent.continue();
      agent.busy = false;
    }
    return {
      verified: [...stopped, ...still].every(Boolean),
      note: `${free.map(({ name }) => name).join(', ')} were stopped for ${ms} ms`,
    };
  },
};
