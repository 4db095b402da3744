import type { CommandInput } from '@signalbox/shared/commands';
import type { LockLostReason } from '@signalbox/shared/protocol';
import { isObject } from './answer.ts';
import { SignalboxError } from './errors.ts';
import { Lease } from './lease.ts';
import type { ClaimOptions, HandedLock, Lock } from './lock.ts';
import { Recent } from './recent.ts';
import type { Requests } from './requests.ts';
import type { Timers } from './timers.ts';

interface Grant {
  lockId: string;
  fence: string;
  paths: string[];
  expiresInMs: number;
  /** Handed over by this agent, not waited for. */
  from?: string | undefined;
  /** Claims of this agent that the lock handed over answers. */
  claims?: string[] | undefined;
}
interface Waiting {
  /** What was claimed, without the wait. */
  readonly input: CommandInput<'lock.claim'>;
  granted(grant: Grant): void;
  lost(reason: string): void;
}

/** The hub ends a wait by its own clock; this much later the client stops believing that it will say so. */
const WAIT_MARGIN_MS = 5_000;

const isGrant = (value: unknown): value is Grant =>
  isObject(value) &&
  typeof value.lockId === 'string' &&
  typeof value.fence === 'string' &&
  typeof value.expiresInMs === 'number' &&
  (value.from === undefined || typeof value.from === 'string') &&
  (value.claims === undefined || Array.isArray(value.claims)) &&
  Array.isArray(value.paths);

/** All the locks of one client: claimed, waited for, renewed, and given up when the hub says so or nobody renews them. */
export class Leases {
  readonly #requests: Requests;
  readonly #timers: Timers;
  readonly #held = new Map<string, Lease>();
  readonly #waiting = new Map<string, Waiting>();
  /** Grants that overtook the answer to their claim. */
  readonly #early = new Recent<Grant>();
  /** Why a lock was lost that nobody here had yet: its grant came in the same moment, and is still on its way. */
  readonly #overtaken = new Recent<string>();
  /** Claims given up while waiting; a grant that comes all the same is handed back. */
  readonly #abandoned = new Set<string>();
  readonly #onError: (what: string, error: unknown) => void;
  #onHanded: HandedLock | undefined;

  constructor(requests: Requests, timers: Timers, onError: (what: string, error: unknown) => void) {
    this.#requests = requests;
    this.#timers = timers;
    this.#onError = onError;
  }

  handle(handler: HandedLock): void {
    this.#onHanded = handler;
  }

  async claim(paths: string[], options: ClaimOptions = {}): Promise<Lock> {
    const { signal, waitMs, ...rest } = options;
    const input = { paths, ...rest };
    const sentAt = this.#timers.monotonic();
    const waiting = { ...input, ...(waitMs !== undefined && { waitMs }) };
    const answer = await this.#requests.send('lock.claim', waiting, signal === undefined ? {} : { signal });
    if (answer.granted) return this.#hold(answer, sentAt);
    const grant = await this.#wait(answer.lockId, waitMs ?? 0, { input, signal });
    return this.#hold(grant, this.#timers.monotonic());
  }

  /** Server → agent frames about locks; true when it was one. */
  event(name: string, payload: unknown): boolean {
    if (name === 'lock.granted' && isGrant(payload)) this.#granted(payload);
    else if (name === 'lock.lost' && isObject(payload)) this.#lost(String(payload.lockId), String(payload.reason));
    else return false;
    return true;
  }

