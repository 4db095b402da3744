import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { makeFence } from '@signalbox/shared/ids';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { DecisionOf } from './decision.ts';
import { callingAgent } from './fence.ts';
import { beyondQuota, coversClaim, cycleThrough, heldLock, renewed } from './locks.ts';
import type { Draft } from './view.ts';
import { dropWaiter, sendBehind, standingOf } from './waiters.ts';

/**
 * The lock goes from hand to hand: at no moment is it free, and whoever waits for it goes on waiting. It is a grant: a
 * fence of its own, a whole lease. What it was claimed for was the work of the other, so it ends with no task any more.
 */
export const decideTransfer: DecisionOf<'lock.transfer'> = (draft, { lockId, fence, to }, context) => {
  const caller = context.caller.kind === 'person' ? undefined : callingAgent(draft, context);
  if (isRefusal(caller)) return caller;
  const lock = heldLock(draft, { lockId, fence }, context);
  if (isRefusal(lock)) return lock;
  const refusal = checkReceiver(draft, lock, to) ?? checkRest(draft, lock);
  if (refusal !== undefined) return refusal;

  // It has now what these wait for, and one lock is enough for it.
  for (const waiter of coveredClaims(draft, lock, to)) dropWaiter(draft, waiter);
  const handed = draft.put({
    ...renewed(lock, lock.ttlMs, context),
    holder: to,
    fence: makeFence(context.epoch, context.seq),
    taskId: undefined,
    since: context.at,
    waiters: lock.waiters.filter(({ agentId }) => agentId !== to),
  });
  for (const waiter of draft.waitersOf(to)) moveUp(draft, waiter);
  for (const { agentId } of handed.waiters) {
    const cycle = cycleThrough(draft, agentId, [to]);
    if (cycle !== undefined)
      return refuse(
        'DEADLOCK',
        `Then nobody could go on: ${cycle.join(' waits for ')}. Hand it to ${agentId}, or release it.`,
        { details: { cycle } },
      );
  }
  return { lock: handed };
};

function checkReceiver(draft: Draft, lock: LockRecord, to: string): Refusal | undefined {
  const agent = draft.get('agent', to);
  if (agent === undefined || agent.state === 'left')
    return refuse('NOT_FOUND', `to: there is no agent ${to} in this project.`, { details: { field: 'to' } });
  if (to === lock.holder) return refuse('INVALID_STATE', `to: ${to} holds ${lock.id} already.`, { details: { to } });
  if (agent.presence !== 'present')
    return refuse('INVALID_STATE', `to: ${to} is ${agent.state}; hand it to somebody who is there, or release it.`, {
      details: { to, state: agent.state },
    });
  return beyondQuota(draft, to, lock.paths, coveredClaims(draft, lock, to));
}

const coveredClaims = (draft: Draft, lock: LockRecord, agentId: string): WaiterRecord[] =>
  draft.waitersOf(agentId).filter((waiter) => coversClaim(lock, waiter));

/** What the holder keeps must not stand against what it gives away: nobody looks for that conflict later. */
function checkRest(draft: Draft, { id, holder, paths, mode }: LockRecord): Refusal | undefined {
  const conflicts = (other: { mode: string }): boolean => mode === 'exclusive' || other.mode === 'exclusive';
  for (const path of paths) {
    const lock = draft.locksOverlapping(path).find((one) => one.holder === holder && one.id !== id && conflicts(one));
    if (lock !== undefined)
      return refuse(
        'INVALID_STATE',
        `${holder} also holds ${lock.id} on ${lock.paths.join(', ')}; release that first.`,
        {
          details: { lockId: lock.id, path },
        },
      );
    const waiter = draft.waitersOverlapping(path).find((one) => one.agentId === holder && conflicts(one));
    if (waiter !== undefined)
      return refuse(
        'INVALID_STATE',
        `${holder} also waits for ${waiter.paths.join(', ')} with ${waiter.id}; withdraw that first.`,
        {
          details: { lockId: waiter.id, path },
        },
      );
  }
  return undefined;
}

/** The receiver no longer waits for the lock, nor for a claim that now waits for the receiver: that one gives way. */
function moveUp(draft: Draft, { rev: _, ...waiter }: WaiterRecord): void {
  const { id, ...claim } = waiter;
  const { obstacles, behind } = standingOf(draft, claim);
  const blockedBy = obstacles.map(({ lockId }) => lockId);
  if (blockedBy.length === waiter.blockedBy.length) return;
  draft.put({ ...waiter, blockedBy });
  sendBehind(draft, id, behind);
}
