import { coversClaim, fenced, grant, obstaclesOf, waitsForAgent } from './lock-rules.ts';
import type { Rule } from './rule.ts';
import { type Claim, known, overlap, type World } from './world.ts';

/** [LK18] to [LK23] */
export const transfer: Rule<'lock.transfer'> = (world, actor, { lockId, fence, to }) => {
  const lock = fenced(world, actor, lockId, fence);
  if (typeof lock === 'string') return lock;
  const receiver = world.agents.get(to);
  if (receiver === undefined || receiver.presence === 'left') return 'NOT_FOUND';
  if (to === lock.agentId || receiver.presence !== 'present') return 'INVALID_STATE';
  if (keepsAgainst(world, lock)) return 'INVALID_STATE';
  const tried = structuredClone(world);
  handOver(tried, known(tried.claims.get(lockId), lockId), to);
  if (isCircle(tried, lockId, to)) return 'DEADLOCK';
  return (reply) => {
    handOver(world, lock, to);
    grant(world, lock, reply.lock.fence);
  };
};

/** Something the holder would keep or waits for, beside what it gives away. */
const keepsAgainst = (world: World, lock: Claim): boolean =>
  [...world.claims.values()].some(
    (other) =>
      other !== lock &&
      other.agentId === lock.agentId &&
      (other.mode === 'exclusive' || lock.mode === 'exclusive') &&
      overlap(other.paths, lock.paths),
  );

const inLine = (world: World): Claim[] => [...world.claims.values()].filter(({ fence }) => fence === undefined);

/** Who waits goes on waiting; who stands before the receiver and now waits for it gives way. */
function handOver(world: World, lock: Claim, to: string): void {
  lock.agentId = to;
  lock.taskId = undefined;
  for (const own of inLine(world)) if (own.agentId === to && coversClaim(lock, own)) world.claims.delete(own.id);
  for (const own of inLine(world).filter(({ agentId }) => agentId === to)) {
    own.behind.delete(lock.id);
    for (const before of obstaclesOf(world, own)) {
      if (!obstaclesOf(world, before).some(({ agentId }) => agentId === to)) continue;
      own.behind.delete(before.id);
      before.behind.add(own.id);
    }
  }
}

const isCircle = (world: World, lockId: string, to: string): boolean =>
  inLine(world).some(({ agentId, behind }) => behind.has(lockId) && waitsForAgent(world, to, agentId));
