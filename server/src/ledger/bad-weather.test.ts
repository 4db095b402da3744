import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { randomOf } from './testing/random.ts';
import { TestNode } from './testing/test-node.ts';
import { memoryUnderTest, redisUnderTest, type StoreUnderTest } from './testing/under-test.ts';
import type { Fault, Weather } from './testing/unsteady-store.ts';

let testRedis: TestRedis;
beforeAll(async () => {
  testRedis = await startTestRedis();
});
afterAll(() => testRedis.close());

const CLIENTS = 8;
const REQUESTS = 25;
const LETTERS = ['T', 'L', 'M'] as const;

interface Outcome {
  requestId: string;
  letter: (typeof LETTERS)[number];
  id: string;
}

/** Nodes that come and go on one ledger while clients count; calls, answers and messages get lost. */
class Storm {
  readonly #under: StoreUnderTest;
  readonly #random: () => number;
  readonly #size: number;
  readonly outcomes: Outcome[] = [];
  readonly nodes: TestNode[] = [];
  readonly ended: TestNode[] = [];
  readonly closing: Promise<void>[] = [];
  readonly happened = { fault: 0, lostMessage: 0, killed: 0, restarted: 0, conflicts: 0, resets: 0 };
  calm = false;
  #made = 0;

  constructor(under: StoreUnderTest, seed: number, size: number) {
    this.#under = under;
    this.#random = randomOf(seed);
    this.#size = size;
  }

  #chance(probability: number): boolean {
    return !this.calm && this.#random() < probability;
  }

  #count(what: 'fault' | 'lostMessage', happens: boolean): boolean {
    if (happens) this.happened[what]++;
    return happens;
  }

  get #weather(): Weather {
    return {
      fault: (): Fault => {
        if (!this.#count('fault', this.#chance(0.08))) return undefined;
        const which = this.#random();
        return which < 0.3 ? 'before' : which < 0.6 ? 'late' : 'after';
      },
      travel: async () => {
        for (let turns = Math.floor(this.#random() * 6); turns > 0; turns--) await turn();
      },
    };
  }

  async open(): Promise<void> {
    const options = { weather: this.#weather, loses: () => this.#count('lostMessage', this.#chance(0.1)) };
    // A hub that cannot reach its store does not start.
    const open = async (): Promise<TestNode> => TestNode.open(this.#under, `node ${++this.#made}`, options).catch(open);
    this.nodes.push(await open());
  }

  async run(): Promise<void> {
    for (let n = 0; n < this.#size; n++) await this.open();
    const events = this.#events();
    await Promise.all(Array.from({ length: CLIENTS }, (_, client) => this.#client(client)));
    this.calm = true;
    await events;
  }

  async #client(client: number): Promise<void> {
    for (let n = 0; n < REQUESTS; n++) {
      const letter = LETTERS[Math.floor(this.#random() * LETTERS.length)] ?? 'T';
      const requestId = `${client}/${n}`;
      const id = await this.#request(requestId, letter);
      this.outcomes.push({ requestId, letter, id });
      if (this.#chance(0.2)) expect(await this.#request(requestId, letter)).toBe(id);
    }
  }

  /** Repeats a request, each time anywhere, until there is an answer; now and then at two nodes at once. */
  async #request(requestId: string, letter: Outcome['letter']): Promise<string> {
    for (;;) {
      const asked = [this.#anyNode(), ...(this.#chance(0.1) ? [this.#anyNode()] : [])];
      const answers = await Promise.all(asked.map((node) => node.count(requestId, letter)));
      const ids = new Set(answers.flatMap((answer) => (answer.ok ? [answer.reply.id] : [])));
      expect(ids.size).toBeLessThan(2);
      for (const id of ids) return id;
    }
  }

  #anyNode(): TestNode {
    const node = this.nodes[Math.floor(this.#random() * this.nodes.length)];
    if (node === undefined) throw new Error('no node is open');
    return node;
  }

  /** Nodes are killed and the store starts anew, at thirds of the way. */
  async #events(): Promise<void> {
    const total = CLIENTS * REQUESTS;
    const until = async (done: number): Promise<void> => {
      while (this.outcomes.length < done) await turn();
    };
    await until(total / 4);
    await this.#kill();
    await until(total / 2);
    await this.#under.restart();
    this.happened.restarted++;
    await until((total * 3) / 4);
    await this.#kill();
  }

  async #kill(): Promise<void> {
    await this.open();
    const [node] = this.nodes.splice(0, 1);
    if (node === undefined) return;
    this.happened.killed++;
    this.ended.push(node);
    this.closing.push(node.kill());
  }
}

const STORES: [string, number, (seed: number) => Promise<StoreUnderTest>][] = [
  ['memory', 12, () => memoryUnderTest()],
  ['Redis', 3, (seed) => redisUnderTest(testRedis, `storm-${seed}`)],
];

describe.each(STORES)('whatever gets lost between nodes and their store: %s', (_, runs, openStore) => {
  const first = Math.floor(Math.random() * 1_000_000);
  const happened: Record<string, number> = {};
  const seeds = Array.from({ length: runs }, (_, n): [number, number] => [first + n, 2 + (n % 2)]);

  test.each(seeds)('seed %i, %i nodes: all agree, nothing is lost and nothing doubled', async (seed, size) => {
    const under = await openStore(seed);
    const storm = new Storm(under, seed, size);
    await storm.run();
    for (const node of storm.nodes) await node.ledger.catchUp();

    const [state, ...others] = await Promise.all(storm.nodes.map((node) => node.state()));
    for (const other of others) expect(other).toEqual(state);
    const loaded = await under.store('reader').load();
    expect(Object.fromEntries(loaded.records.map((record) => [`${record.kind}:${record.id}`, record]))).toEqual(
      state?.records,
    );

    for (const letter of LETTERS) {
      const ids = storm.outcomes.filter((outcome) => outcome.letter === letter).map(({ id }) => Number(id.slice(2)));
      expect(ids.sort((a, b) => a - b)).toEqual(ids.map((_, n) => n + 1));
    }
    for (const node of storm.nodes)
      for (const { requestId, letter, id } of storm.outcomes)
        expect(await node.count(requestId, letter)).toMatchObject({ ok: true, reply: { id } });
    expect((await under.store('reader').load()).seq).toBe(state?.seq);

    for (const node of [...storm.nodes, ...storm.ended]) {
      expect(node.wrong).toEqual([]);
      storm.happened.conflicts += node.ledger.contention.conflicts;
      storm.happened.resets += node.resets;
    }
    for (const node of storm.nodes) expect(Object.fromEntries(node.records)).toEqual(state?.records);
    for (const [what, times] of Object.entries(storm.happened)) happened[what] = (happened[what] ?? 0) + times;
    await Promise.all([...storm.closing, ...storm.nodes.map(({ ledger }) => ledger.close())]);
    await under.close();
  });

  test('a storm that was none proves nothing', () => {
    for (const [what, times] of Object.entries(happened)) expect([what, times >= runs]).toEqual([what, true]);
    expect(Object.keys(happened)).toHaveLength(6);
  });
});
