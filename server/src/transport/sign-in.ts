import type { IncomingHttpHeaders } from 'node:http';
import { isRefusal, type Refusal } from '@signalbox/shared/errors';
import type { Auth } from './auth.ts';
import { tooFast } from './gate.ts';
import type { Principal } from './principal.ts';
import { RateLimit } from './rate-limit.ts';

/** Of one address. A person mistypes now and then; a fleet whose token was revoked hears so once each and stays away. */
const FAILURES = { perSecond: 10, burst: 100 };

/** Where a request comes from, as far as that can be known. */
export interface Origin {
  address: string | undefined;
  headers: IncomingHttpHeaders;
}

export interface SignInOptions {
  auth: Auth;
  /** A proxy of ours stands in front: it says who is behind it. */
  behindTlsProxy: boolean;
  monotonic?: () => number;
}

/**
 * Who a token speaks for, with a limit on how often an address may be wrong. Whoever has a good token is never held up
 * by others behind the same address; a guess at 256 bits would not succeed at any rate, but a flood of them has a cost.
 */
export class SignIn {
  readonly #auth: Auth;
  readonly #behindTlsProxy: boolean;
  readonly #failures: RateLimit;

  constructor({ auth, behindTlsProxy, monotonic }: SignInOptions) {
    this.#auth = auth;
    this.#behindTlsProxy = behindTlsProxy;
    this.#failures = new RateLimit(FAILURES, monotonic);
  }

  async principalOf(token: string, origin: Origin): Promise<Principal | Refusal> {
    let principal = this.#auth.principalOf(token);
    // Another node may have made it a moment ago.
    if (isRefusal(principal) && (await this.#auth.learn(token))) principal = this.#auth.principalOf(token);
    return isRefusal(principal) ? this.failed(principal, origin) : principal;
  }

  /** What is answered instead of `refusal`: the same, or that this address is wrong too often. */
  failed(refusal: Refusal, origin: Origin): Refusal {
    const afterMs = this.#failures.take(this.#addressOf(origin));
    return afterMs > 0 ? tooFast('Too many failed sign-ins from this address', afterMs) : refusal;
  }

  /** Only the last entry was written by our own proxy. */
  #addressOf({ address, headers }: Origin): string {
    const forwarded = this.#behindTlsProxy
      ? String(headers['x-forwarded-for'] ?? '')
          .split(',')
          .at(-1)
          ?.trim()
      : '';
    return forwarded || (address ?? 'unknown');
  }
}
