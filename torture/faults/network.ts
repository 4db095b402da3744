import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import type { HubNode } from '../cluster/hub-node.ts';
import type { Weather, Wire } from '../cluster/wire.ts';
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

const BAD_MS = [800, 3_000] as const;
const SLOW_MS = [20, 250] as const;
const LOOK_EVERY_MS = 20;
const BACK_WITHIN_MS = 30_000;
const STEAL_WITHIN_MS = 30_000;
/** On a wire that was in use something waits sooner; as long as nothing does, nobody is kept waiting. */
const HELD_WITHIN_MS = 15_000;
/** A hub may first have to give up a command that Redis does not answer. */
const SAYS_SO_WITHIN_MS = 15_000;

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

interface Held {
  verified: boolean;
  ms: number;
  bytes: number;
}

/** Nothing comes out at the agents' end for a while, though something waits to; tells whether that was so. */
async function hold(wire: Wire, weather: Weather, random: Random): Promise<Held> {
  const least = random.int(...BAD_MS);
  const since = performance.now();
  wire.weather = weather;
  const { delivered } = wire;
  await delay(least);
  while (wire.waiting === 0 && performance.now() - since < HELD_WITHIN_MS) await delay(LOOK_EVERY_MS);
  const bytes = wire.waiting;
  return { verified: bytes > 0 && wire.delivered === delivered, ms: Math.round(performance.now() - since), bytes };
}

export const stalled: Fault = {
  kind: 'connections stalled',
  weight: 2,
  isPossible: ({ wires }) => wires.length > 0,
  async happen(cluster, random) {
    const wire = await usedWire(cluster, random);
    const { connections } = wire;
    const { ms, verified, bytes } = await hold(wire, { kind: 'stalled' }, random);
    wire.weather = { kind: 'clear' };
    return {
      verified,
      note: `${connections} connections carried nothing for ${ms} ms, ${bytes} bytes and more waited`,
    };
  },
};

export const oneWay: Fault = {
  kind: 'connections one-way',
  weight: 2,
  isPossible: ({ wires }) => wires.length > 0,
  async happen(cluster, random) {
    const wire = await usedWire(cluster, random);
    const { ms, verified, bytes } = await hold(wire, { kind: 'one way' }, random);
    const reset = wire.reset();
    wire.weather = { kind: 'clear' };
    const note = `${reset} connections brought none of ${bytes} bytes and more for ${ms} ms, then were reset`;
    return { verified, note };
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
  async happen({ sites, redis }) {
    // From whichever hub writes first: after a while all agents may be with one of them.
    const robbed = await Promise.race([
      ...sites.map(async ({ hub, thief }) => ({ hub, batch: await thief.steal() })),
      delay(STEAL_WITHIN_MS, undefined, { ref: false }),
    ]);
    for (const { thief } of sites) thief.disarm();
    if (robbed === undefined) return { verified: false, note: 'no hub wrote anything' };
    const { hub, batch } = robbed;
    const verified = (await redis?.hasLogged(batch)) === true;
    return { verified, note: `${hub.name} did not hear of batch ${batch.slice(0, 8)}, in the log: ${verified}` };
  },
};

/** Whether it said that it cannot serve, in time. */
async function saysSo(hub: HubNode): Promise<boolean> {
  const since = performance.now();
  while (performance.now() - since < SAYS_SO_WITHIN_MS) {
    if (await hub.refusesToServe()) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

export const cutOff: Fault = {
  kind: 'one hub cut from Redis',
  weight: 2,
  isPossible: ({ sites }) => sites.length > 1,
  async happen({ sites }, random) {
    const { hub, redisWire } = random.pick(sites);
    const ms = random.int(...BAD_MS);
    const { connections, refused } = redisWire;
    redisWire.weather = { kind: 'cut' };
    const [said] = await Promise.all([saysSo(hub), delay(ms)]);
    redisWire.weather = { kind: 'clear' };
    const inVain = redisWire.refused - refused;
    return {
      verified: said && connections > 0,
      note: `${hub.name} lost ${connections} connections, tried ${inVain} in vain, said it could not serve: ${said}`,
    };
  },
};
