import { expect, test } from 'vitest';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { Recorder } from './recorder.ts';

const NOW = 1_750_000_000_000;
const EARLIER = NOW - 60_000;

/** The restarts a node tells of, what it has saved when it is there, and leaves behind as the last of all. */
async function restarts(stored: Record<string, string>, others: readonly string[]) {
  const live = new LiveTime();
  const ledger = await Ledger.open({ store: new MemoryStore(new MemoryLedger(), 'one'), node: 'one' });
  let saved: Record<string, string> = {};
  const recorder = await Recorder.start({
    project: { id: 'acme', ledger, presence: new Presence(live), loops: new LoopBreaker() },
    store: {
      load: async () => stored,
      save: async (fields) => {
        saved = fields;
      },
    },
    health: () => 100,
    wallClock: () => NOW,
    nodes: { ...alone(live), others: () => others },
  });
  const atOnce = JSON.parse(saved.restarts ?? 'null') as unknown;
  const told = recorder.query({ series: ['agents.idle'], range: '1h' }).restarts;
  await recorder.close();
  await ledger.close();
  return { told, atOnce, left: JSON.parse(saved.restarts ?? 'null') as unknown };
}

test('a node that starts beside others knows the restarts before it, and leaves them as they were', async () => {
  const { told, left } = await restarts({ restarts: JSON.stringify([EARLIER]) }, ['two']);
  expect(told).toEqual([EARLIER]);
  expect(left).toEqual([EARLIER]);
});

test('a node that starts alone adds a restart to those before it', async () => {
  const { told, atOnce, left } = await restarts({ restarts: JSON.stringify([EARLIER]) }, []);
  expect(told).toEqual([EARLIER, NOW]);
  // A node that starts a moment later reads it.
  expect(atOnce).toEqual([EARLIER, NOW]);
  expect(left).toEqual([EARLIER, NOW]);
});

test.each<[string, string[]]>([
  ['alone', []],
  ['beside others', ['two']],
])('a project that was never measured has no restarts: %s', async (_, others) => {
  expect(await restarts({}, others)).toEqual({ told: [], atOnce: null, left: [] });
});
