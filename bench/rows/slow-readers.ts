import { Load } from '../load/driver.ts';
import { startHub } from '../machine/hub.ts';
import { compare } from '../report/stats.ts';
import { flood } from './pairs.ts';
import type { Row } from './row.ts';

const AGENTS = 50;
const READERS = 20;
const OFFERED_PER_SECOND = 1_000;
/** Less than a reader may stay silent before its connection ends. */
const STOPPED_S = 2;
const PAIRS = 5;

export const slowReaders: Row = {
  id: 'SLOW',
  about: `what ${READERS} control rooms that stop reading cost the others`,
  async run({ children, cores, folder, say }) {
    try {
      const hub = await startHub(children, { folder, cores });
      const { port, agentToken, ownerToken, project, upWith, name: fleet } = hub;
      const load = new Load(children, cores);
      const readers = new Load(children, cores);
      await load.order({ do: 'connect', fleet, port, token: agentToken, project, upWith, count: AGENTS, pids: [] });
      await readers.order({ do: 'watch', fleet: 'rooms', port, count: READERS, token: ownerToken, project });
      const p99 = async (): Promise<number> => {
        const claims = { do: 'open', fleet, operation: 'claim', perSecond: OFFERED_PER_SECOND } as const;
        const { done, latencyMs } = await load.order({ ...claims, seconds: STOPPED_S, pids: [] });
        await flood(load, hub, 'release', done, 2);
        return latencyMs?.p99 ?? Number.NaN;
      };
      const measured: { ours: number; reference: number }[] = [];
      for (let round = 0; round <= PAIRS; round++) {
        const reference = await p99();
        readers.stop();
        const ours = await p99();
        readers.goOn();
        say(`p99 ${reference.toFixed(2)} ms while all read, ${ours.toFixed(2)} ms while ${READERS} do not`);
        // The first round only warms up.
        if (round > 0) measured.push({ ours, reference });
      }
      return [
        {
          id: 'SLOW.p99',
          name: `claim latency with ${READERS} stopped readers, p99, against all reading`,
          ...compare(measured),
          unit: 'ms',
          goal: { of: 'ratio', is: '≤', first: 1.2 },
          notes: [`${OFFERED_PER_SECOND} claims a second offered; the readers are control rooms in a stopped process`],
        },
      ];
    } finally {
      await children.endAll();
    }
  },
};
