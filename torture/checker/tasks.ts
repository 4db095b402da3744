import type { CheckedRecord } from '../history/facts.ts';
import { type History, hasLog, type LoggedTransaction } from '../history/history.ts';
import { attemptKey } from './attempts-over.ts';
import { givenTo, givings } from './task-owners.ts';
import { type Violation, when } from './violation.ts';

type Task = Extract<CheckedRecord, { kind: 'task' }>;

/** One agent for each attempt, none before its dependencies are done, and one completion. */
export function checkTasks(history: History): Violation[] {
  return [...oneOwner(history), ...alongTheLog(history), ...acknowledgedCompletions(history)];
}

function oneOwner(history: History): Violation[] {
  const owners = givenTo(history);
  const told = new Set<string>();
  return givings(history).flatMap(({ taskId, attempt, agent, at, how }) => {
    const first = owners.get(attemptKey(taskId, attempt));
    const pair = `${attemptKey(taskId, attempt)} ${agent}`;
    if (first === undefined || first.agent === agent || told.has(pair)) return [];
    told.add(pair);
    const text = `attempt ${attempt} of ${taskId} was given to ${first.agent} (${first.how}) and to ${agent} (${how})`;
    return [{ rule: 'tasks' as const, text, at }];
  });
}

function alongTheLog({ transactions }: History): Violation[] {
  const violations: Violation[] = [];
  const tasks = new Map<string, Task>();
  for (const tx of transactions) {
    const changes: { before: Task | undefined; after: Task }[] = [];
    for (const [kind, id] of tx.removes) if (kind === 'task') tasks.delete(id);
    for (const after of tx.puts) {
      if (after.kind !== 'task') continue;
      changes.push({ before: tasks.get(after.id), after });
      tasks.set(after.id, after);
    }
    for (const { before, after } of changes)
      for (const wrong of wrongIn(before, after, { tx, tasks }))
        violations.push({
          rule: 'tasks',
          text: `seq ${tx.seq} of epoch ${tx.epoch} (${tx.command}): ${wrong}`,
          at: tx.at,
        });
  }
  return violations;
}

function* wrongIn(
  before: Task | undefined,
  after: Task,
  { tx, tasks }: { tx: LoggedTransaction; tasks: ReadonlyMap<string, Task> },
): Generator<string> {
  const { id, attempt, status, dependencies = [] } = after;
  if (before !== undefined && attempt < before.attempt)
    yield `${id} goes back from attempt ${before.attempt} to ${attempt}`;
  if (before?.status === 'completed' && tx.command !== 'task.retry') {
    if (status !== 'completed') yield `${id} was completed and is ${status} again`;
    else if (COMPLETES.has(tx.command) && before.attempt === attempt) yield `${id} is completed a second time`;
    else if (attempt !== before.attempt)
      yield `${id} was completed in attempt ${before.attempt} and has another, ${attempt}`;
  }
  const starts = status === 'in_progress' && (before?.status !== 'in_progress' || before.attempt !== attempt);
  // One that is gone was over before: what something unfinished waits for stays.
  const open = starts && dependencies.find((other) => (tasks.get(other)?.status ?? 'completed') !== 'completed');
  if (open)
    yield `${id} is started by ${after.assignee} while ${open}, which it depends on, is ${tasks.get(open)?.status}`;
}

const COMPLETES: ReadonlySet<string> = new Set(['task.complete', 'task.accept']);

function acknowledgedCompletions(history: History): Violation[] {
  if (!hasLog(history)) return [];
  const violations: Violation[] = [];
  const completed = new Set<string>();
  const newest = new Map<string, number>();
  for (const { puts } of history.transactions)
    for (const record of puts) {
      if (record.kind !== 'task') continue;
      if (record.status === 'completed') completed.add(attemptKey(record.id, record.attempt));
      newest.set(record.id, record.attempt);
    }
  for (const { command, said, agent, answeredAt: at, id } of history.operations) {
    const task = said?.task;
    if (!COMPLETES.has(command) || at === undefined || !task || task.status !== 'completed') continue;
    const later = newest.get(task.id) ?? task.attempt;
    const told = `${agent} was told at ${when(at)} that attempt ${task.attempt} completed ${task.id} (${id})`;
    if (!completed.has(attemptKey(task.id, task.attempt)))
      violations.push({ rule: 'tasks', text: `${told}, and the log does not have that`, at });
    else if (later > task.attempt)
      violations.push({ rule: 'tasks', text: `${told}, and the log goes on to attempt ${later}`, at });
  }
  return violations;
}
