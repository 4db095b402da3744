import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainTask } from './explain.ts';
import { CAST, makeMove, moves, Tally } from './testing/random-play.ts';
import { Scene } from './testing/scene.ts';

const RUNS = Number(process.env.RUNS ?? 100);

test('[EX2] whatever happened, every task is explained in a chain that ends in one action and frees it', () => {
  let explained = 0;
  fc.assert(
    fc.property(moves, (sequence) => {
      const made = new Scene();
      for (const id of CAST) made.agent(id, { instance: 'p1' });
      for (const move of sequence) makeMove(made, move, new Tally());
      for (const { id, status } of made.replica.all('task')) {
        const { chain, action, frees } = explainTask(made.replica, made.task(id), made.clock);
        expect(chain.length).toBeGreaterThan(0);
        expect(action).toMatch(/^[A-Z].*\.$/);
        expect(frees > 0).toBe(status !== 'completed');
        explained++;
      }
    }),
    { numRuns: RUNS, seed: Number(process.env.SEED ?? 20_251_120) },
  );
  expect(explained).toBeGreaterThan(RUNS < 100 ? 0 : 100);
});
