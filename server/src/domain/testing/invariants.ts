import assert from 'node:assert/strict';
import { compareFences, compareIds, numberOf } from '@signalbox/shared/ids';
import { pathsOverlap } from '@signalbox/shared/paths';
import { RECEIPT_STATES } from '@signalbox/shared/records/directive';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Replica } from '../../ledger/replica.ts';
import { deriveAgent } from '../agent-state.ts';
import type { RecordChange } from '../record-change.ts';
import { readyTasks } from './ready.ts';
import type { Scene } from './scene.ts';

type Claim = Pick<LockRecord, 'mode' | 'paths'>;

const conflict = (a: Claim, b: Claim): boolean =>
  (a.mode === 'exclusive' || b.mode === 'exclusive') &&
  a.paths.some((path) => b.paths.some((other) => pathsOverlap(path, other)));

/** What holds of the records after every transaction. */
export function checkInvariants(replica: Replica): void {
  checkLocks(replica);
  for (const task of replica.all('task')) checkTask(replica, task);
  for (const agent of replica.all('agent')) {
    const { state, taskIds, waitingFor } = agent;
    assert.deepEqual(
      { state, taskIds, waitingFor },
      deriveAgent(replica, agent),
      `${agent.id} is not what it is shown as`,
    );
  }
  for (const directive of replica.all('directive')) {
    const counted: Record<string, number> = {};
    for (const { state } of replica.receiptsOf(directive.id)) counted[state] = (counted[state] ?? 0) + 1;
    assert.deepEqual(directive.counts, counted, `${directive.id} counts wrongly`);
  }
  for (const { id, cursor, acked } of replica.all('inbox'))
    assert(
      acked.every((number) => number > cursor) && new Set(acked).size === acked.length,
      `the inbox of ${id} remembers what it need not`,
    );
  const subjects = replica.all('alarm').map(({ code, subject }) => `${code} ${subject.id}`);
  assert.equal(new Set(subjects).size, subjects.length, 'two alarms of the same');
  checkBodies(replica);
}

function checkLocks(replica: Replica): void {
  const locks = replica.all('lock');
  const waiters = replica.all('waiter');
  for (const [at, lock] of locks.entries()) {
    for (const other of locks.slice(at + 1))
      assert(lock.holder === other.holder || !conflict(lock, other), `${lock.id} and ${other.id} hold the same`);
    const waiting = waiters.filter(({ blockedBy }) => blockedBy.includes(lock.id));
    const entries = waiting.map(({ id: lockId, agentId, since }) => ({ lockId, agentId, since }));
    assert.deepEqual(lock.waiters, entries, `${lock.id} does not name who waits for it`);
    for (const waiter of waiters)
      if (waiter.agentId !== lock.holder && conflict(waiter, lock))
        assert(waiter.blockedBy.includes(lock.id), `${waiter.id} does not know that ${lock.id} is in its way`);
  }
  for (const [at, waiter] of waiters.entries())
    for (const other of waiters.slice(at + 1))
      if (waiter.agentId !== other.agentId && conflict(waiter, other))
        assert(
          waiter.blockedBy.includes(other.id) !== other.blockedBy.includes(waiter.id),
          `of ${waiter.id} and ${other.id} exactly one goes first`,
        );
  checkNoDeadlock(replica, waiters);
}

/** Agents waiting for each other in a circle, by what their claims say. */
function checkNoDeadlock(replica: Replica, waiters: readonly WaiterRecord[]): void {
  const ownerOf = (id: string) => replica.get('lock', id)?.holder ?? replica.get('waiter', id)?.agentId;
  const waitsFor = (agentId: string) =>
    waiters
      .filter((waiter) => waiter.agentId === agentId)
      .flatMap(({ blockedBy }) => blockedBy.flatMap((id) => ownerOf(id) ?? []));
  for (const start of new Set(waiters.map(({ agentId }) => agentId))) {
    const seen = new Set<string>();
    const open = waitsFor(start);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      assert.notEqual(id, start, `${start} waits for itself`);
      if (!seen.has(id)) open.push(...waitsFor(id));
      seen.add(id);
    }
  }
}

function checkTask(replica: Replica, task: TaskRecord): void {
  const { id, status, assignee, waiting, attempts } = task;
  const statusOf = (dependency: string) => replica.get('task', dependency)?.status;
  const open = task.dependencies.find((dependency) => statusOf(dependency) !== 'completed');
  const dead = task.dependencies.some((dependency) => ['failed', 'cancelled'].includes(statusOf(dependency) ?? ''));
  const held = assignee !== null;
  assert.equal(
    held,
    status === 'pending' ? held : ['in_progress', 'needs_review', 'completed'].includes(status),
    `${id} ${status} of ${assignee}`,
  );
  if (status === 'in_progress' || (status === 'pending' && held))
    assert.equal(open, undefined, `${id} started too early`);
  if (status === 'pending') {
    assert.equal(task.startByClock !== undefined, held, `${id} has no time to be started`);
    assert.equal(waiting?.code === 'DEPENDENCY', open !== undefined, `${id} does not wait for ${open}`);
    assert.equal(dead, false, `${id} waits for a dead dependency`);
    if (open === undefined)
      assert.equal(waiting?.code === 'BACKOFF', task.notBeforeClock !== undefined, `${id} hides its backoff`);
  }
  const newest = attempts.at(-1);
  assert.equal(newest?.attempt ?? 0, task.attempt, `${id} has lost its newest attempt`);
  const underWay = held && (status === 'pending' || status === 'in_progress');
  assert.deepEqual(
    attempts.filter(({ endedAt }) => endedAt === undefined).map(({ agentId }) => agentId),
    underWay ? [assignee] : [],
    `${id} has an attempt too many`,
  );
}

