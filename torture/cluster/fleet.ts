import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AgentOrders } from '../agent.ts';
import type { HistoryWriter } from '../history/writer.ts';
import { type Child, type Children, isAlive, isStopped, kill, stop } from './children.ts';

const PROGRAM = fileURLToPath(new URL('../agent.js', import.meta.url));

/** A process of agents: the same agents in every life of it. */
export class AgentProcess {
  readonly agents: string[];
  readonly #children: Children;
  readonly #orders: Omit<AgentOrders, 'lifeNumber'>;
  readonly #history: HistoryWriter;
  #child: Child | undefined;
  #lifeNumber = 0;
  /** It is stopped on purpose: nobody else may touch it. */
  busy = false;

  constructor(children: Children, orders: Omit<AgentOrders, 'lifeNumber'>, history: HistoryWriter) {
    this.#children = children;
    this.#orders = orders;
    this.#history = history;
    this.agents = orders.agents;
  }

  get name(): string {
    return this.#orders.name;
  }

  start(): void {
    this.#lifeNumber += 1;
    const orders: AgentOrders = { ...this.#orders, lifeNumber: this.#lifeNumber };
    this.#child = this.#children.start(process.execPath, [PROGRAM, JSON.stringify(orders)], { ipc: true });
  }

  /** kill -9; tells whether that is what it died of. It is started again by {@link start}. */
  async kill(): Promise<boolean> {
    const killed = await kill(this.#running());
    this.#note('ended');
    return killed;
  }

  async stop(): Promise<boolean> {
    const stopped = await stop(this.#running().pid);
    this.#note('stopped');
    return stopped;
  }

  /** By the kernel's word. */
  isStopped(): Promise<boolean> {
    return isStopped(this.#running().pid);
  }

  continue(): void {
    this.#note('continued');
    process.kill(this.#running().pid, 'SIGCONT');
  }

  /** No new work; resolves when what it was doing is done. */
  async drain(): Promise<void> {
    const { process: child, pid } = this.#running();
    const drained = once(child, 'message');
    child.send('drain');
    await Promise.race([drained, this.#running().ended]);
    if (!isAlive(pid)) throw new Error(`${this.name} ended by itself`);
  }

  async end(): Promise<void> {
    const { process: child, ended } = this.#running();
    child.send('end');
    await ended;
  }

  #note(k: 'ended' | 'stopped' | 'continued'): void {
    for (const agent of this.agents) this.#history.write({ k, agent, life: `${agent}#${this.#lifeNumber}` });
  }

  #running(): Child {
    if (this.#child === undefined) throw new Error(`${this.name} was not started`);
    return this.#child;
  }
}

/** How many agents there are, in how many processes, and by which seed they choose what to do. */
export interface Crowd {
  processes: number;
  agentsPerProcess: number;
  seed: number;
}

interface CrowdOrders extends Crowd, Pick<AgentOrders, 'ways' | 'token' | 'project' | 'folder'> {
  history: HistoryWriter;
}

export function startAgents(children: Children, orders: CrowdOrders): AgentProcess[] {
  const { processes, agentsPerProcess, history, ways, token, project, folder, seed } = orders;
  const names = Array.from({ length: processes }, (_, at) => `process-${at}`);
  const agentsOf = (name: string): string[] => Array.from({ length: agentsPerProcess }, (_, at) => `${name}-${at}`);
  const everybody = names.flatMap(agentsOf);
  const all = names.map((name) => {
    const own = { name, agents: agentsOf(name), everybody, ways, token, project, folder, seed };
    return new AgentProcess(children, own, history);
  });
  for (const agent of all) agent.start();
  return all;
}
