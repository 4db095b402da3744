import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Wire } from './wire.ts';

/** One simulated agent: its connection and what it holds. */
export interface Client {
  readonly wire: Pick<Wire, 'ask' | 'close'>;
  readonly index: number;
  readonly held: { lockId: string; fence: string }[];
  claims: number;
}

export interface Operation {
  command: string;
  /** The next input; undefined when this client has nothing to do. */
  input(client: Client): object | undefined;
  /** The answer to it, which was a success. */
  answered?(client: Client, body: string): void;
}

const FOLDERS = 40;

/** No path is claimed twice in the life of a server, and none overlaps another: every claim is a new grant. */
const freshPath = (client: Client): string =>
  `packages/area-${client.index % FOLDERS}/src/agent-${client.index}/file-${client.claims++}.ts`;

const grant = z.object({ granted: z.literal(true), lockId: z.string(), fence: z.string() });

/** What can be done to a server, by the name it has in an order. Both servers get the same bytes. */
export const OPERATIONS = {
  claim: {
    command: 'lock.claim',
    input: (client) => ({ paths: [freshPath(client)], requestId: randomUUID() }),
    answered(client, body) {
      const { lockId, fence } = grant.parse(JSON.parse(body));
      client.held.push({ lockId, fence });
    },
  },
  release: {
    command: 'lock.release',
    input(client) {
      const lock = client.held.pop();
      return lock === undefined ? undefined : { ...lock, requestId: randomUUID() };
    },
  },
  /** As the SDK sends it: without a requestId, since a beat has nothing to repeat. */
  heartbeat: { command: 'agent.heartbeat', input: () => ({}) },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
