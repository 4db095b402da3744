import type { TaskFacts } from '../history/facts.ts';
import type { History, Operation } from '../history/history.ts';
import type { Over } from './locks-over.ts';
import { when } from './violation.ts';

export const attemptKey = (taskId: string, attempt: number): string => `${taskId} ${attempt}`;

/** These end the attempt they carry. */
const ENDS: ReadonlySet<string> = new Set(['task.complete', 'task.fail', 'task.submit', 'task.block']);

/** Since when somebody has known that an attempt of a task is over. By {@link attemptKey}. */
export function attemptsOver(history: History): Map<string, Over> {
  const over = new Map<string, Over>();
  const highest = new Map<string, number>();
  const end = (taskId: string, attempt: number, known: Over): void => {
    if (!over.has(attemptKey(taskId, attempt))) over.set(attemptKey(taskId, attempt), known);
  };
  for (const { at, task, ended, to } of heardOfTasks(history)) {
    const before = highest.get(task.id) ?? 0;
    for (let attempt = before; attempt < task.attempt; attempt++)
      end(task.id, attempt, { at, how: `${to} was told of attempt ${task.attempt} at ${when(at)}` });
    highest.set(task.id, Math.max(before, task.attempt));
    if (ended !== undefined) end(task.id, task.attempt, { at, how: `${to} ${ended} at ${when(at)}` });
  }
  return over;
}

interface Heard {
  at: number;
  to: string;
  task: Pick<TaskFacts, 'id' | 'attempt'>;
  /** How its attempt has ended, when it has. */
  ended?: string;
}

function heardOfTasks(history: History): Heard[] {
  const heard: Heard[] = [];
  for (const operation of history.operations) heard.push(...answeredOf(operation));
  for (const { event, data, at, agent: to } of history.pushes) {
    if (event === 'task.assigned' && data.task !== undefined) heard.push({ at, to, task: data.task });
    if (event === 'task.withdrawn' && data.taskId !== undefined && data.attempt !== undefined)
      heard.push({ at, to, task: { id: data.taskId, attempt: data.attempt }, ended: 'was told that it is withdrawn' });
  }
  return heard.sort((a, b) => a.at - b.at);
}

function answeredOf({ said, answeredAt: at, agent: to, command, asked }: Operation): Heard[] {
  if (said === undefined || at === undefined) return [];
  const heard: Heard[] = [];
  for (const task of [said.task, said.next]) if (task) heard.push({ at, to, task });
  const { taskId, attempt } = asked;
  if (ENDS.has(command) && taskId !== undefined && attempt !== undefined)
    heard.push({ at, to, task: { id: taskId, attempt }, ended: `had the answer to its ${command} of it` });
  return heard;
}
