import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dump } from '../testing/invariants.ts';
import { Hub } from './hub.ts';
import { MODEL_COMMANDS } from './rules.ts';
import { enter, sequences } from './sequences.ts';
import type { Notes, Real } from './steps.ts';
import { newWorld, type World } from './world.ts';

const SEED = Number(process.env.SEED ?? 20_261_120);
const RUNS = Number(process.env.MODEL_RUNS ?? 1_000);
const REPLAY = process.env.REPLAY;

/** Codes that only a model that gets somewhere meets. */
const MUST_HAPPEN = [
  'lock.claim LOCK_HELD',
  'lock.claim DEADLOCK',
  'lock.claim SUPERSEDED',
  'lock.release STALE_FENCE',
  'lock.release FORBIDDEN',
  'lock.renew LOCK_LOST',
  'task.complete STALE_ATTEMPT',
  'task.complete FORBIDDEN',
  'task.createMany CYCLE',
  'task.update CYCLE',
  'task.cancel FORBIDDEN',
  'register CONFLICT',
  'register RATE_LIMITED',
  'directive.receipt EXPIRED',
  'repeat',
  'race',
];

test('[IN5] [IN6] whatever agents do, on two nodes, the hub answers and holds what the model says', {
  timeout: 120_000,
}, async () => {
  const tally = new Map<string, number>();
  const seen = { conflicts: 0, runs: 0 };
  await fc.assert(
    fc.asyncProperty(
      sequences({ maxCommands: 120, size: 'max', ...(REPLAY && { replayPath: REPLAY }) }),
      async (steps) => {
        const hub = await Hub.open();
        const notes: Notes = { sent: [], stale: new Map(), requests: 0, tally };
        const real: Real = { hub, notes };
        const world: World = newWorld();
        try {
          await enter(world, real);
          await fc.asyncModelRun(() => ({ model: world, real }), steps);
          await agreeInTheEnd(hub);
        } finally {
          await hub.close();
          seen.conflicts += hub.conflicts;
          seen.runs++;
        }
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: process.env.MODEL_SHRINK === 'off' },
  );
  if (RUNS < 1_000) return;
  const commands = MODEL_COMMANDS.map((name) => `${name} ok`);
  expect([...commands, ...MUST_HAPPEN].filter((name) => !tally.has(name))).toEqual([]);
  expect(seen.conflicts).toBeGreaterThan(RUNS);
});

/** Both nodes, one that starts from what the store has, and the log applied to nothing are the same. */
async function agreeInTheEnd(hub: Hub): Promise<void> {
  const one = await hub.replica(0);
  const two = await hub.replica(1);
  const replayed = hub.replay();
  assert.equal(two.digest, one.digest);
  assert.equal(replayed.digest, one.digest);
  const records = dump(one);
  assert.deepEqual(dump(two), records);
  assert.deepEqual(dump(replayed), records);
  await hub.restart(0);
  assert.deepEqual(dump(await hub.replica(0)), records);
}
