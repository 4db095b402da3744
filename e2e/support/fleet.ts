import { AgentClient, type AgentOptions } from '@signalbox/sdk/index';
import type { TestHub } from './hub.ts';

/** Agents of the public SDK in this process, closed together at the end of a story. */
export class Fleet {
  readonly #hub: TestHub;
  readonly #project: string;
  readonly #agents: AgentClient[] = [];

  constructor(hub: TestHub, project: string) {
    this.#hub = hub;
    this.#project = project;
  }

  async join(id: string, options: Partial<AgentOptions> = {}): Promise<AgentClient> {
    const agent = new AgentClient({
      id,
      role: 'speed_developer',
      url: this.#hub.url,
      token: this.#hub.ownerToken,
      project: this.#project,
      heartbeatEveryMs: 5_000,
      ...options,
    });
    this.#agents.push(agent);
    await agent.connect();
    return agent;
  }

  close(): void {
    for (const agent of this.#agents) agent.close();
  }
}
