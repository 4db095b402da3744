import assert from 'node:assert/strict';
import type { Replica } from '../../ledger/replica.ts';
import { wordFor } from './agent-rules.ts';
import { statusOf, tasksOf, waitsFor } from './task-life.ts';
import { byNumber, type Claim, known, MARGIN_MS, type World } from './world.ts';

/** The records of the hub are what the model says, all of them, in everything the model knows of. */
export function compare(world: World, replica: Replica): void {
  const [is, shouldBe] = [recorded(world, replica), expected(world)];
  // Ten times as fast as a comparison that could say where they differ.
  if (JSON.stringify(is) !== JSON.stringify(shouldBe)) assert.deepEqual(is, shouldBe);
}

const sorted = <T>(entries: Iterable<[string, T]>): [string, T][] => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

const inLine = (world: World): Claim[] => [...world.claims.values()].filter(({ fence }) => fence === undefined);
/** Oldest first. */
const ids = (records: readonly { id: string }[]): string[] => [...records].sort(byNumber).map(({ id }) => id);

function expected(world: World) {
  return {
    agents: sorted(
      [...world.agents].map(([id, agent]) => {
        const { connection, paused } = agent;
        const taskIds = tasksOf(world, id).map((task) => task.id);
        return [id, { state: wordFor(world, agent), connection, paused, taskIds }];
      }),
    ),
    tasks: sorted(
      [...world.tasks].map(([id, task]) => {
        const { assignee, attempt, failures, losses, notBefore } = task;
        const status = statusOf(world, task);
        const backoff = status === 'pending' && notBefore !== undefined;
        const waits = task.stage === 'open' && waitsFor(world, task).length > 0;
        const waiting = waits ? 'DEPENDENCY' : backoff ? 'BACKOFF' : undefined;
        return [id, { status, assignee, attempt, failures, losses, waiting }];
      }),
    ),
    locks: sorted(
      [...world.claims].flatMap(([id, { fence, agentId, mode, until }]) => {
        const waiters = inLine(world).filter(({ behind }) => behind.has(id));
        return fence === undefined ? [] : [[id, { fence, agentId, mode, until, waiters: ids(waiters) }]];
      }),
    ),
    line: sorted(
      inLine(world).map(({ id, agentId, mode, until, behind }) => [
        id,
        { agentId, mode, until, behind: [...behind].filter((other) => world.claims.has(other)).sort() },
      ]),
    ),
    questions: sorted([...world.questions].map(([id, { state, from }]) => [id, { state, from }])),
    receipts: sorted(
      [...world.directives].flatMap(([id, { receipts }]) =>
        [...receipts].map(([agentId, state]): [string, string] => [`${id}:${agentId}`, state]),
      ),
    ),
    unread: sorted(
      [...world.agents.keys()].map((agentId) => [
        agentId,
        [...world.mail].filter(([, { unread }]) => unread.has(agentId)).map(([id]) => id),
      ]),
    ),
  };
}

function recorded(world: World, replica: Replica): ReturnType<typeof expected> {
  const until = (clock: number | undefined): number => known(clock, 'deadline') - MARGIN_MS;
  return {
    agents: sorted(
      replica
        .all('agent')
        .map(({ id, state, connection, paused, taskIds }) => [id, { state, connection, paused, taskIds }]),
    ),
    tasks: sorted(
      replica.all('task').map((task) => {
        const { id, status, assignee, attempt, failures, losses } = task;
        const code = task.waiting?.code;
        const waiting = code === 'DEPENDENCY' || code === 'BACKOFF' ? code : undefined;
        return [id, { status, assignee, attempt, failures, losses, waiting }];
      }),
    ),
    locks: sorted(
      replica
        .all('lock')
        .map(({ id, fence, holder, mode, expiresClock, waiters }) => [
          id,
          { fence, agentId: holder, mode, until: until(expiresClock), waiters: waiters.map(({ lockId }) => lockId) },
        ]),
    ),
    line: sorted(
      replica.all('waiter').map(({ id, agentId, mode, waitClock, blockedBy }) => {
        const stands = (other: string) => replica.get('lock', other) ?? replica.get('waiter', other);
        return [id, { agentId, mode, until: until(waitClock), behind: blockedBy.filter(stands).sort() }];
      }),
    ),
    questions: sorted(replica.all('question').map(({ id, state, from }) => [id, { state, from }])),
    receipts: sorted(replica.all('receipt').map(({ id, state }) => [id, state])),
    unread: sorted(
      [...world.agents.keys()].map((agentId) => [agentId, replica.unackedOf(agentId).map((message) => message.id)]),
    ),
  };
}