  /** After every welcome: what was granted or lost meanwhile. In a new epoch, leases the ledger lost are gone. */
  async reconcile(newEpoch: boolean): Promise<void> {
    const believed = [...this.#held.values()];
    if (believed.length + this.#waiting.size === 0) return;
    const sentAt = this.#timers.monotonic();
    const { locks } = await this.#requests.send('lock.renew', {});
    const standing = new Map(locks.map((lock) => [lock.lockId, lock]));
    for (const lease of believed) {
      const stands = standing.get(lease.lockId);
      if (stands?.fence === lease.fence) lease.renewed(stands.expiresInMs, sentAt);
      else lease.lose(newEpoch ? 'EPOCH' : 'EXPIRED');
    }
    // Handed over while nobody listened here.
    const hasOthers = locks.some(({ lockId }) => !this.#held.has(lockId) && !this.#waiting.has(lockId));
    for (const [lockId, waiting] of this.#waiting) {
      const stands = standing.get(lockId);
      if (stands !== undefined) waiting.granted({ ...stands, paths: [] });
      else if (hasOthers) void this.#askAgain(waiting);
    }
  }

  /** A lock that covers what is waited for answers it; else it is refused, and the wait goes on. */
  async #askAgain(waiting: Waiting): Promise<void> {
    const answer = await this.#requests.send('lock.claim', waiting.input).catch(() => undefined);
    if (answer?.granted === true) waiting.granted(answer);
  }

  /** The client will not come back: nobody renews any more. */
  loseAll(reason: LockLostReason | 'SUPERSEDED' | 'CLOSED'): void {
    for (const lease of [...this.#held.values()]) lease.lose(reason);
    for (const waiting of [...this.#waiting.values()]) waiting.lost(reason);
  }

  #hold(grant: Grant, since: number): Lock {
    const lost = this.#overtaken.take(grant.lockId);
    if (lost !== undefined) throw Lease.lostError(grant.lockId, lost);
    const known = this.#held.get(grant.lockId);
    // A claim covered by an own lock renews that lock: the hub counts one, so its last user here releases it.
    const lease =
      known ??
      new Lease(grant, {
        requests: this.#requests,
        timers: this.#timers,
        gone: (lockId) => void this.#held.delete(lockId),
      });
    this.#held.set(grant.lockId, lease);
    lease.renewed(grant.expiresInMs, since);
    return lease.use();
  }

  #granted(grant: Grant): void {
    // Whatever became of it before, now it is ours.
    this.#overtaken.take(grant.lockId);
    if (grant.from !== undefined) {
      this.#handed(grant, grant.from);
      return;
    }
    if (this.#held.has(grant.lockId)) return;
    if (!this.#answer(grant.lockId, grant)) this.#giveBack(grant);
  }

  /** False when nobody wants the claim any more. */
  #answer(claimId: string, grant: Grant): boolean {
    const waiting = this.#waiting.get(claimId);
    if (waiting !== undefined) waiting.granted(grant);
    else if (this.#abandoned.delete(claimId)) return false;
    else this.#early.set(claimId, grant);
    return true;
  }

  /** Whoever waited for what it covers gets it; else nobody here asked for it. Whoever cannot use it keeps nobody from it. */
  #handed(grant: Grant, from: string): void {
    const answered = (grant.claims ?? []).filter((claimId) => this.#answer(claimId, grant));
    if (answered.length > 0) return;
    const handler = this.#onHanded;
    if (handler === undefined) {
      this.#giveBack(grant);
      return;
    }
    const lock = this.#hold(grant, this.#timers.monotonic());
    void (async () => handler(lock, from))().catch((error: unknown) => {
      this.#onError(`a lock handed over by ${from}`, error);
      void lock.release().catch(() => undefined);
    });
  }

  #lost(lockId: string, reason: string): void {
    this.#early.take(lockId);
    if (this.#abandoned.delete(lockId)) return;
    const held = this.#held.get(lockId);
    if (held === undefined) this.#overtaken.set(lockId, reason);
    held?.lose(reason);
    this.#waiting.get(lockId)?.lost(reason);
  }

  #giveBack({ lockId, fence }: Grant): void {
    // It ends by itself when nobody renews it: handing it back early is a courtesy.
    this.#requests.send('lock.release', { lockId, fence }).catch(() => undefined);
  }

  async #wait(
    lockId: string,
    waitMs: number,
    claim: { input: CommandInput<'lock.claim'>; signal: AbortSignal | undefined },
  ): Promise<Grant> {
    const { input, signal } = claim;
    const { paths } = input;
    const early = this.#early.take(lockId);
    if (early !== undefined) return early;
    let end = (): void => undefined;
    try {
      return await new Promise<Grant>((resolve, reject) => {
        const abandon = (error: unknown): void => {
          this.#abandoned.add(lockId);
          // Refused when it was granted or ended meanwhile; a grant is then handed back when it is heard of.
          this.#requests.send('lock.release', { lockId }).catch(() => undefined);
          reject(error);
        };
        const tooLong = (): SignalboxError =>
          new SignalboxError({
            code: 'LOCK_HELD',
            message: `Waited ${waitMs} ms for ${paths.join(', ')} and did not get it; ask its holder or claim again.`,
            details: { lockId },
          });
        const stop = this.#timers.after(waitMs + WAIT_MARGIN_MS, () => abandon(tooLong()));
        const aborted = (): void => abandon(signal?.reason);
        signal?.addEventListener('abort', aborted);
        end = () => {
          stop();
          signal?.removeEventListener('abort', aborted);
        };
        const lost = (reason: string): void =>
          reject(reason === 'TIMEOUT' ? tooLong() : Lease.lostError(lockId, reason));
        this.#waiting.set(lockId, {
          input,
          granted: (grant) => resolve({ ...grant, paths: grant.paths.length > 0 ? grant.paths : paths }),
          lost,
        });
        const overtaken = this.#overtaken.take(lockId);
        if (overtaken !== undefined) lost(overtaken);
        if (signal?.aborted === true) aborted();
      });
    } finally {
      this.#waiting.delete(lockId);
      end();
    }
  }
}
