import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { compareFences, makeFence } from '@signalbox/shared/ids';
import { GLOBS_PER_AGENT, LOCKS_PER_AGENT } from '@signalbox/shared/limits';
import { isGlob, pathCovers } from '@signalbox/shared/paths';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import { CLOCK_MARGIN_MS, LEASE_DEFAULT_MS } from '@signalbox/shared/time';
import type { Context, Decision, DecisionOf } from './decision.ts';
import { callingAgent } from './fence.ts';
import { nextId } from './numbers.ts';
import type { Draft } from './view.ts';
import { awaitedOf, dropWaiter, enqueueWaiter, type Obstacle, ownerOf, putLock, standingOf } from './waiters.ts';

const expiresInMs = (lock: LockRecord, clock: number): number =>
  Math.max(0, lock.expiresClock - CLOCK_MARGIN_MS - clock);

const grantReply = (lock: LockRecord, clock: number) => ({
  granted: true as const,
  lockId: lock.id,
  fence: lock.fence,
  paths: lock.paths,
  expiresInMs: expiresInMs(lock, clock),
});

export const decideClaim: DecisionOf<'lock.claim'> = (draft, input, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const paths = [...new Set(input.paths)];
  const mode = input.mode ?? 'exclusive';
  if (input.taskId !== undefined && !draft.tasksOf(agent.id).some((task) => task.id === input.taskId))
    return refuse('INVALID_STATE', `taskId: ${input.taskId} is not yours, so the lock could not end with it.`, {
      details: { field: 'taskId' },
    });

  const own = coveringLock(draft, agent.id, paths, mode);
  if (own !== undefined) return grantReply(draft.put(renewed(own, input.ttlMs ?? own.ttlMs, context)), context.clock);
  const quota = beyondQuota(draft, agent.id, paths);
  if (quota !== undefined) return quota;

  const { taskId, reason, ttlMs = LEASE_DEFAULT_MS, waitMs = 0 } = input;
  const claim = { paths, mode, agentId: agent.id, taskId, reason, ttlMs };
  const { obstacles, behind } = standingOf(draft, claim);
  if (obstacles.length === 0)
    return grantReply(grant(draft, { ...claim, id: nextId(draft, 'L') }, { behind, context }), context.clock);
  if (waitMs === 0) return held(obstacles, context);
  const cycle = cycleThrough(
    draft,
    agent.id,
    obstacles.map(({ agentId }) => agentId),
  );
  if (cycle !== undefined)
    return refuse(
      'DEADLOCK',
      `Waiting would never end: ${cycle.join(' waits for ')}. Release what you hold, or ask the holder.`,
      { details: { cycle } },
    );
  const id = nextId(draft, 'L');
  const waiter: WaiterRecord = {
    ...claim,
    kind: 'waiter',
    id,
    rev: 0,
    since: context.at,
    waitClock: context.clock + waitMs + CLOCK_MARGIN_MS,
    blockedBy: obstacles.map(({ lockId }) => lockId),
  };
  enqueueWaiter(draft, waiter, behind);
  return {
    granted: false as const,
    lockId: id,
    position: 1 + obstacles.filter(({ lock }) => lock === undefined).length,
  };
};

/** Why the agent cannot have these paths too; its claims in line that are `ending` with that do not count. */
export function beyondQuota(
  draft: Draft,
  agentId: string,
  paths: readonly string[],
  ending: readonly WaiterRecord[] = [],
): Refusal | undefined {
  if (draft.claimCount(agentId) - ending.length >= LOCKS_PER_AGENT)
    return refuse(
      'QUOTA',
      `${agentId} has ${LOCKS_PER_AGENT} locks and claims; release some, or claim a folder instead of its files.`,
    );
  const globs = paths.filter(isGlob).length;
  if (globs === 0) return undefined;
  const waiters = draft.waitersOf(agentId).filter(({ id }) => !ending.some((one) => one.id === id));
  const had = [...draft.locksOf(agentId), ...waiters].flatMap((claim) => claim.paths.filter(isGlob));
  if (had.length + globs <= GLOBS_PER_AGENT) return undefined;
  return refuse(
    'QUOTA',
    `${agentId} would have ${had.length + globs} globs, and ${GLOBS_PER_AGENT} is the most; claim folders (\`src/\`) instead.`,
  );
}

