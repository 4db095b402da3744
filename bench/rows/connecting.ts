import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '../load/orders.ts';
import { compared, connect, contest, limitNotes, PAIRS, pairs } from './pairs.ts';
import type { Row } from './row.ts';

const AGENTS = 5_000;
/** The hub takes 1,000 registrations a second with one token, and 10,000 at once: with this it always has enough. */
const REST_MS = 3_000;

const seconds = ({ elapsedMs }: Outcome): number => elapsedMs / 1_000;

export const connecting: Row = {
  id: 'P5',
  about: `${AGENTS} agents connect, register and get their state`,
  run: (stage) =>
    contest(stage, 'none', async (both) => {
      const { load } = both;
      const measured = await pairs(both, PAIRS, async (side) => {
        const connected = await connect(load, side, AGENTS);
        // Whoever left registers anew next time, with all that belongs to it.
        if (side.name === 'ours') await load.order({ do: 'leave', fleet: side.name });
        await load.order({ do: 'close', fleet: side.name });
        stage.say(`${side.name}: ${seconds(connected).toFixed(2)} s`);
        if (side.name === 'ours') await delay(REST_MS);
        return connected;
      });
      return [
        compared(measured, seconds, {
          id: 'P5',
          name: `${AGENTS} agents connect, against bare connects`,
          unit: 's',
          goal: { of: 'ratio', is: '≤', first: 1.4 },
          notes: limitNotes(measured, stage.cores.redis === stage.cores.load),
        }),
      ];
    }),
};
