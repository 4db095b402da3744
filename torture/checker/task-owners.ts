import type { History } from '../history/history.ts';
import { attemptKey } from './attempts-over.ts';
import { once } from './once.ts';
import { when } from './violation.ts';

export interface Given {
  taskId: string;
  attempt: number;
  agent: string;
  at: number;
  how: string;
}

/** Every time anybody was told, or the log says, whose an attempt of a task is. */
export const givings = once((history: History): Given[] => {
  const given: Given[] = [];
  for (const { command, said, agent, answeredAt: at } of history.operations) {
    if (at === undefined) continue;
    const taken = command === 'task.next' ? said?.task : said?.next;
    if (taken) given.push({ taskId: taken.id, attempt: taken.attempt, agent, at, how: `by ${command} at ${when(at)}` });
  }
  for (const { event, data, agent, at } of history.pushes)
    if (event === 'task.assigned' && data.task !== undefined)
      given.push({ taskId: data.task.id, attempt: data.task.attempt, agent, at, how: `by a push at ${when(at)}` });
  for (const { puts, at, seq, epoch } of history.transactions)
    for (const record of puts)
      if (record.kind === 'task' && record.assignee !== null)
        given.push({
          taskId: record.id,
          attempt: record.attempt,
          agent: record.assignee,
          at,
          how: `at seq ${seq} of epoch ${epoch} of the log`,
        });
  return given;
});

/** Whose an attempt is, as far as it is known first. By {@link attemptKey}. */
export const givenTo = once((history: History): ReadonlyMap<string, Given> => {
  const owners = new Map<string, Given>();
  for (const given of givings(history)) {
    const key = attemptKey(given.taskId, given.attempt);
    if (!owners.has(key)) owners.set(key, given);
  }
  return owners;
});
