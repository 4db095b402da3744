import type { LockFacts } from '../history/facts.ts';
import type { History, LoggedTransaction, Operation } from '../history/history.ts';
import { once } from './once.ts';

/** Somebody was told that a lock is held under a fence. */
export interface Telling {
  lockId: string;
  fence: string;
  holder: string;
  at: number;
  /** Whoever was told: the holder, or who handed it over. */
  to: string;
  paths: string[];
  /** The request that was answered with it; none for a push. */
  operation?: Operation;
}

/** One lock under one fence: from a claim, out of the line, or from another hand. */
export interface Grant {
  lockId: string;
  fence: string;
  holder: string;
  mode: 'exclusive' | 'shared';
  paths: string[];
  taskId?: string;
  /** The transaction that granted it, if the log has one. */
  tx?: LoggedTransaction;
  /** In the order of their times. */
  told: Telling[];
}

export interface LoggedGrant {
  tx: LoggedTransaction;
  lock: LockFacts;
}

export interface Grants {
  byKey: ReadonlyMap<string, Grant>;
  tellings: readonly Telling[];
  logged: readonly LoggedGrant[];
  /** Who asked for a lock that was not free, by its id. */
  claims: ReadonlyMap<string, Operation>;
}

export const grantKey = ({ lockId, fence }: { lockId: string; fence: string }): string => `${lockId} ${fence}`;

export const grantsOf = once((history: History): Grants => {
  const tellings = tellingsOf(history);
  const logged = loggedGrants(history);
  const claims = new Map<string, Operation>();
  const modes = new Map<string, Grant['mode']>();
  for (const operation of history.operations) {
    const { command, said, asked } = operation;
    if (command !== 'lock.claim' || said?.lockId === undefined) continue;
    if (said.granted === false) claims.set(said.lockId, operation);
    if (!modes.has(said.lockId)) modes.set(said.lockId, asked.mode ?? 'exclusive');
  }

  const byKey = new Map<string, Grant>();
  for (const { tx, lock } of logged) {
    const { id: lockId, fence, holder, mode, paths, taskId } = lock;
    const key = grantKey({ lockId, fence });
    if (!byKey.has(key))
      byKey.set(key, { lockId, fence, holder, mode, paths, ...(taskId !== undefined && { taskId }), tx, told: [] });
  }
  for (const telling of tellings) {
    const { lockId, fence, holder, paths } = telling;
    const grant: Grant = byKey.get(grantKey(telling)) ?? {
      lockId,
      fence,
      holder,
      // Of a lock whose claim nobody has an answer to: what accuses nobody without reason.
      mode: modes.get(lockId) ?? 'shared',
      paths,
      told: [],
    };
    grant.told.push(telling);
    byKey.set(grantKey(telling), grant);
  }
  return { byKey, tellings, logged, claims };
});

/** All that agents heard of locks that are held, in the order in which they heard it. */
function tellingsOf(history: History): Telling[] {
  const tellings: Telling[] = [];
  for (const operation of history.operations) {
    const { said, command, agent, answeredAt: at } = operation;
    if (said === undefined || at === undefined) continue;
    const { lockId, fence, paths = [], lock } = said;
    if (command === 'lock.claim' && said.granted === true && lockId !== undefined && fence !== undefined)
      tellings.push({ lockId, fence, holder: agent, at, to: agent, paths, operation });
    if (command === 'lock.transfer' && lock !== undefined)
      tellings.push({ ...lock, lockId: lock.id, at, to: agent, operation });
  }
  for (const { event, data, agent, at } of history.pushes) {
    const { lockId, fence, paths = [] } = data;
    if (event === 'lock.granted' && lockId !== undefined && fence !== undefined)
      tellings.push({ lockId, fence, holder: agent, at, to: agent, paths });
  }
  return tellings.sort((a, b) => a.at - b.at);
}

/** The log's grants: a lock that was not there, or is there under another fence. */
function loggedGrants({ transactions }: History): LoggedGrant[] {
  const logged: LoggedGrant[] = [];
  const live = new Map<string, string>();
  for (const tx of transactions) {
    for (const [kind, id] of tx.removes) if (kind === 'lock') live.delete(id);
    for (const lock of tx.puts) {
      if (lock.kind !== 'lock' || live.get(lock.id) === lock.fence) continue;
      live.set(lock.id, lock.fence);
      logged.push({ tx, lock });
    }
  }
  return logged;
}
