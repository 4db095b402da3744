import type { ReceiptRecord } from '@signalbox/shared/records/directive';
import type { Context } from './decision.ts';
import { moveReceipt } from './directives.ts';
import type { RecordChange } from './record-change.ts';
import type { Draft } from './view.ts';

/** A client renews its leases by itself, like a heartbeat; a receipt is a word, and that is where the wait begins. */
const PROVES_NOTHING: ReadonlySet<string> = new Set(['lock.renew', 'directive.receipt']);

/**
 * The proof that more than words followed: the first command of a recipient, after it has acknowledged, that changes
 * the task of the directive or a claim made for it; of a directive without a task, any task or claim of its own.
 * Heartbeats, receipts, messages and acknowledgements change none of these.
 */
export function noteEffects(draft: Draft, command: string, input: unknown, context: Context): void {
  const { caller } = context;
  if (caller.kind !== 'agent' || PROVES_NOTHING.has(command) || !draft.hasEffectToCome(caller.agentId)) return;
  const changes = draft.changes();
  if (changes.length === 0) return;
  for (const receipt of draft.effectsToCome(caller.agentId)) {
    const { taskId, action } = draft.get('directive', receipt.directiveId) ?? {};
    // Other work is no answer to that: it waits for the save.
    if (action === 'checkpoint') continue;
    const named = taskId !== undefined && isAbout(input, taskId);
    if (changes.some((change) => touches(change, { taskId, named, agentId: caller.agentId })))
      putEffect(draft, receipt, command, context);
  }
}

interface Matter {
  taskId: string | undefined;
  /** The command names the task: whoever manages it need not have it. */
  named: boolean;
  agentId: string;
}

const isAbout = (input: unknown, taskId: string): boolean =>
  typeof input === 'object' && input !== null && 'taskId' in input && input.taskId === taskId;

function touches({ before, after }: RecordChange, matter: Matter): boolean {
  return [before, after].some((record) => {
    if (record?.kind === 'task') {
      if (matter.taskId === undefined) return record.assignee === matter.agentId;
      return record.id === matter.taskId && (matter.named || record.assignee === matter.agentId);
    }
    if (record?.kind !== 'lock' && record?.kind !== 'waiter') return false;
    const owner = record.kind === 'lock' ? record.holder : record.agentId;
    return owner === matter.agentId && (matter.taskId === undefined || record.taskId === matter.taskId);
  });
}

function putEffect(draft: Draft, receipt: ReceiptRecord, command: string, { seq, at }: Context): void {
  const effect = { command, seq, at };
  draft.put({ ...receipt, effect });
  const directive = draft.get('directive', receipt.directiveId);
  if (directive !== undefined && directive.effect === undefined) draft.put({ ...directive, effect });
}

/** The agent has saved: whoever asked for that sees that it is done, without a word of the agent. */
export function checkpointSaved(draft: Draft, taskId: string, context: Context): void {
  const asked = [...draft.openReceiptsOf(context.actor), ...draft.effectsToCome(context.actor)];
  for (const receipt of asked) {
    const directive = draft.get('directive', receipt.directiveId);
    if (directive?.action !== 'checkpoint' || (directive.taskId ?? taskId) !== taskId) continue;
    const done = receipt.state === 'done' ? receipt : moveReceipt(draft, directive, receipt, 'done', context);
    putEffect(draft, done, 'checkpoint.save', context);
  }
}
