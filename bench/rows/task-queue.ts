import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Load } from '../load/driver.ts';
import { type Hub, startHub } from '../machine/hub.ts';
import { startRedis } from '../machine/redis.ts';
import type { Figure } from '../report/figure.ts';
import { compare } from '../report/stats.ts';
import { perSecond } from './pairs.ts';
import type { Row, Stage } from './row.ts';

const AGENTS = 50;
const TASKS = 10_000;
/** Of one plan. */
const AT_ONCE = 1_000;
/** What waits while tasks are added and done in turn, so that nobody ever finds nothing. */
const STOCK = 1_000;
const PAIRS = 3;

const PROGRAM = fileURLToPath(new URL('../reference-queue.js', import.meta.url));
const measured = z.object({ elapsedMs: z.number() });

interface Sides {
  /** Tasks a second that the agents complete, taking the next one with each. */
  complete(): Promise<number>;
  /** Tasks a second that are created and completed. */
  createAndComplete(): Promise<number>;
}

export const taskQueue: Row = {
  id: 'P7',
  about: `tasks of ${AGENTS} agents against BullMQ at concurrency ${AGENTS}`,
  async run(stage) {
    try {
      const ours = await hubSide(stage);
      const reference = await queueSide(stage);
      const figures: Figure[] = [];
      for (const [id, name, what, first, stretch] of [
        ['P7.process', 'complete and take the next, against process', 'complete', 1.2, 1.5],
        ['P7.whole', 'create and run, against add and process', 'createAndComplete', 1.7, 2.1],
      ] as const) {
        const pairs: { ours: number; reference: number }[] = [];
        for (let round = 0; round <= PAIRS; round++) {
          const pair = { ours: await ours[what](), reference: await reference[what]() };
          stage.say(`${name}: ours ${Math.round(pair.ours)}, BullMQ ${Math.round(pair.reference)} tasks/s`);
          // The first round only warms up.
          if (round > 0) pairs.push(pair);
        }
        figures.push({ id, name, ...compare(pairs), unit: 'tasks/s', goal: { of: 'ratio', is: '≥', first, stretch } });
      }
      return figures;
    } finally {
      await stage.children.endAll();
    }
  },
};

/** The agents pull their tasks over sockets, everything of the hub on. */
async function hubSide({ children, cores, folder }: Stage): Promise<Sides> {
  const hub = await startHub(children, { folder, cores });
  const load = new Load(children, cores);
  const { name: fleet, port, agentToken: token, project, upWith, pid } = hub;
  await load.order({ do: 'connect', fleet, port, token, project, upWith, accepts: 'pull', count: AGENTS, pids: [] });
  const run = (operation: 'next' | 'complete' | 'createAndComplete', total: number) =>
    load.order({ do: 'closed', fleet, operation, total, inFlight: 1, pids: [pid] });
  return {
    async complete() {
      await create(hub, TASKS);
      await run('next', AGENTS);
      // With the last answers nobody gets another one.
      return perSecond(await run('complete', TASKS));
    },
    async createAndComplete() {
      await create(hub, STOCK);
      await run('next', AGENTS);
      const done = await run('createAndComplete', 2 * TASKS);
      // A task is two requests; what is left over is done unmeasured, to the last one: who still had one would get no other.
      await run('complete', STOCK + AGENTS);
      return perSecond(done) / 2;
    },
  };
}

async function create(hub: Hub, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE)
    await hub.call('task.createMany', {
      tasks: Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => ({ title: `Task ${from + at}` })),
    });
}

async function queueSide({ children, cores, folder }: Stage): Promise<Sides> {
  const redis = await startRedis(children, { folder: join(folder, 'queue'), durability: 'none', core: cores.redis });
  const child = children.start(process.execPath, [PROGRAM, redis.socketPath], { core: cores.server, ipc: true });
  await once(child, 'message');
  const run = async (jobs: number, add: number): Promise<number> => {
    child.send({ jobs, add });
    const [said]: unknown[] = await once(child, 'message');
    return (1_000 * jobs) / measured.parse(said).elapsedMs;
  };
  return { complete: () => run(TASKS, 0), createAndComplete: () => run(TASKS, TASKS) };
}
