import { isRefusal } from '@signalbox/shared/errors';
import type { Figure } from '../report/figure.ts';
import { median, rangeOf } from '../report/stats.ts';
import { Crowd, pathOf } from './crowd.ts';
import type { Row } from './row.ts';

const LIVE_CLAIMS = [100, 1_000, 10_000, 100_000];
const ROUNDS = 15;
const CLAIMS_PER_ROUND = 900;
/** Within this the cost counts as flat: a thousand times the claims do not fit the caches of the processor. */
const FLAT_WITHIN = 2;

export const overlap: Row = {
  id: 'P8',
  about: 'deciding a claim among many live ones, in process',
  run: async () => {
    const figures = LIVE_CLAIMS.map((live): Figure => {
      const ms = costAmong(live);
      return {
        id: `P8.${live}`,
        name: `a claim among ${live.toLocaleString('en')} live ones, decided`,
        value: median(ms),
        unit: 'ms',
        spread: rangeOf(ms),
        goal: { of: 'value', is: '≤', first: 0.1 },
      };
    });
    const [fewest = Number.NaN, most = Number.NaN] = [figures[0]?.value, figures.at(-1)?.value];
    return [
      ...figures,
      {
        id: 'P8.flat',
        name: 'the same: most live claims against fewest',
        value: most,
        reference: fewest,
        ratio: most / fewest,
        unit: 'ms',
        goal: { of: 'ratio', is: '≤', first: FLAT_WITHIN },
      },
    ];
  },
};

/** Milliseconds of one claim: in turn of a free file beside others, of a held file, and of a whole free folder. */
function costAmong(live: number): number[] {
  const crowd = new Crowd(live);
  const rounds: number[] = [];
  // The first round compiles the code.
  for (let round = 0; round <= ROUNDS; round++) {
    let ms = 0;
    for (let n = 0; n < CLAIMS_PER_ROUND; n++) {
      const file = (n * 7_919) % live;
      const path = pathOf(file);
      const claimed = n % 3 === 0 ? `${path}.new` : n % 3 === 1 ? path : `${path}.d/`;
      const startedAt = performance.now();
      const answer = crowd.claim(n, claimed);
      ms += performance.now() - startedAt;
      if (!isRefusal(answer) && answer.granted) crowd.release(n, answer);
    }
    if (round > 0) rounds.push(ms / CLAIMS_PER_ROUND);
  }
  return rounds;
}
