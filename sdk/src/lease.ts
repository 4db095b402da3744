import type { Off } from '@signalbox/shared/listeners';
import { isCode, SignalboxError } from './errors.ts';
import type { Lock } from './lock.ts';
import type { Requests } from './requests.ts';
import type { Timers } from './timers.ts';

const RENEW_AT = 1 / 3;
const RETRY_MS = 1_000;

interface Ports {
  requests: Requests;
  timers: Timers;
  gone(lockId: string): void;
}

/** One lock as long as it is held. Its signal is aborted at the latest when the lease ends by the client's own clock. */
export class Lease {
  readonly lockId: string;
  readonly fence: string;
  readonly #paths: readonly string[];
  readonly #ports: Ports;
  readonly #loss = new AbortController();
  #endsAt = 0;
  #users = 0;
  #over = false;
  #stopRenewal: Off = () => undefined;
  #stopEnd: Off = () => undefined;

  constructor(grant: { lockId: string; fence: string; paths: readonly string[] }, ports: Ports) {
    this.lockId = grant.lockId;
    this.fence = grant.fence;
    this.#paths = grant.paths;
    this.#ports = ports;
  }

  static lostError(lockId: string, reason: string): SignalboxError {
    const message =
      reason === 'TRANSFERRED'
        ? `The lock ${lockId} was handed over: stop writing what it covered; another agent does now.`
        : `The lock ${lockId} is lost (${reason}): stop writing what it covered and claim it again.`;
    return new SignalboxError({ code: 'LOCK_LOST', message, details: { lockId, reason } });
  }

  /** The hub gave the whole lease again, at the earliest at `since` (monotonic). */
  renewed(expiresInMs: number, since: number): void {
    if (this.#over) return;
    const { timers } = this.#ports;
    this.#stop();
    this.#endsAt = since + expiresInMs;
    this.#stopRenewal = timers.after(expiresInMs * RENEW_AT, () => void this.#renew());
    this.#stopEnd = timers.after(Math.max(0, this.#endsAt - timers.monotonic()), () => this.lose('EXPIRED'));
  }

  lose(reason: string): void {
    if (this.#finish()) this.#loss.abort(Lease.lostError(this.lockId, reason));
  }

  use(): Lock {
    this.#users += 1;
    let released = false;
    const release = async (): Promise<void> => {
      if (released) return;
      released = true;
      this.#users -= 1;
      if (this.#users > 0 || !this.#finish()) return;
      const { lockId, fence } = this;
      await this.#ports.requests.send('lock.release', { lockId, fence }).catch((error: unknown) => {
        // Gone already is as good as released.
        if (!isCode(error, 'LOCK_LOST', 'STALE_FENCE', 'NOT_FOUND')) throw error;
      });
    };
    const transfer = async (to: string): Promise<void> => {
      const { lockId, fence } = this;
      await this.#ports.requests.send('lock.transfer', { lockId, fence, to });
      released = true;
      this.lose('TRANSFERRED');
    };
    return {
      lockId: this.lockId,
      fence: this.fence,
      paths: this.#paths,
      signal: this.#loss.signal,
      release,
      transfer,
      // What cannot be released now is not renewed any more, and ends by itself: no reason to fail the block.
      [Symbol.asyncDispose]: () => release().catch(() => undefined),
    };
  }

  async #renew(): Promise<void> {
    const { requests, timers } = this.#ports;
    const { lockId, fence } = this;
    const sentAt = timers.monotonic();
    try {
      const timeoutMs = Math.max(1, this.#endsAt - sentAt);
      const { locks } = await requests.send('lock.renew', { lockId, fence }, { timeoutMs });
      const renewed = locks.find((lock) => lock.lockId === lockId);
      if (renewed === undefined) this.lose('EXPIRED');
      else this.renewed(renewed.expiresInMs, sentAt);
    } catch (error) {
      if (isCode(error, 'LOCK_LOST', 'STALE_FENCE', 'NOT_FOUND', 'FORBIDDEN', 'SUPERSEDED')) {
        this.lose(error.code === 'SUPERSEDED' ? 'SUPERSEDED' : 'EXPIRED');
      } else if (!this.#over) this.#stopRenewal = timers.after(RETRY_MS, () => void this.#renew());
    }
  }

  /** True the first time. */
  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#stop();
    this.#ports.gone(this.lockId);
    return true;
  }

  #stop(): void {
    this.#stopRenewal();
    this.#stopEnd();
  }
}
