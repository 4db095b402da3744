import { refuse } from '@signalbox/shared/errors';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Draft } from '../domain/view.ts';
import { startTestRedis, type TestRedis } from '../redis/test-redis.ts';
import { SOON } from '../testing/soon.ts';
import type { Committed } from './ledger.ts';
import type { TailMessage } from './tail.ts';
import { counting, TestNode, type TestNodeOptions } from './testing/test-node.ts';
import { memoryUnderTest, redisUnderTest, type StoreUnderTest } from './testing/under-test.ts';

let testRedis: TestRedis;
beforeAll(async () => {
  testRedis = await startTestRedis();
});
afterAll(() => testRedis.close());

let projects = 0;
const STORES: [string, () => Promise<StoreUnderTest>][] = [
  ['memory', () => memoryUnderTest()],
  ['Redis', () => redisUnderTest(testRedis, `nodes-${++projects}`)],
];

interface Scene {
  under: StoreUnderTest;
  open(name: string, options?: TestNodeOptions): Promise<TestNode>;
}

describe.each(STORES)('several nodes on one ledger: %s', (_, openStore) => {
  /** Whatever else it shows, every reader was told everything, once, in order. */
  const scene = (title: string, run: (scene: Scene) => Promise<void>): void =>
    test(title, async () => {
      const under = await openStore();
      const nodes: TestNode[] = [];
      const open = async (name: string, options?: TestNodeOptions): Promise<TestNode> => {
        const node = await TestNode.open(under, name, options);
        nodes.push(node);
        return node;
      };
      try {
        await run({ under, open });
        for (const node of nodes) {
          expect(node.wrong).toEqual([]);
          expect(Object.fromEntries(node.records)).toEqual((await node.state()).records);
        }
      } finally {
        await Promise.all(nodes.map(({ ledger }) => ledger.close()));
        await under.close();
      }
    });

  scene('each hears what the others commit, without asking', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')];
    const told: Committed[] = [];
    b.ledger.onCommit((committed) => told.push(...committed));
    await Promise.all([a.count(), a.count()]);
    await vi.waitFor(() => expect(b.ledger.seq).toBe(2), SOON);
    expect(told).toMatchObject([
      { tx: { seq: 1 }, changes: [{ id: 'T', before: undefined, after: { last: 1 } }] },
      { tx: { seq: 2 }, changes: [{ id: 'T', before: { last: 1 }, after: { last: 2 } }] },
    ]);
    expect(await b.state()).toEqual(await a.state());
    await b.count();
    await vi.waitFor(() => expect(a.ledger.seq).toBe(3), SOON);
    expect([a.ledger.contention, b.ledger.contention]).toEqual(Array(2).fill({ conflicts: 0, waits: 0 }));
  });

  scene('what follows on a lost message brings both', async ({ open }) => {
    const a = await open('a');
    const b = await open('b', { loses: ({ to }) => to === 2 });
    for (let n = 0; n < 3; n++) await a.count();
    await vi.waitFor(() => expect(b.told).toEqual([1, 2, 3]), SOON);
  });

  scene('a lost last message is found by whoever looks', async ({ open }) => {
    const a = await open('a');
    const b = await open('b', { loses: () => true });
    await a.count();
    expect(b.ledger.seq).toBe(0);
    await b.ledger.catchUp();
    expect(b.told).toEqual([1]);
  });

  scene('an entry too large to be sent around is read from the store', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')];
    await a.ledger.execute({
      ...counting(),
      decide: (draft) => draft.put({ kind: 'body', id: 'T-1', text: 'x'.repeat(70_000) }),
    });
    await vi.waitFor(() => expect(b.told).toEqual([1]), SOON);
    expect(await b.ledger.read((view) => String(view.get('body', 'T-1')?.text).length)).toBe(70_000);
  });

  scene('a node can be asked to be as new as what somebody has seen', async ({ open }) => {
    const a = await open('a');
    const b = await open('b', { loses: () => true });
    await a.count();
    const { epoch } = a.ledger;
    expect(await b.ledger.reach({ epoch, seq: 1 })).toBe(true);
    expect(await b.ledger.reach({ epoch: epoch - 1, seq: 99 })).toBe(true);
    expect(await b.ledger.reach({ epoch, seq: 2 })).toBe(false);
    expect(await b.ledger.reach({ epoch: epoch + 1, seq: 0 })).toBe(false);
    expect([b.told, b.resets]).toEqual([[1], 0]);
  });

  scene('what changes nothing is decided on what stands in the store, too, not on an older copy', async ({ open }) => {
    const a = await open('a');
    const b = await open('b', { loses: () => true });
    await a.count();
    const last = (draft: Draft): number | undefined => draft.get('counter', 'T')?.last;
    const asked = { ...counting(), decide: (draft: Draft) => ({ last: last(draft) }) };
    const refused = { ...counting(), decide: (draft: Draft) => refuse('CONFLICT', `It is ${last(draft)}.`) };
    expect(b.ledger.seq).toBe(0);
    expect(await b.ledger.execute(asked)).toMatchObject({ ok: true, seq: 1, reply: { last: 1 } });
    await a.count();
    expect(await b.ledger.execute(refused)).toMatchObject({ error: { message: 'It is 2.' } });
  });

  scene('who only reads does not wait for a store that does not answer', async ({ open }) => {
    let held: Promise<void> | undefined;
    const a = await open('a', { weather: { fault: () => undefined, travel: async () => held } });
    let letGo = (): void => {};
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    const caughtUp = a.ledger.catchUp();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(await a.state()).toMatchObject({ seq: 0 });
    letGo();
    held = undefined;
    await caughtUp;
  });

  scene('an idle node notices that the store has started anew when it looks', async ({ under, open }) => {
    const a = await open('a');
    await a.count();
    const before = a.ledger.epoch;
    await under.restart();
    await a.ledger.catchUp();
    expect(a.ledger.epoch).toBeGreaterThan(before);
    expect(a.resets).toBe(1);
    await a.ledger.catchUp();
    expect(a.resets).toBe(1);
  });

  scene('an idle node hears of a newer epoch from another', async ({ under, open }) => {
    const [a, b] = [await open('a'), await open('b')];
    await a.count();
    await under.restart();
    // The ears of a node come back a moment later than its voice: until then somebody has to look.
    await vi.waitFor(async () => {
      await a.count();
      expect(b.resets).toBe(1);
    }, SOON);
    expect(b.ledger.epoch).toBe(a.ledger.epoch);
    await vi.waitFor(async () => expect(await b.state()).toEqual(await a.state()), SOON);
  });

  scene('the same request on another node gets the first answer', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b', { loses: () => true })];
    const answers = await Promise.all([a.count('r1'), b.count('r1'), a.count('r1')]);
    expect(answers.map((answer) => answer.ok && answer.reply.id)).toEqual(['T-1', 'T-1', 'T-1']);
    await b.ledger.catchUp();
    expect(await b.count('r1')).toMatchObject({ ok: true, reply: { id: 'T-1' } });
    expect(await b.count('r1', 'L')).toMatchObject({ ok: false, error: { code: 'REQUEST_ID_REUSED' } });
    expect((await a.state()).seq).toBe(1);
  });

  scene(
    'what is heard while a batch is on the wire is applied once, whichever way it comes first',
    async ({ open }) => {
      const a = await open('a');
      for (const order of ['message first', 'conflict first']) {
        // b's next append is held back until a has written, and so are the messages b hears.
        let letGo = (): void => {};
        let held: Promise<void> | undefined;
        const late: TailMessage[] = [];
        const b = await open(`b ${order}`, {
          weather: { fault: () => undefined, travel: async () => held },
          loses: (message) => order === 'conflict first' && late.push(message) > 0,
        });
        const from = b.ledger.seq;
        b.store.calls = [];
        held = new Promise((resolve) => {
          letGo = resolve;
        });
        const own = b.count();
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        await Promise.all([a.count(), a.count()]);
        await a.count();
        if (order === 'message first') await a.ledger.catchUp();
        held = undefined;
        letGo();
        expect(await own).toMatchObject({ ok: true, seq: from + 4 });
        expect(b.store.calls).toEqual(['append', 'append']);
        for (const message of late) b.ledger.heard(message);
        await b.ledger.catchUp();
        expect(b.told).toEqual([1, 2, 3, 4].map((n) => from + n));
        expect(b.ledger.contention.conflicts).toBe(1);
      }
    },
  );

  scene('messages of before and of elsewhere are no news', async ({ open }) => {
    const [a, b] = [await open('a'), await open('b')];
    const heard: TailMessage[] = [];
    const c = await open('c', { loses: (message) => heard.push(message) > 0 });
    for (let n = 0; n < 3; n++) await a.count();
    await vi.waitFor(() => expect(heard).toHaveLength(3), SOON);
    for (const message of [...heard, ...heard.map((old) => ({ ...old, epoch: old.epoch - 1 })), ...heard]) {
      b.ledger.heard(message);
      c.ledger.heard(message);
    }
    await b.ledger.catchUp();
    await c.ledger.catchUp();
    expect([b.told, c.told]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  scene('a node that was told too much at once reads it from the store', async ({ open }) => {
    let held: Promise<void> | undefined;
    let letGo = (): void => {};
    const a = await open('a');
    const b = await open('b', { weather: { fault: () => undefined, travel: async () => held } });
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    const own = b.count('own');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    for (let n = 0; n < 400; n++) await a.count();
    held = undefined;
    letGo();
    expect(await own).toMatchObject({ ok: true, reply: { id: 'T-401' } });
    expect(b.told).toHaveLength(401);
  });
});
