import type { LockRecord } from '@signalbox/shared/records/lock';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import type { Decision } from './decision.ts';
import type { RecordChange } from './record-change.ts';
import type { Draft, View } from './view.ts';

const CRIT_STUCK_MS = 5 * 60_000;
const LOCK_HOT_WAITERS = 3;
const LOCK_HOT_MS = 10 * 60_000;
/** A line that moves is no trouble, however long it is: a lock is held this long before people are told. */
const LOCK_HELD_MS = 60_000;

/** Critical, and nobody has it. */
export const isCriticalFree = ({ priority, status, assignee }: TaskRecord): boolean =>
  priority === 1 && (status === 'blocked' || (status === 'pending' && assignee === null));

/** It waits for work that goes on, for its next try, or because people have paused everybody. */
const isMeant = ({ status, waiting }: TaskRecord): boolean =>
  status === 'pending' && (waiting?.code === 'DEPENDENCY' || waiting?.code === 'BACKOFF' || waiting?.code === 'PAUSED');

const isUnattended = (task: TaskRecord): boolean => isCriticalFree(task) && !isMeant(task);

/** So for too long: since its making, unless it came to be so later. */
export const isStuck = (task: TaskRecord, at: number): boolean =>
  isUnattended(task) && at - (task.unattendedAt ?? task.createdAt) > CRIT_STUCK_MS;

/** Notes since when, whatever made it so: run after every decision. */
export function noteUnattended(draft: Draft, changes: readonly RecordChange[], at: number): void {
  for (const { before, after } of changes)
    if (after?.kind === 'task' && before?.kind === 'task' && isUnattended(after) && !isUnattended(before))
      draft.put({ ...after, unattendedAt: at });
}

export const isHot = ({ waiters }: Pick<LockRecord, 'waiters'>, at: number): boolean =>
  waiters.length >= LOCK_HOT_WAITERS || waiters.some(({ since }) => at - since > LOCK_HOT_MS);

/** Alarms about something that lasts: nobody's command begins or ends it, so it is looked for. */
export const LASTING = ['CRIT_STUCK', 'LOCK_HOT', 'BUDGET'] as const;

export interface Lasting {
  code: (typeof LASTING)[number];
  subject: { kind: string; id: string };
}
export interface Facts {
  /** Wall clock. */
  at: number;
  budgetUsd: number | undefined;
}

/** What there is to say of it; undefined when it is not so, or not any more. */
export function troubleWith(view: View, { code, subject }: Lasting, { at, budgetUsd }: Facts): string | undefined {
  switch (code) {
    case 'CRIT_STUCK': {
      const task = view.get('task', subject.id);
      if (task === undefined || !isStuck(task, at)) return undefined;
      const why = task.reason ?? task.waiting?.on;
      return `${task.id} ${task.title} is ${task.status === 'blocked' ? 'blocked' : 'with nobody'}${why === undefined ? '' : `: ${why}`}`;
    }
    case 'LOCK_HOT': {
      const lock = view.get('lock', subject.id);
      if (lock === undefined || at - lock.since <= LOCK_HELD_MS || !isHot(lock, at)) return undefined;
      return `${lock.holder} holds ${lock.paths[0]}, and ${lock.waiters.length} wait for it`;
    }
    case 'BUDGET': {
      const spent = view.get('spending', SPENDING)?.costUsd ?? 0;
      if (budgetUsd === undefined || spent < budgetUsd) return undefined;
      return `Its agents have reported $${spent.toFixed(2)} of $${budgetUsd.toFixed(2)}`;
    }
  }
}

/** Internal: raises it or ends it, by what is so now. */
export const decideTrouble: Decision<Lasting & { budgetUsd: number | undefined }, Record<string, never>> = (
  draft,
  { budgetUsd, ...lasting },
  context,
) => {
  const summary = troubleWith(draft, lasting, { at: context.at, budgetUsd });
  if (summary === undefined) clearAlarm(draft, lasting.code, lasting.subject.id);
  else raiseAlarm(draft, context, { ...lasting, summary });
  return {};
};

/** Of its one record in the project. */
export const SPENDING = 'spending';
