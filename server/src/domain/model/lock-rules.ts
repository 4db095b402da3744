import assert from 'node:assert/strict';
import { isPerson, type Rule } from './rule.ts';
import { tasksOf } from './task-life.ts';
import { type Claim, covers, known, overlap, type World } from './world.ts';

const LEASE_MS = 120_000;

/** By epoch, then by seq. */
function isNewer(fence: string, than: string): boolean {
  const [epoch = 0, seq = 0] = fence.split('.').map(Number);
  const [oldEpoch = 0, oldSeq = 0] = than.split('.').map(Number);
  return epoch > oldEpoch || (epoch === oldEpoch && seq > oldSeq);
}

export const conflict = (a: Pick<Claim, 'agentId' | 'mode' | 'paths'>, b: Claim): boolean =>
  a.agentId !== b.agentId && (a.mode === 'exclusive' || b.mode === 'exclusive') && overlap(a.paths, b.paths);

/** Whoever has the one has all that the other asks for. */
export const coversClaim = (lock: Claim, { paths, mode }: Pick<Claim, 'mode' | 'paths'>): boolean =>
  (lock.mode === 'exclusive' || mode === 'shared') &&
  paths.every((path) => lock.paths.some((held) => covers(held, path)));

/** What stands in the way of a claim in line, as long as it is there. */
export const obstaclesOf = (world: World, claim: Claim): Claim[] =>
  [...claim.behind].flatMap((id) => world.claims.get(id) ?? []);

/** Whom an agent waits for, over however many others. */
export function waitsForAgent(world: World, agentId: string, target: string, seen = new Set<string>()): boolean {
  if (agentId === target) return true;
  if (seen.has(agentId)) return false;
  seen.add(agentId);
  return [...world.claims.values()]
    .filter((claim) => claim.agentId === agentId)
    .flatMap((claim) => obstaclesOf(world, claim))
    .some((obstacle) => waitsForAgent(world, obstacle.agentId, target, seen));
}

/** [LK1] */
export function grant(world: World, claim: Claim, fence: string): void {
  assert(isNewer(fence, world.newestFence), `${fence} is no newer than ${world.newestFence}`);
  world.newestFence = fence;
  claim.fence = fence;
  claim.behind.clear();
  claim.until = world.clock + claim.ttlMs;
}

/** [LK12] [LK14]: claims in line with nothing left in the way. */
export const free = (world: World): Claim[] =>
  [...world.claims.values()].filter((claim) => claim.fence === undefined && obstaclesOf(world, claim).length === 0);

const asHeld = (path: string): string => path.replace(/\*\*$/, '');

/** [LK1] to [LK5], [LK11] to [LK17] */
export const claim: Rule<'lock.claim'> = (world, actor, { paths, mode = 'exclusive', ttlMs, taskId, waitMs = 0 }) => {
  if (taskId !== undefined && !tasksOf(world, actor).some(({ id }) => id === taskId)) return 'INVALID_STATE';
  const all = [...world.claims.values()];
  const covering = all.filter(
    (own) => own.agentId === actor && own.fence !== undefined && coversClaim(own, { paths, mode }),
  );
  if (covering.length > 0)
    return (reply) => {
      const renewed = known(
        covering.find(({ id }) => id === reply.lockId),
        `lock ${reply.lockId} that covers ${paths.join()}`,
      );
      assert(reply.granted);
      assert.equal(reply.fence, renewed.fence);
      renew(world, renewed, ttlMs);
    };
  const wanted = { agentId: actor, mode, paths };
  const others = all.filter((other) => conflict(wanted, other));
  const givesWay = others.filter((other) => obstaclesOf(world, other).some(({ agentId }) => agentId === actor));
  const obstacles = others.filter((other) => !givesWay.includes(other));
  if (obstacles.length > 0 && waitMs === 0) return 'LOCK_HELD';
  if (obstacles.some(({ agentId }) => waitsForAgent(world, agentId, actor))) return 'DEADLOCK';
  return (reply) => {
    assert.equal(reply.granted, obstacles.length === 0);
    assert(!world.claims.has(reply.lockId), `${reply.lockId} is in use`);
    const made: Claim = {
      ...wanted,
      id: reply.lockId,
      taskId,
      ttlMs: ttlMs ?? LEASE_MS,
      fence: undefined,
      until: world.clock + waitMs,
      behind: new Set(obstacles.map(({ id }) => id)),
    };
    world.claims.set(made.id, made);
    for (const other of givesWay) other.behind.add(made.id);
    if (reply.granted) {
      assert.deepEqual(reply.paths.map(asHeld), paths);
      assert.equal(reply.expiresInMs, made.ttlMs);
      grant(world, made, reply.fence);
    } else assert.equal(reply.position, 1 + obstacles.filter(({ fence }) => fence === undefined).length);
  };
};