/** Long text that nothing refers to would stay for ever. */
function checkBodies(replica: Replica): void {
  const used = [
    ...replica.all('task').flatMap(({ bodies }) => Object.values(bodies)),
    ...replica.all('message').map(({ bodies }) => bodies.body),
  ].sort();
  assert.deepEqual(
    replica
      .all('body')
      .map(({ id }) => id)
      .sort(),
    used,
    'texts and what refers to them',
  );
}

/** What holds once everything that follows from the transactions has happened. */
export function checkSettled({ replica }: Scene): void {
  const there = (id: string) => replica.get('lock', id) ?? replica.get('waiter', id);
  for (const { id, blockedBy } of replica.all('waiter'))
    assert(blockedBy.some(there), `nothing is in the way of ${id}, and it still waits`);
  for (const task of replica.all('task'))
    if (task.status === 'pending' && task.assignee === null) assert(task.waiting, `${task.id} waits for no reason`);
  const free = replica
    .presentAgents()
    .filter(
      ({ id, accepts, presence, paused, draining, maxTasks }) =>
        accepts === 'push' &&
        presence === 'present' &&
        !paused &&
        draining !== true &&
        replica.tasksOf(id).length < maxTasks,
    );
  for (const task of readyTasks(replica))
    for (const agent of free)
      assert(
        !task.requires.every((capability) => agent.capabilities.includes(capability)) ||
          task.files.some((file) =>
            replica.locksOverlapping(file).some(({ holder, mode }) => holder !== agent.id && mode === 'exclusive'),
          ),
        `${agent.id} is free and is not given ${task.id}`,
      );
}

/** What holds between the records before and after each transaction. */
export class Watcher {
  #newestFence = '0.0';
  #lastId = new Map<string, number>();

  check(changes: readonly RecordChange[]): void {
    const fences: string[] = [];
    for (const { kind, id, before, after } of changes) {
      if (after?.kind === 'lock' && before === undefined) fences.push(after.fence);
      if (after?.kind === 'lock' && before?.kind === 'lock') {
        if (after.holder !== before.holder) fences.push(after.fence);
        else assert.equal(after.fence, before.fence);
      }
      if (after?.kind === 'task') checkAttempt(before?.kind === 'task' ? before : undefined, after);
      if (before?.kind === 'receipt' && after?.kind === 'receipt') checkReceipt(before.state, after.state);
      if (before?.kind === 'question' && before.state !== 'open' && after !== undefined)
        assert.deepEqual(after, before, `${id} was over`);
      if (before === undefined && ['task', 'waiter', 'message', 'question', 'directive', 'alarm'].includes(kind))
        this.#isNew(kind === 'waiter' ? 'lock' : kind, id);
    }
    assert(fences.length <= 1, 'two grants with one fence');
    for (const fence of fences) {
      assert(compareFences(fence, this.#newestFence) > 0, `${fence} is no newer than ${this.#newestFence}`);
      this.#newestFence = fence;
    }
  }

  #isNew(kind: string, id: string): void {
    const last = this.#lastId.get(kind) ?? 0;
    assert(numberOf(id) > last, `${id} was given out before`);
    this.#lastId.set(kind, numberOf(id));
  }
}

function checkAttempt(before: TaskRecord | undefined, after: TaskRecord): void {
  const grown = after.attempt - (before?.attempt ?? 0);
  const given = after.assignee !== null && after.assignee !== before?.assignee;
  assert(grown === 0 || grown === 1, `the attempt of ${after.id} moved by ${grown}`);
  if (given) assert.equal(grown, 1, `${after.id} was given out under an old attempt`);
}

function checkReceipt(before: (typeof RECEIPT_STATES)[number], after: (typeof RECEIPT_STATES)[number]): void {
  assert(RECEIPT_STATES.indexOf(after) >= RECEIPT_STATES.indexOf(before), `${before} → ${after}`);
  if (['declined', 'done', 'failed', 'expired'].includes(before)) assert.equal(after, before);
}

/** Every record, to compare with: what a rollback must bring back. */
export const dump = (replica: Replica): unknown => JSON.parse(JSON.stringify(recordsOf(replica)));
const recordsOf = (replica: Replica) =>
  (
    [
      'agent',
      'task',
      'lock',
      'waiter',
      'message',
      'directive',
      'receipt',
      'question',
      'alarm',
      'body',
      'counter',
      'inbox',
      'spending',
    ] as const
  ).map((kind) => [...replica.values(kind)].sort((a, b) => compareIds(a.id, b.id)));
