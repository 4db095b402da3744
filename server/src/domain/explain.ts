import type { AgentRecord } from '@signalbox/shared/records/agent';
import { isFinished, type TaskRecord } from '@signalbox/shared/records/task';
import { bestAgentFor, reasonToWait } from './assignment.ts';
import { othersOn } from './conflicts.ts';
import { lineStep, wasLost } from './explain-line.ts';
import type { View } from './view.ts';

export interface Explanation {
  chain: { because: string; on: string }[];
  action: string;
  frees: number;
}

/** One step: why, on what, and either where to look next or what ends it. */
interface Step {
  because: string;
  on: string;
  next?: Subject;
  action?: string;
  /** What goes on when this ends, beside the tasks on the way here. */
  frees?: Iterable<string>;
}

type Subject =
  | { kind: 'task'; id: string }
  | { kind: 'agent'; id: string; of: Errand }
  /** A lock, or a claim that stands in line. */
  | { kind: 'claim'; id: string };

/** What somebody else needs of an agent: its task done, or its lock. */
interface Errand {
  taskId?: string;
  lockId?: string;
}

interface Look {
  view: View;
  /** Ledger clock, for what ends by itself. */
  clock: number;
}

/** Follows what a task waits for to the one thing somebody can do about it, and counts the tasks that go on then. */
export function explainTask(view: View, task: TaskRecord, clock: number): Explanation {
  const chain: Explanation['chain'] = [];
  const freed = new Set<string>();
  const seen = new Set<string>();
  let subject: Subject | undefined = { kind: 'task', id: task.id };
  let action = 'Nothing to do.';
  while (subject !== undefined && !seen.has(`${subject.kind} ${subject.id}`)) {
    seen.add(`${subject.kind} ${subject.id}`);
    if (subject.kind === 'task') freed.add(subject.id);
    const step = stepFrom({ view, clock }, subject);
    chain.push({ because: step.because, on: step.on });
    for (const id of step.frees ?? []) freed.add(id);
    action = step.action ?? action;
    subject = step.next;
  }
  return { chain, action, frees: countFreed(view, freed) };
}

function stepFrom(look: Look, subject: Subject): Step {
  switch (subject.kind) {
    case 'task':
      return taskStep(look, subject.id);
    case 'claim':
      return claimStep(look, subject.id);
    case 'agent':
      return agentStep(look, subject);
  }
}

function taskStep(look: Look, id: string): Step {
  const task = look.view.get('task', id);
  if (task === undefined) return { because: `${id} is gone`, on: id, action: `Take ${id} out of the dependencies.` };
  const why = task.reason === undefined ? '' : `: ${task.reason}`;
  switch (task.status) {
    case 'completed':
      return { because: `${id} is completed`, on: id, action: 'Nothing to do.' };
    case 'cancelled':
      return {
        because: `${id} was cancelled${why}`,
        on: id,
        action: `Retry ${id}, or take it out of the dependencies.`,
      };
    case 'failed':
      return {
        because: `${id} failed ${task.failures} of ${task.maxAttempts} times${why}`,
        on: id,
        action: `Find out why ${id} failed, then retry it.`,
      };
    case 'needs_review':
      return { because: `${id} waits for a review`, on: id, action: `Review ${id}: accept or reject it.` };
    case 'in_progress':
      return heldStep(task);
    case 'blocked':
      if (task.waiting?.code === 'DEPENDENCY') return dependencyStep(task, task.waiting.on);
      return { because: `${id} is blocked${why}`, on: id, action: `Remove what blocks ${id}, then unblock it.` };
    case 'pending':
      return task.assignee !== null ? heldStep(task) : waitingStep(look, task);
  }
}

const heldStep = ({ id, assignee, status }: TaskRecord): Step => ({
  because: `${id} is ${status === 'pending' ? 'given to' : 'with'} ${assignee}`,
  on: assignee ?? id,
  ...(assignee !== null && { next: { kind: 'agent', id: assignee, of: { taskId: id } } as const }),
});

const dependencyStep = (task: TaskRecord, on: string): Step => ({
  because: `${task.id} depends on ${on}`,
  on,
  next: { kind: 'task', id: on },
});

function waitingStep({ view, clock }: Look, task: TaskRecord): Step {
  if (task.waiting?.code === 'DEPENDENCY') return dependencyStep(task, task.waiting.on);
  if (task.notBeforeClock !== undefined)
    return {
      because: `${task.id} failed ${task.failures} of ${task.maxAttempts} times and is tried again`,
      on: task.id,
      action: `Wait ${seconds(task.notBeforeClock - clock)}: it is given out again then.`,
    };
  const line = view.market.lineOf(task);
  if (line === undefined) throw new Error(`${task.id} is ready and stands in no line`);
  const others = othersOn(view, task);
  const next = bestAgentFor(view, { task, crews: line.crews, others });
  if (next !== undefined)
    return { because: `${next} is free for ${task.id}`, on: next, action: `Wait a moment: ${next} is given it.` };
  const waiting = reasonToWait(line, others);
  if (waiting.code === 'LOCK')
    return {
      because: `files of ${task.id} are locked${wasLost(view, task)}`,
      on: waiting.on,
      next: { kind: 'claim', id: waiting.on },
    };
  return lineStep(view, { task, line });
}