/** A lock of the agent that covers all the paths already, at least as strictly. */
function coveringLock(
  draft: Draft,
  agentId: string,
  paths: readonly string[],
  mode: LockRecord['mode'],
): LockRecord | undefined {
  const first = paths[0];
  if (first === undefined) return undefined;
  return draft.locksOverlapping(first).find((lock) => lock.holder === agentId && coversClaim(lock, { paths, mode }));
}

/** Whoever holds the lock has all that the claim asks for. */
export const coversClaim = (
  lock: LockRecord,
  { paths, mode }: { paths: readonly string[]; mode: LockRecord['mode'] },
): boolean =>
  (lock.mode === 'exclusive' || mode === 'shared') &&
  paths.every((path) => lock.paths.some((own) => pathCovers(own, path)));

export const renewed = (lock: LockRecord, ttlMs: number, context: Context): LockRecord => ({
  ...lock,
  ttlMs,
  expiresClock: context.clock + ttlMs + CLOCK_MARGIN_MS,
});

type Claim = Pick<WaiterRecord, 'id' | 'paths' | 'mode' | 'agentId' | 'taskId' | 'reason' | 'ttlMs'>;

function grant(
  draft: Draft,
  { id, paths, mode, agentId, taskId, reason, ttlMs }: Claim,
  { behind, context }: { behind: readonly WaiterRecord[]; context: Context },
): LockRecord {
  const lock = {
    kind: 'lock' as const,
    id,
    rev: 0,
    paths,
    mode,
    holder: agentId,
    fence: makeFence(context.epoch, context.seq),
    taskId,
    reason,
    since: context.at,
    ttlMs,
    expiresClock: context.clock + ttlMs + CLOCK_MARGIN_MS,
  };
  return putLock(draft, lock, behind);
}

function held(obstacles: readonly Obstacle[], context: Context): Refusal {
  const first = obstacles[0];
  const conflicts = obstacles.map(({ path, heldPath, agentId, since, reason, lock }) => ({
    path,
    heldPath,
    holder: agentId,
    since,
    reason,
    ...(lock !== undefined && { expiresInMs: expiresInMs(lock, context.clock) }),
  }));
  const more = obstacles.length > 1 ? ` (and ${obstacles.length - 1} more)` : '';
  return refuse(
    'LOCK_HELD',
    `${first?.agentId} ${first?.lock === undefined ? 'waits for' : 'holds'} ${first?.heldPath}${more}. Work on something else, ask the holder, or wait in line with waitMs.`,
    { details: { conflicts } },
  );
}

