import type { Figure } from '../report/figure.ts';
import { median, rangeOf } from '../report/stats.ts';
import type { Row } from './row.ts';
import { FirstComeFirstServed, Hub, lowerBoundOf, makespanOf } from './simulated-work.ts';
import { demoPlan, lockfilePlan, randomPlan, type WorkPlan } from './work-plans.ts';

const SEEDS = 21;
const PLANS: readonly { id: string; name: string; make(seed: number): WorkPlan }[] = [
  { id: 'random', name: 'random graphs of 200 tasks, 12 agents', make: randomPlan },
  { id: 'demo', name: 'plans of the demo, its 6 agents', make: demoPlan },
  { id: 'lockfile', name: "this repository's lockfile, 24 agents", make: lockfilePlan },
];

export const makespan: Row = {
  id: 'MAKESPAN',
  about: 'time until a plan is done, in simulated time, against lower bounds and first come, first served',
  run: async () =>
    PLANS.map(({ id, name, make }): Figure => {
      const runs = Array.from({ length: SEEDS }, (_, seed) => {
        const plan = make(seed + 1);
        const bound = lowerBoundOf(plan);
        return {
          ours: makespanOf(plan, new Hub(plan)) / bound,
          first: makespanOf(plan, new FirstComeFirstServed(plan)) / bound,
        };
      });
      const ratios = runs.map(({ ours, first }) => ours / first);
      return {
        id: `MAKESPAN.${id}`,
        name: `${name}: time over the lower bound`,
        value: median(runs.map(({ ours }) => ours)),
        reference: median(runs.map(({ first }) => first)),
        ratio: median(ratios),
        spread: rangeOf(ratios),
        unit: '× bound',
        goal: { of: 'ratio', is: '≤', first: 1 },
        notes: [
          `shorter than first come, first served with ${ratios.filter((ratio) => ratio < 1).length} of ${SEEDS} seeds`,
        ],
      };
    }),
};
