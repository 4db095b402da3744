import type { Fault } from './fault.ts';
import { hasFreeAgent } from './fault.ts';

const ALL_HUBS = 0.15;
const MAX_AGENT_PROCESSES = 3;

export const killHub: Fault = {
  kind: 'hub killed',
  weight: 18,
  isPossible: ({ sites }) => sites.length > 0,
  async happen({ sites }, random) {
    const hubs = random.chance(ALL_HUBS) ? sites.map(({ hub }) => hub) : [random.pick(sites).hub];
    const killed = await Promise.all(hubs.map((hub) => hub.kill()));
    await Promise.all(hubs.map((hub) => hub.start()));
    return {
      verified: killed.every(Boolean),
      note: `${hubs.map(({ name }) => name).join(' and ')} died of SIGKILL`,
      times: hubs.length,
    };
  },
};

export const killAgents: Fault = {
  kind: 'agents killed',
  weight: 2,
  isPossible: hasFreeAgent,
  async happen({ agents }, random) {
    const free = random.shuffled(agents.filter(({ busy }) => !busy)).slice(0, random.int(1, MAX_AGENT_PROCESSES));
    const killed = await Promise.all(free.map((agent) => agent.kill()));
    for (const agent of free) agent.start();
    return { verified: killed.every(Boolean), note: `${free.map(({ name }) => name).join(', ')} died of SIGKILL` };
  },
};

export const killRedis: Fault = {
  kind: 'Redis killed',
  weight: 11,
  isPossible: ({ redis }) => redis !== undefined,
  async happen({ redis }) {
    if (redis === undefined) return { verified: false, note: 'there is none' };
    const before = await redis.runId();
    const killed = await redis.kill();
    await redis.restart();
    const after = await redis.runId();
    return {
      verified: killed && before !== after,
      note: `run ${before?.slice(0, 8)} is now run ${after?.slice(0, 8)}`,
    };
  },
};