/** Agents waiting for each other in a circle if `agentId` waited for `targets`. */
export function cycleThrough(draft: Draft, agentId: string, targets: readonly string[]): string[] | undefined {
  if (awaitedOf(draft, agentId).size === 0) return undefined;
  const seen = new Set<string>();
  const looked = new Set<string>();
  const search = (current: string, path: string[]): string[] | undefined => {
    if (current === agentId) return [...path, current];
    if (seen.has(current)) return undefined;
    seen.add(current);
    for (const waiter of draft.waitersOf(current))
      for (const id of waiter.blockedBy) {
        if (looked.has(id)) continue;
        looked.add(id);
        const next = ownerOf(draft, id);
        const cycle = next === undefined ? undefined : search(next, [...path, current]);
        if (cycle !== undefined) return cycle;
      }
    return undefined;
  };
  for (const target of targets) {
    const cycle = search(target, [agentId]);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

export const decideRenew: DecisionOf<'lock.renew'> = (draft, { lockId, fence, ttlMs }, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const one = lockId === undefined ? undefined : heldLock(draft, { lockId, fence }, context);
  if (isRefusal(one)) return one;
  const locks = one === undefined ? draft.locksOf(agent.id) : [one];
  return {
    locks: locks.map((lock) => {
      const next = draft.put(renewed(lock, ttlMs ?? lock.ttlMs, context));
      return { lockId: next.id, fence: next.fence, expiresInMs: expiresInMs(next, context.clock) };
    }),
  };
};

/** What to do without the lock one believed in: somebody else may have written meanwhile. */
const CLAIM_AGAIN = 'Stop writing there, claim again, and read the files again before you write.';

/** The lock, if it is held under this very fence, and by the caller where that is an agent. */
export function heldLock(
  draft: Draft,
  { lockId, fence }: { lockId: string; fence: string | undefined },
  context: Context,
): LockRecord | Refusal {
  const lock = draft.get('lock', lockId);
  if (lock !== undefined && context.caller.kind !== 'person' && lock.holder !== context.actor)
    return refuse('FORBIDDEN', `${lockId} is held by ${lock.holder}.`);
  if (fence === undefined)
    return refuse('BAD_INPUT', 'fence: send the fence you were given with the lock.', { details: { field: 'fence' } });
  if (lock === undefined) return refuse('LOCK_LOST', `The lease of ${lockId} has ended. ${CLAIM_AGAIN}`);
  const order = compareFences(fence, lock.fence);
  if (order < 0)
    return refuse('STALE_FENCE', `${fence} is older than the newest grant ${lock.fence}. ${CLAIM_AGAIN}`, {
      details: { fence: lock.fence },
    });
  if (order > 0)
    return refuse('BAD_INPUT', `fence: ${fence} was never given out for ${lockId}.`, { details: { field: 'fence' } });
  return lock;
}

export const decideRelease: DecisionOf<'lock.release'> = (draft, { lockId, fence }, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const waiter = draft.get('waiter', lockId);
  if (waiter !== undefined) {
    if (waiter.agentId !== agent.id) return refuse('FORBIDDEN', `${lockId} is a claim of ${waiter.agentId}.`);
    dropWaiter(draft, waiter);
    return {};
  }
  if (fence === undefined && draft.get('lock', lockId) === undefined)
    return refuse('NOT_FOUND', `There is neither a lock nor a waiting claim ${lockId}.`);
  const lock = heldLock(draft, { lockId, fence }, context);
  if (isRefusal(lock)) return lock;
  draft.remove('lock', lockId);
  return {};
};

export const decideForceRelease: DecisionOf<'lock.forceRelease'> = (draft, { lockId, reason }) => {
  const lock = draft.get('lock', lockId);
  if (lock === undefined) return refuse('NOT_FOUND', `There is no lock ${lockId}; its lease may have ended.`);
  draft.remove('lock', lockId);
  return { lock: { ...lock, reason } };
};

export const decideCheck: DecisionOf<'lock.check'> = (draft, { paths, fence }, context) => {
  const answers = [];
  for (const path of paths) {
    const locks = draft.locksOverlapping(path);
    if (fence !== undefined && !locks.some((lock) => lock.fence === fence)) {
      const newer = locks.find((lock) => compareFences(lock.fence, fence) > 0);
      if (newer === undefined)
        return refuse('LOCK_LOST', `No lock on ${path} has the fence ${fence}: its lease has ended. ${CLAIM_AGAIN}`, {
          details: { path },
        });
      return refuse('STALE_FENCE', `${newer.holder} was granted ${path} after ${fence}. ${CLAIM_AGAIN}`, {
        details: { path, holder: newer.holder, fence: newer.fence },
      });
    }
    const mine = locks.find((lock) => lock.holder === context.actor);
    const lock = (fence === undefined ? undefined : locks.find((one) => one.fence === fence)) ?? mine ?? locks[0];
    answers.push({
      path,
      mine: mine !== undefined,
      ...(lock !== undefined && {
        holder: lock.holder,
        mode: lock.mode,
        expiresInMs: expiresInMs(lock, context.clock),
        fence: lock.fence,
      }),
    });
  }
  return { paths: answers };
};

/** Internal: a waiting claim whose way may be free. One grant a transaction, so that each grant has its own fence. */
export const decideGrant: Decision<{ lockId: string }, Record<string, never>> = (draft, { lockId }, context) => {
  const waiter = draft.get('waiter', lockId);
  if (waiter === undefined) return {};
  const { obstacles, behind } = standingOf(draft, waiter);
  if (obstacles.length === 0) {
    draft.remove('waiter', waiter.id);
    grant(draft, waiter, { behind, context });
    return {};
  }
  // Only what is over can be missing: nothing new ever gets in its way.
  if (obstacles.length < waiter.blockedBy.length)
    draft.put({ ...waiter, blockedBy: obstacles.map((obstacle) => obstacle.lockId) });
  return {};
};
