import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { refreshAgent } from './agent-state.ts';
import { hasOther, type Others, othersOn } from './conflicts.ts';
import type { Decision } from './decision.ts';
import { bestFirst, isAnybodyThere, whyOf } from './fleet.ts';
import { foldersOf } from './folders.ts';
import { type Crew, canDo, type FreeAgent, isBefore, reasonKey, type TaskLine } from './market.ts';
import { isHoldingBack } from './orders-under-way.ts';
import { inOrder, openTasks, openTo, standingLock } from './task-lines.ts';
import { assignTask } from './task-state.ts';
import type { Draft, View } from './view.ts';

/** One run decides at most this much, so that client commands are not kept waiting. */
const MAX_CHANGES = 50;
/** So many at the head of a line say why they wait; behind them it is the line itself they wait for. */
export const REASONS_KEPT = 1_000;
/** Tasks looked at for an agent that asks. */
const MAX_LOOKED_AT = 500;
/** Files of the tasks that are told at once which lock they wait for: the record of one with many is long. */
const MAX_FILES_TOLD = 2_000;

/**
 * For an agent that asks for work: in the order of the line, first without overlapping work under way, else whatever fits.
 * What it passes by because of a lock says so, and {@link openTo} leaves that out: the next one to ask begins behind it.
 */
export function bestTaskFor(draft: Draft, agent: AgentRecord): TaskRecord | undefined {
  const isCandidate = (agentId: string): boolean => agentId === agent.id;
  const lists = linesFor(draft, agent).flatMap((line) => openTo(draft, line, isCandidate));
  let second: TaskRecord | undefined;
  let looked = 0;
  let filesTold = 0;
  for (const { task } of inOrder(draft, lists)) {
    if (++looked > MAX_LOOKED_AT) break;
    const { lockId, working } = othersOn(draft, task, agent.id);
    if (lockId !== undefined) {
      // Of two locks one is named, and that is it: agents that hold one each would rename it in turns.
      const isTold = standingLock(draft, reasonKey(task.waiting)) !== undefined;
      if (!isTold && filesTold < MAX_FILES_TOLD && say(draft, task, { code: 'LOCK', on: lockId }))
        filesTold += task.files.length;
      continue;
    }
    if (!hasOther(working, agent.id)) return task;
    second ??= task;
  }
  return second;
}

/** Whoever asks is there, whatever its record says. */
function linesFor(draft: Draft, agent: AgentRecord): TaskLine[] {
  const crew = draft.market.crewOf(agent.id);
  if (crew !== undefined) return [...crew.lines];
  const capabilities = new Set(agent.capabilities);
  return [...draft.market.lines].filter((line) => canDo(capabilities, line));
}

/**
 * The agent a task fits best: of those who may touch its files the first, but rather one without overlapping work, and
 * last of all one that was given it before and did not start it.
 */
export function bestAgentFor(view: View, { task, crews, others }: Fitting): string | undefined {
  const { locking, working } = others;
  // With two holders there is nobody whom no other one keeps out.
  if (locking.size > 1) return undefined;
  const isCandidate = (agentId: string): boolean => {
    const crew = view.market.crewOf(agentId);
    return crew !== undefined && crews.has(crew) && view.market.freeAgent(agentId) !== undefined;
  };
  const [holder] = locking;
  if (holder !== undefined) return isCandidate(holder) ? holder : undefined;
  const left = new Set(task.attempts.filter(({ outcome }) => outcome === 'not started').map(({ agentId }) => agentId));
  const [worker] = working.size === 1 ? working : [];
  if (worker !== undefined && !left.has(worker) && isCandidate(worker)) return worker;
  const first = firstOf(bestFirst(view.market, { crews }), left);
  if (first === undefined) return firstOf(bestFirst(view.market, { crews }), NONE)?.agentId;
  const folders = foldersOf(task);
  const near = folders.length > 0 ? firstOf(bestFirst(view.market, { crews, folders }), left) : undefined;
  return (near !== undefined && near.load <= first.load ? near : first).agentId;
}

interface Fitting {
  task: TaskRecord;
  /** Who can do it. */
  crews: ReadonlySet<Crew>;
  others: Others;
}
const NONE: ReadonlySet<string> = new Set();

function firstOf(agents: Iterable<FreeAgent>, except: ReadonlySet<string>): FreeAgent | undefined {
  for (const agent of agents) if (!except.has(agent.agentId)) return agent;
  return undefined;
}

/** Why nobody is given the task now: a lock, else what holds for its whole line. */
export const reasonToWait = (line: TaskLine, { lockId }: Others): NonNullable<TaskRecord['waiting']> =>
  lockId !== undefined && isAnybodyThere(line) ? { code: 'LOCK', on: lockId } : whyOf(line);

/** Internal: gives waiting tasks to agents that take them as they come. Says of those next in line why they wait. */
export const decideAssignments: Decision<Record<string, never>, { more: boolean }> = (draft, _input, context) => {
  if (isHoldingBack(draft)) return { more: false };
  let changed = 0;
  for (const { line, task } of openTasks(draft)) {
    const others = othersOn(draft, task);
    const agentId = bestAgentFor(draft, { task, crews: line.crews, others });
    if (agentId !== undefined) {
      assignTask(draft, task, agentId, context);
      // Its place among the free ones is another now.
      refreshAgent(draft, agentId, context.at);
      changed++;
    } else if (say(draft, task, reasonToWait(line, others))) changed++;
    if (changed >= MAX_CHANGES) return { more: true };
  }
  for (const line of draft.market.lines)
    for (const task of misinformed(draft, line)) {
      if (say(draft, task, reasonToWait(line, othersOn(draft, task)))) changed++;
      if (changed >= MAX_CHANGES) return { more: true };
    }
  return { more: false };
};

function say(draft: Draft, task: TaskRecord, waiting: NonNullable<TaskRecord['waiting']>): boolean {
  if (reasonKey(task.waiting) === reasonKey(waiting)) return false;
  draft.put({ ...task, waiting });
  return true;
}

/** Those near the head of the line that give another reason than the one there is now. */
function misinformed(draft: Draft, line: TaskLine): TaskRecord[] {
  const why = reasonKey(whyOf(line));
  const found: TaskRecord[] = [];
  if (line.byReason.size === 1 && line.byReason.has(why)) return found;
  const end = line.tasks.at(REASONS_KEPT);
  const locksCount = isAnybodyThere(line);
  for (const [reason, list] of line.byReason) {
    if (reason === why || (locksCount && standingLock(draft, reason) !== undefined)) continue;
    for (const place of list) {
      if ((end !== undefined && !isBefore(place, end)) || found.length >= MAX_CHANGES) break;
      const task = draft.get('task', place.id);
      if (task !== undefined) found.push(task);
    }
  }
  return found;
}
