import type { History, Operation } from '../history/history.ts';
import { decidedAfter } from './decided-after.ts';
import { type Grant, grantKey, grantsOf } from './grants.ts';
import { Times } from './sorted-times.ts';

/**
 * When the holder of a grant may no longer rely on it, its lease aside: it was about to let it go, was told that it is
 * lost, or its process was over. Whatever else may have ended it counts from the moment it was called.
 */
export function endsOfHolds(history: History): (grant: Grant, from: number) => number {
  const byGrant = new Times();
  const byLock = new Times();
  const byLoss = new Times();
  const byAgent = new Times();
  for (const operation of history.operations) {
    const { asked, command, calledAt, agent, outcome } = operation;
    const { lockId, fence } = asked;
    if (outcome === 'refused') continue;
    if (LETS_GO.has(command) && lockId !== undefined && fence !== undefined && mayLetGo(operation, history))
      byGrant.add(grantKey({ lockId, fence }), calledAt);
    if (command === 'lock.forceRelease' && lockId !== undefined) byLock.add(lockId, calledAt);
    if (command === 'agent.leave') byAgent.add(agent, calledAt);
    if (command === 'agent.evict' && asked.agentId !== undefined) byAgent.add(asked.agentId, calledAt);
  }
  for (const { event, data, agent, at } of history.pushes)
    if (event === 'lock.lost' && data.lockId !== undefined) byLoss.add(`${data.lockId} ${agent}`, at);
  for (const [agent, lives] of history.lives)
    for (const { bornAt, endedAt } of lives) {
      if (bornAt !== undefined) byAgent.add(agent, bornAt);
      if (endedAt !== undefined) byAgent.add(agent, endedAt);
    }
  const withTask = endsWithTask(history);
  const boundOf = decidedAfter(history);
  return (grant, from) => {
    // Told late, it may have ended before.
    const granted = Math.min(from, grant.tx === undefined ? from : boundOf(grant.tx));
    return Math.min(
      byGrant.first(grantKey(grant), Number.NEGATIVE_INFINITY),
      byLock.first(grant.lockId, Number.NEGATIVE_INFINITY),
      byLoss.first(`${grant.lockId} ${grant.holder}`, from),
      byAgent.first(grant.holder, granted),
      withTask.get(grantKey(grant)) ?? Number.POSITIVE_INFINITY,
    );
  };
}

const LETS_GO: ReadonlySet<string> = new Set(['lock.release', 'lock.transfer']);

/** Its holder, or a person for it. A stranger that was let through has ended nothing that its holder knows of. */
function mayLetGo({ asked, agent }: Operation, history: History): boolean {
  const { lockId = '', fence = '' } = asked;
  const holder = grantsOf(history).byKey.get(grantKey({ lockId, fence }))?.holder;
  return holder === agent || !history.lives.has(agent);
}

/** Locks claimed for a task end with its attempt, which many commands can end: the log tells when, at the earliest. */
function endsWithTask(history: History): Map<string, number> {
  const ends = new Map<string, number>();
  const live = new Map<string, string>();
  const boundOf = decidedAfter(history);
  for (const tx of history.transactions) {
    for (const [kind, id] of tx.removes) {
      const key = live.get(id);
      if (kind === 'lock' && key !== undefined && !tx.command.startsWith('lock.')) ends.set(key, boundOf(tx));
    }
    for (const lock of tx.puts)
      if (lock.kind === 'lock' && lock.taskId !== undefined)
        live.set(lock.id, grantKey({ lockId: lock.id, fence: lock.fence }));
  }
  return ends;
}