/** [LK3] [LK7] */
function renew(world: World, lock: Claim, ttlMs = lock.ttlMs): void {
  lock.ttlMs = ttlMs;
  lock.until = world.clock + ttlMs;
}

/** [LK8] */
export function fenced(world: World, actor: string, lockId: string, fence: string) {
  const lock = world.claims.get(lockId);
  if (lock === undefined || lock.fence === undefined) return 'LOCK_LOST';
  if (!isPerson(actor) && lock.agentId !== actor) return 'FORBIDDEN';
  if (fence === lock.fence) return lock;
  return isNewer(lock.fence, fence) ? 'STALE_FENCE' : 'BAD_INPUT';
}

export const renewal: Rule<'lock.renew'> = (world, actor, { lockId, fence = '', ttlMs }) => {
  const own = [...world.claims.values()].filter((one) => one.agentId === actor && one.fence !== undefined);
  const lock = lockId === undefined ? undefined : fenced(world, actor, lockId, fence);
  if (typeof lock === 'string') return lock;
  return ({ locks }) => {
    const renewed = lock === undefined ? own : [lock];
    assert.deepEqual(locks.map(({ lockId: id }) => id).sort(), renewed.map(({ id }) => id).sort());
    for (const one of renewed) renew(world, one, ttlMs);
  };
};

/** [LK9] [LK14] */
export const release: Rule<'lock.release'> = (world, actor, { lockId, fence }) => {
  const there = world.claims.get(lockId);
  if (there !== undefined && there.fence === undefined)
    return there.agentId === actor ? () => void world.claims.delete(lockId) : 'FORBIDDEN';
  if (fence === undefined)
    return there === undefined ? 'NOT_FOUND' : there.agentId === actor ? 'BAD_INPUT' : 'FORBIDDEN';
  const lock = fenced(world, actor, lockId, fence);
  return typeof lock === 'string' ? lock : () => void world.claims.delete(lockId);
};

export const forceRelease: Rule<'lock.forceRelease'> = (world, _actor, { lockId }) =>
  world.claims.get(lockId)?.fence === undefined ? 'NOT_FOUND' : () => void world.claims.delete(lockId);

/** [LK10] */
export const check: Rule<'lock.check'> = (world, actor, { paths, fence }) => {
  const held = (path: string) =>
    [...world.claims.values()].filter((one) => one.fence !== undefined && overlap(one.paths, [path]));
  for (const path of paths) {
    if (fence === undefined || held(path).some((one) => one.fence === fence)) continue;
    return held(path).some((one) => isNewer(one.fence ?? '', fence)) ? 'STALE_FENCE' : 'LOCK_LOST';
  }
  return (reply) => {
    for (const [at, path] of paths.entries()) {
      const answer = reply.paths[at];
      const locks = held(path);
      assert.equal(
        answer?.mine,
        locks.some(({ agentId }) => agentId === actor),
      );
      assert.equal(answer?.holder !== undefined, locks.length > 0);
      if (locks.length > 0) assert(locks.some((one) => one.agentId === answer?.holder && one.fence === answer?.fence));
    }
  };
};
