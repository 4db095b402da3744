import { Load } from '../load/driver.ts';
import { startHub } from '../machine/hub.ts';
import { connect, watch } from './pairs.ts';
import type { Row } from './row.ts';

const AGENTS = 60;
/** Each does something about once a second. */
const PER_SECOND = 60;
const SECONDS = 20;
/** In the first seconds the code is compiled. */
const WARM_UP_S = 5;

/** Agents at their own pace. A request that is refused or never answered ends the run, so what comes back is without. */
export const swarm: Row = {
  id: 'P17',
  about: `${AGENTS} agents that claim, release, write and read, at their pace`,
  async run({ children, cores, folder }) {
    try {
      const hub = await startHub(children, { folder, cores });
      const load = new Load(children, cores);
      await watch(load, hub);
      await connect(load, hub, AGENTS);
      const run = (seconds: number) =>
        load.order({ do: 'open', fleet: hub.name, operation: 'day', perSecond: PER_SECOND, seconds, pids: [hub.pid] });
      await run(WARM_UP_S);
      const { latencyMs, done } = await run(SECONDS);
      return [
        {
          id: 'P17',
          name: `${done} commands of ${AGENTS} agents, p99; none timed out`,
          value: latencyMs?.p99 ?? Number.NaN,
          unit: 'ms',
          goal: { of: 'value', is: '≤', first: 5 },
          notes: [`p50 ${latencyMs?.p50.toFixed(2)} ms, from when each was due, every write fsynced`],
        },
      ];
    } finally {
      await children.endAll();
    }
  },
};
