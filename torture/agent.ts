import { HistoryWriter } from './history/writer.ts';
import { Random } from './random.ts';
import type { Way } from './way.ts';
import { Worker } from './workload/worker.ts';

/** What a process of agents is told at its start, as its only argument. */
export interface AgentOrders {
  name: string;
  lifeNumber: number;
  /** Ids of the agents it runs, and of all of the run. */
  agents: string[];
  everybody: string[];
  ways: Way[];
  token: string;
  project: string;
  folder: string;
  seed: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as AgentOrders;
const { name, lifeNumber, agents, everybody, ways, token, project, folder, seed } = orders;
const history = new HistoryWriter(folder, `${name}-${lifeNumber}`);
const workers = agents.map((agent, at) => {
  const life = `${agent}#${lifeNumber}`;
  return new Worker({
    agent,
    life,
    lifeNumber,
    others: everybody,
    ways,
    token,
    project,
    accepts: at % 2 === 0 ? 'pull' : 'push',
    history,
    random: Random.of(seed, life),
  });
});

process.on('message', (order) => {
  if (order === 'drain') for (const worker of workers) worker.drain();
  if (order !== 'end') return;
  for (const worker of workers) worker.end();
  history.close();
  process.exit();
});
process.on('disconnect', () => process.exit(1));
await Promise.all(workers.map((worker) => worker.work()));
process.send?.('drained');
