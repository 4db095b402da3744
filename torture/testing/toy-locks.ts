import type { SeededBug } from './seeded-bug.ts';
import {
  type Decided,
  number,
  type Outcome,
  type Request,
  refuse,
  type ToyClaim,
  type ToyLock,
  type ToyState,
  text,
  texts,
  toyOverlap,
} from './toy-state.ts';

/** What a decision of the toy hub may know. */
export interface ToyContext {
  state: ToyState;
  bug: SeededBug;
  now: number;
  /** The number its transaction would get. */
  epoch: number;
  seq: number;
  newestGrant: number | undefined;
  nextId(letter: string): string;
}

export function decideLock(request: Request, context: ToyContext): Decided {
  const { command, input, agent } = request;
  if (command === 'lock.claim') return claim(request, context);
  if (command === 'lock.check') return check(request, context);
  const { state, bug, now } = context;
  const lockId = text(input.lockId);
  const lock = state.locks.get(lockId);
  if (command === 'lock.forceRelease') return lock === undefined ? refuse('NOT_FOUND') : freed(lock, true);
  if (lock !== undefined && lock.holder !== agent && !request.isPerson) {
    if (lock.fence !== input.fence || command !== 'lock.release' || !bug.strikes('release by a stranger', now))
      return refuse('FORBIDDEN');
    bug.tookEffect = true;
    return freed(lock, true);
  }
  if (lock === undefined || lock.fence !== input.fence) {
    if (!bug.strikes('no fencing of locks', now)) return refuse(lock === undefined ? 'LOCK_LOST' : 'STALE_FENCE');
    bug.tookEffect = true;
    return lock === undefined || command !== 'lock.release' ? { reply: { locks: [] }, puts: [] } : freed(lock, true);
  }
  if (command === 'lock.release') return freed(lock, lock.holder !== agent);
  const ttlMs = input.ttlMs === undefined ? lock.ttlMs : number(input.ttlMs);
  if (command === 'lock.transfer') return transfer(lock, text(input.to), context);
  const renewed: ToyLock = { ...lock, ttlMs, expiresClock: now + ttlMs };
  return { reply: { locks: [{ lockId, fence: lock.fence, expiresInMs: ttlMs }] }, puts: [renewed] };
}

function freed(lock: ToyLock, tell: boolean): Outcome {
  const pushes = tell ? [{ agent: lock.holder, event: 'lock.lost', data: { lockId: lock.id, reason: 'FORCED' } }] : [];
  return { reply: {}, removes: [['lock', lock.id]], pushes };
}

function claim({ agent, input }: Request, context: ToyContext): Decided {
  const { state, now, bug, nextId } = context;
  const paths = texts(input.paths);
  const mode = input.mode === 'shared' ? ('shared' as const) : ('exclusive' as const);
  const ttlMs = number(input.ttlMs);
  const own = [...state.locks.values()].find(
    (lock) =>
      lock.holder === agent &&
      (lock.mode === 'exclusive' || mode === 'shared') &&
      paths.every((path) => lock.paths.includes(path)),
  );
  if (own !== undefined) {
    const renewed = { ...own, ttlMs, expiresClock: now + ttlMs };
    return { reply: grantReply(renewed, now), puts: [renewed] };
  }
  const wanted: ToyClaim = {
    kind: 'claim',
    id: nextId('L'),
    paths,
    mode,
    holder: agent,
    ttlMs,
    until: now + number(input.waitMs),
  };
  if (isInTheWay(wanted, state) && !bug.strikes('double grant', now))
    return input.waitMs === undefined
      ? refuse('LOCK_HELD')
      : { reply: { granted: false, lockId: wanted.id, position: 1 }, puts: [wanted] };
  bug.tookEffect ||= isInTheWay(wanted, state);
  const lock = grantOf(wanted, context);
  return { reply: grantReply(lock, now), puts: [lock] };
}

const grantReply = ({ id, fence, paths, expiresClock }: ToyLock, now: number) => ({
  granted: true,
  lockId: id,
  fence,
  paths,
  expiresInMs: expiresClock - now,
});

export function isInTheWay({ holder, mode, paths }: ToyClaim, { locks }: ToyState): boolean {
  return [...locks.values()].some(
    (lock) =>
      lock.holder !== holder &&
      (lock.mode === 'exclusive' || mode === 'exclusive') &&
      lock.paths.some((one) => paths.some((other) => toyOverlap(one, other))),
  );
}

export function grantOf({ until: _, ...wanted }: ToyClaim, context: ToyContext): ToyLock {
  return { ...wanted, kind: 'lock', fence: newFence(context), expiresClock: context.now + wanted.ttlMs };
}

function newFence({ epoch, seq, newestGrant, bug, now }: ToyContext): string {
  if (newestGrant === undefined || !bug.strikes('fence rewind', now)) return `${epoch}.${seq}`;
  bug.tookEffect = true;
  return `1.${newestGrant - (newestGrant % 3)}`;
}

export const grantPush = (lock: ToyLock, now: number, from?: string) => ({
  agent: lock.holder,
  event: 'lock.granted',
  data: {
    lockId: lock.id,
    fence: lock.fence,
    paths: lock.paths,
    expiresInMs: lock.expiresClock - now,
    ...(from !== undefined && { from }),
  },
});

function transfer(lock: ToyLock, to: string, context: ToyContext): Decided {
  const { state, now } = context;
  const rest = [...state.locks.values()].filter(({ id, holder }) => holder === lock.holder && id !== lock.id);
  const stays = rest.some(({ paths }) => paths.some((one) => lock.paths.some((other) => toyOverlap(one, other))));
  if (to === lock.holder || stays) return refuse('INVALID_STATE');
  const handed: ToyLock = { ...lock, holder: to, fence: newFence(context), expiresClock: now + lock.ttlMs };
  return { reply: { lock: handed }, puts: [handed], pushes: [grantPush(handed, now, lock.holder)] };
}

function check({ input }: Request, { state }: ToyContext): Decided {
  const fits = texts(input.paths).every((path) =>
    [...state.locks.values()].some(
      ({ fence, paths }) => fence === input.fence && paths.some((other) => toyOverlap(path, other)),
    ),
  );
  return fits ? { reply: { paths: [] } } : refuse('LOCK_LOST');
}
