import { Load } from '../load/driver.ts';
import { startHub } from '../machine/hub.ts';
import { quiet } from '../machine/quiet.ts';
import { median, rangeOf } from '../report/stats.ts';
import { flood, serverMicros, watch } from './pairs.ts';
import type { Row, Stage } from './row.ts';

/** Those who work; all others only are there. */
const WORKING = 10;
const CLAIMS = 4_000;
const ROUNDS = 5;
const AT_ONCE = 1_000;

const SMALL = { name: 'small', agents: WORKING, tasks: 100 };
const LARGE = { name: 'large', agents: 10_000, tasks: 100_000 };

export const growth: Row = {
  id: 'P11',
  about: 'what a command costs in a project of 10 agents and 100 tasks, and in one of 10,000 and 100,000',
  async run(stage) {
    const small = await costIn(stage, SMALL);
    const large = await costIn(stage, LARGE);
    const [value, reference] = [median(large), median(small)];
    return [
      {
        id: 'P11',
        name: 'CPU per command, the large project against the small',
        value,
        reference,
        ratio: value / reference,
        spread: rangeOf(large),
        unit: 'µs',
        goal: { of: 'ratio', is: '≤', first: 1.3 },
        notes: [`claims and releases of ${WORKING} agents; what the others cost by being there is in it`],
      },
    ];
  },
};

/** Microseconds of the hub per command, of several rounds. */
async function costIn(
  { children, cores, folder, say }: Stage,
  { name, agents, tasks }: typeof SMALL,
): Promise<number[]> {
  try {
    const hub = await startHub(children, { folder: `${folder}/${name}`, cores });
    for (let from = 0; from < tasks; from += AT_ONCE)
      await hub.call('task.createMany', {
        tasks: Array.from({ length: Math.min(AT_ONCE, tasks - from) }, (_, at) => ({ title: `Task ${from + at}` })),
      });
    const load = new Load(children, cores);
    await watch(load, hub);
    const { port, agentToken: token, project, upWith, pid } = hub;
    const connect = (fleet: string, count: number, from: number) =>
      load.order({ do: 'connect', fleet, port, token, project, upWith, count, from, pids: [pid] });
    await connect('others', agents - WORKING, WORKING);
    await connect(hub.name, WORKING, 0);
    await quiet(pid);
    const costs: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const claimed = await flood(load, hub, 'claim', CLAIMS, 2);
      const released = await flood(load, hub, 'release', CLAIMS, 2);
      const cost = (serverMicros(claimed) + serverMicros(released)) / 2;
      if (round > 0) costs.push(cost);
      say(`${name}: ${cost.toFixed(1)} µs a command`);
    }
    return costs;
  } finally {
    await children.endAll();
  }
}