/** A lock that is held, or a claim that stands in line behind others. */
function claimStep({ view }: Look, id: string): Step {
  const lock = view.get('lock', id);
  if (lock !== undefined)
    return {
      because: `${id} (${lock.paths.slice(0, 3).join(', ')}) is held by ${lock.holder}`,
      on: lock.holder,
      next: { kind: 'agent', id: lock.holder, of: { lockId: id } },
      frees: [
        ...lock.waiters.flatMap(({ agentId }) => view.tasksOf(agentId).map((task) => task.id)),
        ...tasksWaitingFor(view, id),
      ],
    };
  const claim = view.get('waiter', id);
  const before = claim?.blockedBy.find((other) => view.get('lock', other) ?? view.get('waiter', other));
  if (before === undefined) return { because: `${id} is free`, on: id, action: 'Wait a moment: it is granted.' };
  return { because: `the claim ${id} stands behind ${before}`, on: before, next: { kind: 'claim', id: before } };
}

function* tasksWaitingFor(view: View, lockId: string): Iterable<string> {
  for (const line of view.market.lines) for (const place of line.byReason.get(`LOCK ${lockId}`) ?? []) yield place.id;
}

function agentStep({ view, clock }: Look, { id, of }: Extract<Subject, { kind: 'agent' }>): Step {
  const agent = view.get('agent', id);
  const frees = view.tasksOf(id).map((task) => task.id);
  const end = (because: string, action: string): Step => ({ because, on: id, action, frees });
  const lock = of.lockId === undefined ? undefined : view.get('lock', of.lockId);
  const force = lock === undefined ? '' : `release ${lock.id} by force`;
  if (agent === undefined || agent.presence === 'left' || agent.presence === 'lost') {
    const until = lock === undefined ? '' : `; its lease ends in ${seconds(lock.expiresClock - clock)}`;
    return end(
      `${id} is ${agent?.presence ?? 'gone'}${until}`,
      `Make sure that ${id} is gone, then ${force || 'evict it'}.`,
    );
  }
  const [question] = view.openQuestionsOf(id);
  if (question !== undefined)
    return { because: `${id} asked a person`, on: question.id, action: `Answer ${question.id}.`, frees };
  if (agent.presence === 'late')
    return end(
      `nothing is heard of ${id}`,
      `Look after ${id}; if it stays away, its tasks go to others by themselves.`,
    );
  if (agent.paused) return end(`${id} is paused`, `Resume ${id}.`);
  const [claim] = view.waitersOf(id);
  if (claim !== undefined)
    return { because: `${id} waits for a lock`, on: claim.id, next: { kind: 'claim', id: claim.id }, frees };
  return atWork(view, { agent, of, end });
}

function atWork(
  view: View,
  { agent, of, end }: { agent: AgentRecord; of: Errand; end(because: string, action: string): Step },
): Step {
  const { id } = agent;
  const { lockId } = of;
  const task = of.taskId === undefined ? undefined : view.get('task', of.taskId);
  if (agent.stalled) {
    const instead = lockId === undefined ? `give ${task?.id} to somebody else` : `release ${lockId} by force`;
    return end(`${id} shows no sign of work`, `Ask ${id} what it does, or ${instead}.`);
  }
  if (task?.status === 'pending')
    return end(
      `${id} has not started ${task.id} yet`,
      `Wait: it is taken back unless ${id} starts it within a minute.`,
    );
  if (task !== undefined)
    return end(`${id} is working on ${task.id} (${Math.round(task.progress)} %)`, `Wait for ${id}.`);
  const own = view.tasksOf(id)[0];
  return own === undefined
    ? end(`${id} has no task and keeps ${lockId}`, `Ask ${id} to release ${lockId}, or release it by force.`)
    : end(`${id} is working on ${own.id} (${Math.round(own.progress)} %)`, `Wait until ${id} releases ${lockId}.`);
}

/** The tasks that are not finished, and all that wait for nothing but them, however far. */
function countFreed(view: View, seeds: ReadonlySet<string>): number {
  const open = [...seeds];
  const freed = new Set<string>();
  const isFreed = (id: string): boolean => freed.has(id) || view.get('task', id)?.status === 'completed';
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const task = view.get('task', id);
    if (freed.has(id) || task === undefined || isOver(task)) continue;
    freed.add(id);
    for (const dependent of view.dependentsOf(id)) if (dependent.dependencies.every(isFreed)) open.push(dependent.id);
  }
  return freed.size;
}

/** What failed or was cancelled is what can be freed itself. */
const isOver = ({ status }: TaskRecord): boolean => isFinished(status) && status !== 'failed' && status !== 'cancelled';

const seconds = (ms: number): string => `${Math.max(0, Math.ceil(ms / 1_000))} s`;
