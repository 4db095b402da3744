import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { formatCountdown } from './ledger-time.ts';
import type { PeekTarget } from './navigation.ts';
import { visibleText } from './visible-text.ts';

/** What the sentence may look at besides the task. */
export interface Surroundings {
  task(id: string): TaskRecord | undefined;
  agent(id: string): AgentRecord | undefined;
  lock(id: string): LockRecord | undefined;
  /** A claim that waits in line. */
  waiter(id: string): WaiterRecord | undefined;
  /** Milliseconds until a time of the ledger clock; null while that clock is unknown. */
  untilClock(clock: number): number | null;
}

/** Words, and objects that can be opened. */
export type Sentence = readonly (string | PeekTarget)[];

const taskRef = (id: string): PeekTarget => ({ kind: 'task', id });
const questionRef = (id: string): PeekTarget => ({ kind: 'question', id });
const agentRef = (id: string): PeekTarget => ({ kind: 'agent', id });

/** Why a task is not moving; null when it is, or when it is done. The order follows the life of a task. */
export function whyNotMoving(task: TaskRecord, around: Surroundings): Sentence | null {
  switch (task.status) {
    case 'pending':
      return whyPending(task, around);
    case 'in_progress':
      return whyHeldUp(task, around);
    case 'needs_review':
      return task.assignee === null
        ? ['Handed in; waits for a review.']
        : ['Handed in by ', agentRef(task.assignee), '; waits for a review.'];
    case 'blocked':
      return whyBlocked(task, around);
    case 'failed':
      return [`Failed ${task.failures} of ${task.maxAttempts} times${becauseOf(task)}`];
    case 'cancelled':
      return [`Cancelled${becauseOf(task)}`];
    case 'completed':
      return null;
  }
}

const becauseOf = (task: TaskRecord): string => (task.reason === undefined ? '.' : `: ${visibleText(task.reason)}`);

function whyPending(task: TaskRecord, around: Surroundings): Sentence {
  if (task.assignee !== null) {
    const left = task.startByClock === undefined ? null : around.untilClock(task.startByClock);
    const limit = left === null || left < 0 ? '' : `; taken back in ${formatCountdown(left)} if it does not start`;
    return ['Given to ', agentRef(task.assignee), `, not started yet${limit}.`];
  }
  const { waiting } = task;
  if (waiting === undefined) return ['Ready; waits to be given out.'];
  switch (waiting.code) {
    case 'DEPENDENCY':
      return waitsForTasks(task, around);
    case 'LOCK':
      return waitsForLock(waiting.on, around);
    case 'NO_AGENT':
      return [
        waiting.on === task.requires.join(', ')
          ? `No agent here can do: ${visibleText(waiting.on)}.`
          : `Nobody is free: ${visibleText(waiting.on)}.`,
      ];
    case 'BACKOFF': {
      const left = task.notBeforeClock === undefined ? null : around.untilClock(task.notBeforeClock);
      const when =
        left === null
          ? 'The next try is delayed'
          : left <= 0
            ? 'The next try is due now'
            : `The next try is in ${formatCountdown(left)}`;
      return [`${when}, after ${task.failures} of ${task.maxAttempts} failures${becauseOf(task)}`];
    }
    case 'PAUSED':
      return [`All who could do it are paused: ${visibleText(waiting.on)}.`];
  }
}

function waitsForTasks(task: TaskRecord, around: Surroundings): Sentence {
  const open = task.dependencies.filter((id) => around.task(id)?.status !== 'completed');
  const parts: (string | PeekTarget)[] = ['Waits for '];
  open.forEach((id, i) => {
    if (i > 0) parts.push(', ');
    parts.push(taskRef(id), ` (${stateOf(around.task(id))})`);
  });
  return [...parts, '.'];
}

function stateOf(task: TaskRecord | undefined): string {
  if (task === undefined) return 'not known here';
  const status = task.status.replace('_', ' ');
  if (task.status !== 'in_progress') return status;
  return `${Math.round(task.progress)} %${task.assignee === null ? '' : `, ${task.assignee}`}`;
}

function waitsForLock(on: string, around: Surroundings): Sentence {
  const lock = around.lock(on);
  return lock === undefined
    ? [`Waits for files that are held: ${visibleText(on)}.`]
    : ['Waits for ', ...held(lock, around), '.'];
}

/** `L-3 on src/**, held by alice, lease 41 s left` */
function held(lock: LockRecord, around: Surroundings): Sentence {
  const left = around.untilClock(lock.expiresClock);
  const lease = left === null || left < 0 ? '' : `, lease ${formatCountdown(left)} left`;
  return [
    { kind: 'lock', id: lock.id },
    ` on ${visibleText(lock.paths.join(', '))}, held by `,
    agentRef(lock.holder),
    lease,
  ];
}

const isDead = (task: TaskRecord): boolean => task.status === 'failed' || task.status === 'cancelled';

function whyBlocked(task: TaskRecord, around: Surroundings): Sentence {
  const dead = task.dependencies.map((id) => around.task(id)).find((other) => other !== undefined && isDead(other));
  if (dead !== undefined)
    return ['It needs ', taskRef(dead.id), dead.status === 'failed' ? ', which failed.' : ', which was cancelled.'];
  if (task.losses >= 3) return [`${task.losses} agents in a row were lost on it.`];
  return [task.reason === undefined ? 'Blocked; no reason was given.' : visibleText(task.reason)];
}

function whyHeldUp(task: TaskRecord, around: Surroundings): Sentence | null {
  if (task.assignee === null) return null;
  const agent = around.agent(task.assignee);
  const who = agentRef(task.assignee);
  switch (agent?.state) {
    case 'lost':
      return [who, ' is lost; the task goes back to the queue.'];
    case 'late':
      return [who, ' is late with its heartbeat.'];
    case 'asking':
      return [
        who,
        ' waits for your answer',
        ...(agent.waitingFor?.kind === 'question' ? [' to ', questionRef(agent.waitingFor.id)] : []),
        '.',
      ];
    case 'waiting':
      return [who, ' waits', ...whatItWaitsFor(agent, around), '.'];
    case 'paused':
      return [who, ' is paused.'];
    default:
      return null;
  }
}

/** What an agent waits in line for: its claim is an object of its own, behind the locks that are in its way. */
export function whatItWaitsFor(agent: AgentRecord, around: Surroundings): Sentence {
  const on = agent.waitingFor;
  if (on?.kind !== 'lock') return [];
  const claim = around.waiter(on.id);
  const first = claim?.blockedBy.map((id) => around.lock(id)).find((lock) => lock !== undefined);
  if (first !== undefined) return [' for ', ...held(first, around)];
  return [
    ` in line${claim === undefined ? '' : ` for ${visibleText(claim.paths.join(', '))}`} with `,
    { kind: 'waiter', id: on.id },
  ];
}

/** The sentence without its links. */
export const plainSentence = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === 'string' ? part : part.id)).join('');
