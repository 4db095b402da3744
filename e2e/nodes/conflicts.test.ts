import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wire } from '@signalbox/torture/cluster/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startHub, type TestHub } from '../support/hub.ts';
import { RawAgent, type RawAnswer } from '../support/raw-agent.ts';
import { ExternalRedis } from '../support/redis.ts';

const PROJECT = 'conflicts';
const OWNER_TOKEN = 'the-owner-token-of-two-hubs-long-enough';
const COMMANDS = 20_000;
const AGENTS_PER_NODE = 8;
/** Commands of one agent under way at a time. */
const LANES = 4;
/** Claimed by everybody all the time, in each lane. */
const HOT_PATHS = 8;
const MIN_CONFLICTS = 100;
/** Of all that was done, by each of two equal nodes; and how long the unluckiest command may take. */
const MIN_SHARE = 0.15;
const SLOWEST_MS = 3_000;
/** How much longer the way of the third node to Redis is, and what it must get done before the others are through. */
const SLOW_WAY_MS = 5;
const SLOW_COMMANDS = 400;

let folder: string;
let redis: ExternalRedis;
let hubs: TestHub[];
const agents: RawAgent[] = [];

/** A hub process on the shared Redis, or on a way to it. */
const startNode = (port: number): Promise<TestHub> =>
  startHub({
    env: {
      SIGNALBOX_REDIS_URL: `redis://127.0.0.1:${port}`,
      SIGNALBOX_HUB_KEY_FILE: join(folder, 'key'),
      SIGNALBOX_OWNER_TOKEN: OWNER_TOKEN,
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sb-conflicts-'));
  await writeFile(join(folder, 'key'), 'the-key-of-two-hubs-which-is-long-enough-for-both');
  redis = await ExternalRedis.start();
  hubs = [await startNode(redis.port), await startNode(redis.port)];
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await Promise.all(hubs.map((hub) => hub.close()));
  await redis.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request that changed something: it must be in the log once, as the transaction it was answered with. */
interface Effect {
  requestId: string;
  seq: number;
}

/** Claims and releases until everybody together has sent enough; what is granted is given back. */
async function work(
  agent: RawAgent,
  lane: string,
  budget: { left: number },
): Promise<{ done: number; effects: Effect[] }> {
  const effects: Effect[] = [];
  let done = 0;
  const send = async (command: string, input: object): Promise<RawAnswer> => {
    budget.left--;
    done++;
    const requestId = `${agent.id}/${lane}/${done}`;
    const answer = await agent.send(command, { ...input, requestId });
    if (answer.ok && answer.granted !== false) effects.push({ requestId, seq: Number(answer.seq) });
    return answer;
  };
  for (let round = 0; budget.left > 0; round++) {
    const path = round % 2 === 0 ? `hot/${lane}/${round % HOT_PATHS}` : `own/${agent.id}/${lane}/${round}`;
    const claim = await send('lock.claim', { paths: [path] });
    if (!claim.ok) expect(claim.error?.code).toBe('LOCK_HELD');
    else await send('lock.release', { lockId: claim.lockId, fence: claim.fence });
  }
  return { done, effects };
}

/** The agents of one node at work. */
const workOn = (hub: TestHub, h: number, budget: { left: number }) =>
  Promise.all(
    Array.from({ length: AGENTS_PER_NODE }, async (_, a) => {
      const agent = new RawAgent(hub, PROJECT, `agent-${h}-${a}`);
      agents.push(agent);
      const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => work(agent, `${lane}`, budget)));
      return {
        hub: h,
        agent,
        done: lanes.reduce((sum, { done }) => sum + done, 0),
        effects: lanes.flatMap(({ effects }) => effects),
      };
    }),
  );

const record = z.looseObject({ kind: z.string(), id: z.string(), rev: z.int() });
const transaction = z.object({
  seq: z.int(),
  command: z.string(),
  actor: z.string(),
  causedBy: z.string().optional(),
  puts: z.array(record),
  removes: z.array(z.tuple([z.string(), z.string()])),
});
const logEntry = z.object({ node: z.string(), from: z.int(), to: z.int(), txs: z.array(transaction) });

/** What stands in Redis, read by a client that shares no code with the hub. */
async function stored() {
  const client = redis.client();
  await client.connect();
  const entries: z.infer<typeof logEntry>[] = [];
  for (let from = '-'; ; ) {
    const chunk = (await client.xRange(`sb:{${PROJECT}}:log`, from, '+', { COUNT: 500 })) ?? [];
    for (const { message } of chunk) entries.push(logEntry.parse(JSON.parse(message.e ?? '')));
    const last = chunk.at(-1);
    if (last === undefined) break;
    from = `(${last.id}`;
  }
  const records = await client.hGetAll(`sb:{${PROJECT}}:rec`);
  const seq = Number(await client.hGet(`sb:{${PROJECT}}:meta`, 'seq'));
  await client.close();
  return {
    entries,
    seq,
    records: Object.fromEntries(Object.entries(records).map(([key, text]) => [key, JSON.parse(text)])),
  };
}

async function metric(hub: TestHub, name: string): Promise<number> {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(text.match(new RegExp(`^signalbox_${name}\\{project="${PROJECT}"\\} (\\d+)$`, 'm'))?.[1]);
}

test('two hubs on one project: nothing is lost, nothing doubled, and neither starves', async () => {
  const [one, two] = hubs;
  if (one === undefined || two === undefined) throw new Error('two hubs run');
  expect(await one.call(PROJECT, 'project.create', { id: PROJECT })).toMatchObject({ ok: true });
  const budget = { left: COMMANDS };
  const started = performance.now();
  const results = (await Promise.all(hubs.map((hub, h) => workOn(hub, h, budget)))).flat();
  const seconds = (performance.now() - started) / 1_000;
  const total = results.reduce((sum, { done }) => sum + done, 0);
  expect(total).toBeGreaterThanOrEqual(COMMANDS);

  const { entries, seq, records } = await stored();
  const txs = entries.flatMap((entry) => entry.txs);
  expect(txs.map((tx) => tx.seq)).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
  for (const [at, { from }] of entries.entries()) expect(from).toBe(at === 0 ? 1 : (entries[at - 1]?.to ?? 0) + 1);

  const answered = new Map(results.flatMap(({ effects }) => effects.map((effect) => [effect.requestId, effect.seq])));
  const written = txs.flatMap(({ causedBy, seq: at }) => (causedBy === undefined ? [] : [[causedBy, at] as const]));
  expect(written.length).toBe(answered.size);
  expect(new Map(written)).toEqual(answered);

  const replayed = new Map<string, z.infer<typeof record>>();
  for (const { puts, removes } of txs) {
    for (const [kind, id] of removes) replayed.delete(`${kind}:${id}`);
    for (const put of puts) {
      replayed.set(`${put.kind}:${put.id}`, put);
      if (put.kind !== 'lock') continue;
      const holders = [...replayed.values()].filter(
        (other) => other.kind === 'lock' && String(other.paths) === String(put.paths),
      );
      expect(holders).toHaveLength(1);
    }
  }
  expect(Object.fromEntries(replayed)).toEqual(records);

  const shares = [0, 1].map((h) => {
    const own = results.filter((result) => result.hub === h);
    const done = own.reduce((sum, result) => sum + result.done, 0);
    return { done, slowestMs: Math.round(Math.max(...own.map(({ agent }) => agent.slowestMs))) };
  });
  const conflicts = await Promise.all(hubs.map((hub) => metric(hub, 'ledger_conflicts_total')));
  const waits = await Promise.all(hubs.map((hub) => metric(hub, 'ledger_turn_waits_total')));
  console.log(
    `${total} commands in ${seconds.toFixed(1)} s, ${txs.length} transactions in ${entries.length} batches of ${new Set(entries.map(({ node }) => node)).size} nodes;`,
    `conflicts ${conflicts.join(' + ')}, waits for another's turn ${waits.join(' + ')};`,
    shares
      .map(({ done, slowestMs }, h) => `node ${h}: ${((100 * done) / total).toFixed(0)} %, slowest ${slowestMs} ms`)
      .join('; '),
  );
  expect(conflicts.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(MIN_CONFLICTS);
  for (const { done, slowestMs } of shares) {
    expect(done / total).toBeGreaterThan(MIN_SHARE);
    expect(slowestMs).toBeLessThan(SLOWEST_MS);
  }
  // Both have heard everything.
  await expect.poll(() => Promise.all(hubs.map((hub) => metric(hub, 'ledger_seq')))).toEqual([seq, seq]);
}, 120_000);

test('a hub with a longer way to Redis gets its commands done beside a faster one', async () => {
  const wire = await Wire.to({ host: '127.0.0.1', port: redis.port });
  wire.weather = { kind: 'slow', ms: SLOW_WAY_MS / 2 };
  const [fast] = hubs;
  const slow = await startNode(wire.port);
  hubs.push(slow);
  if (fast === undefined) throw new Error('a hub runs');
  const [slowBudget, fastBudget] = [{ left: SLOW_COMMANDS }, { left: COMMANDS }];
  const stopFast = workOn(slow, 2, slowBudget).then((results) => {
    const left = fastBudget.left;
    fastBudget.left = 0;
    return { results, left };
  });
  const [{ results, left }] = await Promise.all([stopFast, workOn(fast, 3, fastBudget)]);
  const slowestMs = Math.round(Math.max(...results.map(({ agent }) => agent.slowestMs)));
  const waits = await metric(fast, 'ledger_turn_waits_total');
  console.log(
    `slow way: ${SLOW_COMMANDS} commands, slowest ${slowestMs} ms; meanwhile on the fast one ${COMMANDS - left};`,
    `conflicts ${await metric(slow, 'ledger_conflicts_total')}, waits of the fast one ${waits}`,
  );
  expect(left).toBeGreaterThan(0);
  expect(slowestMs).toBeLessThan(SLOWEST_MS);
  expect(waits).toBeGreaterThan(0);
  await slow.close();
  hubs.pop();
  await wire.close();
}, 120_000);
