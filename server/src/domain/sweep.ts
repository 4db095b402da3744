import type { AnyRecord, Kind } from '@signalbox/shared/records';
import { unshelved } from './alarms.ts';
import { deadlineOf } from './deadlines.ts';
import type { Context, Decision } from './decision.ts';
import { ackByPassed, expireDirective } from './directives.ts';
import { obeyNext } from './orders-under-way.ts';
import { questionDue } from './questions.ts';
import { endAttempt, gate, gateDependents, requeue } from './task-state.ts';
import type { Draft } from './view.ts';
import { dropWaiter } from './waiters.ts';

/** Internal: what is due on one record. Whether it is due is checked here, against the committed clock. */
export const decideDue: Decision<{ kind: Kind; id: string }, Record<string, never>> = (
  draft,
  { kind, id },
  context,
) => {
  const record: AnyRecord | undefined = draft.get(kind, id);
  const deadline = record === undefined ? undefined : deadlineOf(record);
  if (record !== undefined && deadline !== undefined && deadline <= context.clock) due(draft, record, context);
  return {};
};

function due(draft: Draft, record: AnyRecord, context: Context): void {
  switch (record.kind) {
    case 'lock':
      draft.remove('lock', record.id);
      return;
    case 'waiter':
      dropWaiter(draft, record);
      return;
    case 'task':
      if (record.gateClock !== undefined) gateDependents(draft, record, context);
      else if (record.assignee !== null) requeue(draft, endAttempt(draft, record, 'not started', context));
      else draft.put(gate(draft, { ...record, notBeforeClock: undefined }));
      return;
    case 'question':
      questionDue(draft, record, context);
      return;
    case 'directive':
      if (record.obeyClock !== undefined) obeyNext(draft, record.id, context);
      else if (record.expiresClock <= context.clock) expireDirective(draft, record, context);
      else ackByPassed(draft, record, context);
      return;
    case 'alarm':
      draft.put(unshelved(record));
      return;
    default:
      throw new Error(`a ${record.kind} has no deadline`);
  }
}

/** Name of the internal command for a due record: agents are told why they lost something by it. */
export function dueCommand(record: AnyRecord): string {
  if (record.kind === 'task' && record.gateClock !== undefined) return 'task.gate';
  if (record.kind === 'directive' && record.obeyClock !== undefined) return 'directive.obey';
  return DUE_COMMANDS[record.kind] ?? `${record.kind}.due`;
}
const DUE_COMMANDS: Partial<Record<Kind, string>> = {
  lock: 'lock.expire',
  waiter: 'lock.timeout',
  task: 'task.notStarted',
  question: 'question.due',
  directive: 'directive.due',
};
