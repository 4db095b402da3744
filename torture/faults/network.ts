import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import type { Weather, Wire } from '../cluster/wire.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

const BAD_MS = [800, 3_500] as const;
const SLOW_MS = [20, 250] as const;
/** What was under way when the weather changed may still come out. */
const ON_ITS_WAY_MS = 50;
const LOOK_EVERY_MS = 20;
const BACK_WITHIN_MS = 30_000;
const STEAL_WITHIN_MS = 30_000;

/** A way on which answers come to agents: bad weather on a quiet one would prove nothing. After a fault that takes a moment. */
async function usedWire({ wires }: Cluster, random: Random): Promise<Wire> {
  const before = new Map(wires.map((wire) => [wire, wire.delivered]));
  for (let waited = 0; waited < BACK_WITHIN_MS; waited += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    const used = wires.filter((wire) => wire.connections > 0 && wire.delivered > (before.get(wire) ?? 0));
    if (used.length > 0) return random.pick(used);
  }
  throw new Error(`no agent was answered within ${BACK_WITHIN_MS / 1_000} s`);
}

/** Nothing comes out at the agents' end for a while; tells how long, and whether that was so. */
async function hold(wire: Wire, weather: Weather, random: Random): Promise<{ ms: number; verified: boolean }> {
  const ms = random.int(...BAD_MS);
  const { connections } = wire;
  wire.weather = weather;
  await delay(ON_ITS_WAY_MS);
  const { delivered } = wire;
  await delay(ms);
  return { ms, verified: connections > 0 && wire.delivered === delivered };
}

export const stalled: Fault = {
  kind: 'connections stalled',
  weight: 2,
  isPossible: ({ wires }) => wires.length > 0,
  async happen(cluster, random) {
    const wire = await usedWire(cluster, random);
    const { ms, verified } = await hold(wire, { kind: 'stalled' }, random);
    wire.weather = { kind: 'clear' };
    return { verified, note: `${wire.connections} connections carried nothing for ${ms} ms` };
  },
};

export const oneWay: Fault = {
  kind: 'connections one-way',
  weight: 2,
  isPossible: ({ wires }) => wires.length > 0,
  async happen(cluster, random) {
    const wire = await usedWire(cluster, random);
    const { ms, verified } = await hold(wire, { kind: 'one way' }, random);
    const reset = wire.reset();
    wire.weather = { kind: 'clear' };
    return { verified, note: `${reset} connections brought no answers for ${ms} ms, then were reset` };
  },
};

export const reset: Fault = {
  kind: 'connections reset',
  weight: 2,
  isPossible: ({ wires }) => wires.length > 0,
  async happen(cluster, random) {
    const connections = (await usedWire(cluster, random)).reset();
    return { verified: connections > 0, note: `${connections} connections were reset` };
  },
};

export const slow: Fault = {
  kind: 'connections slow',
  weight: 1,
  isPossible: ({ wires }) => wires.length > 0,
  async happen(cluster, random) {
    const wire = await usedWire(cluster, random);
    const ms = random.int(...SLOW_MS);
    const before = wire.delayed;
    wire.weather = { kind: 'slow', ms };
    await delay(random.int(...BAD_MS));
    wire.weather = { kind: 'clear' };
    const delayed = wire.delayed - before;
    return { verified: delayed > 0, note: `${delayed} chunks took ${ms} ms longer` };
  },
};

export const lostReply: Fault = {
  kind: "Redis's reply lost",
  weight: 2,
  isPossible: ({ sites }) => sites.length > 0,
  async happen({ sites }) {
    // From whichever hub writes first: after a while all agents may be with one of them.
    const robbed = await Promise.race([
      ...sites.map(({ hub, thief }) => thief.steal().then(() => hub.name)),
      delay(STEAL_WITHIN_MS, undefined, { ref: false }),
    ]);
    for (const { thief } of sites) thief.disarm();
    return { verified: robbed !== undefined, note: `${robbed ?? 'no hub'} did not hear what became of an append` };
  },
};

export const cutOff: Fault = {
  kind: 'one hub cut from Redis',
  weight: 2,
  isPossible: ({ sites }) => sites.length > 1,
  async happen({ sites }, random) {
    const { hub, redisWire } = random.pick(sites);
    const ms = random.int(...BAD_MS);
    redisWire.weather = { kind: 'cut' };
    await delay(ms);
    const verified = !(await hub.isReady());
    redisWire.weather = { kind: 'clear' };
    return { verified, note: `${hub.name} said that it was not ready, for ${ms} ms` };
  },
};
