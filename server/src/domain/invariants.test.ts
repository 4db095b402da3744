import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DECISIONS } from './decisions.ts';
import { checkIndexes } from './testing/index-check.ts';
import { checkInvariants, checkSettled, dump, Watcher } from './testing/invariants.ts';
import { CAST, type Move, makeMove, moves, PATHS, Tally } from './testing/random-play.ts';
import { Scene } from './testing/scene.ts';

const SEED = Number(process.env.SEED ?? 20_251_120);
const RUNS = Number(process.env.RUNS ?? 300);
const asked = { agents: CAST, paths: PATHS };

function newScene(): Scene {
  const scene = new Scene();
  for (const id of CAST) scene.agent(id, { capabilities: ['sql'], instance: 'p1' });
  return scene;
}

/** Makes the moves, with a look at everything new after each. */
function play(sequence: readonly Move[], tally: Tally, look: (scene: Scene, move: Move) => void): void {
  const scene = newScene();
  for (const one of sequence) {
    makeMove(scene, one, tally);
    look(scene, one);
  }
  scene.sweep();
}

test('[IN1] whatever happens in whatever order, what must hold holds', () => {
  const tally = new Tally();
  fc.assert(
    fc.property(moves, (sequence) => {
      const watcher = new Watcher();
      let watched = 0;
      play(sequence, tally, (scene, { what }) => {
        for (const { changes } of scene.log.slice(watched)) watcher.check(changes);
        if (scene.log.length > watched) checkInvariants(scene.replica);
        watched = scene.log.length;
        if (what === 'settle' || what === 'sweep') checkSettled(scene);
      });
    }),
    { numRuns: RUNS, seed: SEED },
  );
  const mustHappen = [
    ...Object.keys(DECISIONS),
    'lock.claim LOCK_HELD',
    'lock.claim DEADLOCK',
    'lock.transfer DEADLOCK',
    'lock.transfer INVALID_STATE',
    'lock.renew STALE_FENCE',
    'lock.check LOCK_LOST',
    'task.complete STALE_ATTEMPT',
    'task.createMany CYCLE',
    'agent.register CONFLICT',
    'agent.heartbeat SUPERSEDED',
  ];
  expect(mustHappen.filter((name) => !tally.counts.has(name))).toEqual([]);
});

test('[IN2] every index answers like a look at every record', () => {
  let looks = 0;
  fc.assert(
    fc.property(moves, (sequence) => {
      let seq = 0;
      play(sequence, new Tally(), (scene) => {
        if (scene.seq === seq) return;
        seq = scene.seq;
        checkIndexes(scene.replica, asked);
        looks++;
      });
    }),
    { numRuns: RUNS / 6, seed: SEED },
  );
  expect(looks).toBeGreaterThan(RUNS);
});

test('[IN3] what was refused, or thrown half way, leaves exactly what was there', () => {
  const left = { thrown: 0, refused: 0 };
  fc.assert(
    fc.property(moves, (sequence) => {
      const scene = newScene();
      for (const one of sequence) {
        const before = { records: dump(scene.replica), digest: scene.replica.digest };
        if (throwsHalfWay(scene, one)) left.thrown++;
        assert.deepEqual({ records: dump(scene.replica), digest: scene.replica.digest }, before);
        checkIndexes(scene.replica, asked);
        const { seq } = scene;
        makeMove(scene, one, new Tally());
        if (scene.seq > seq) continue;
        assert.deepEqual(dump(scene.replica), before.records);
        left.refused++;
      }
    }),
    { numRuns: RUNS / 15, seed: SEED },
  );
  expect(Math.min(left.thrown, left.refused)).toBeGreaterThan(RUNS);
});

function throwsHalfWay(scene: Scene, move: Move): boolean {
  scene.broken = true;
  try {
    makeMove(scene, move, new Tally());
    return false;
  } catch (error) {
    assert.match(String(error), /broken on purpose/);
    return true;
  } finally {
    scene.broken = false;
  }
}
