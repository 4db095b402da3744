import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Wire } from './wire.ts';

/** One simulated agent: its connection and what it holds. */
export interface Client {
  readonly wire: Pick<Wire, 'ask' | 'next' | 'close'>;
  readonly index: number;
  readonly held: { lockId: string; fence: string }[];
  claims: number;
  /** The task it works on. */
  task?: { taskId: string; attempt: number } | undefined;
  /** How much it has done of what is done by turns. */
  turns?: number;
  /** Messages it has read and not acknowledged. */
  unread?: readonly string[];
}

export interface Request {
  command: string;
  input: object;
  /** The answer to it, which was a success. */
  answered?(client: Client, body: string): void;
}

/** The next request; undefined when this client has nothing to do. */
export type Operation = (client: Client) => Request | undefined;

const FOLDERS = 40;

/** No path is claimed twice in the life of a server, and none overlaps another: every claim is a new grant. */
const freshPath = (client: Client): string =>
  `packages/area-${client.index % FOLDERS}/src/agent-${client.index}/file-${client.claims++}.ts`;

const grant = z.object({ granted: z.literal(true), lockId: z.string(), fence: z.string() });

const given = z.object({ id: z.string(), attempt: z.int() });
const taken = z.object({ task: given.nullable() });
const followed = z.object({ next: given.nullish() });

const work = (task: z.infer<typeof given> | null | undefined): Client['task'] =>
  task ? { taskId: task.id, attempt: task.attempt } : undefined;

/** What can be done to a server, by the name it has in an order. Both servers get the same bytes. */
const CLAIMS = {
  claim: (client) => ({
    command: 'lock.claim',
    input: { paths: [freshPath(client)], requestId: randomUUID() },
    answered(holder, body) {
      const { lockId, fence } = grant.parse(JSON.parse(body));
      holder.held.push({ lockId, fence });
    },
  }),
  release(client) {
    const lock = client.held.pop();
    return lock && { command: 'lock.release', input: { ...lock, requestId: randomUUID() } };
  },
  /** As the SDK sends it: without a requestId, since a beat has nothing to repeat. */
  heartbeat: () => ({ command: 'agent.heartbeat', input: {} }),
} as const satisfies Record<string, Operation>;

/** The task in hand, and with the answer the next one. */
function complete({ task }: Client): Request | undefined {
  return (
    task && {
      command: 'task.complete',
      input: { ...task, next: true, requestId: randomUUID() },
      answered: (client, body) => {
        client.task = work(followed.parse(JSON.parse(body)).next);
      },
    }
  );
}

/** What only a hub can do. */
const TASKS = {
  next: () => ({
    command: 'task.next',
    input: { requestId: randomUUID() },
    answered: (client, body) => {
      client.task = work(taken.parse(JSON.parse(body)).task);
    },
  }),
  complete,
  /** One is added, one is done, in turn: what waits stays as much as it was. */
  createAndComplete(client) {
    client.turns = (client.turns ?? 0) + 1;
    return client.turns % 2 === 1 ? create() : complete(client);
  },
  /** What an agent does all day, one after the other: says where it is, claims, asks who holds what, writes, reads, releases. */
  day(client) {
    client.turns = (client.turns ?? 0) + 1;
    return DAY[client.turns % DAY.length]?.(client);
  },
} as const satisfies Record<string, Operation>;

const create = (): Request => ({
  command: 'task.create',
  input: { title: 'A task like many', requestId: randomUUID() },
});

const DAY: readonly Operation[] = [
  () => ({ command: 'agent.heartbeat', input: { activity: { doing: 'editing' } } }),
  CLAIMS.claim,
  ({ index }) => ({ command: 'lock.check', input: { paths: [`packages/area-${index % FOLDERS}/src/`] } }),
  ({ index }) => ({
    command: 'message.send',
    input: { to: `agent-${index ^ 1}`, type: 'note', body: 'Changed the signature.', requestId: randomUUID() },
  }),
  () => ({
    command: 'message.inbox',
    input: {},
    answered: (client, body) => {
      client.unread = inbox.parse(JSON.parse(body)).messages.map(({ id }) => id);
    },
  }),
  ({ unread = [] }) =>
    unread.length > 0
      ? { command: 'message.ack', input: { messageIds: unread, requestId: randomUUID() } }
      : { command: 'agent.heartbeat', input: {} },
  CLAIMS.release,
];

const inbox = z.object({ messages: z.array(z.object({ id: z.string() })) });

export const OPERATIONS = { ...CLAIMS, ...TASKS };

export type OperationName = keyof typeof OPERATIONS;
