import { setTimeout as delay } from 'node:timers/promises';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { AccessRole, TokenRecord } from '@signalbox/shared/records/hub';
import type { Ledger } from '../ledger/ledger.ts';
import type { Principal } from './principal.ts';
import { Secrets, sameText } from './secrets.ts';

const LOOK_FOR_EXPIRED_EVERY_MS = 1_000;
/** While Redis is away, whoever signs in is not kept waiting for what it might know. */
const LEARN_WITHIN_MS = 1_000;
const OWNER: Principal = { role: 'admin', name: 'owner', tokenId: undefined, project: undefined, agentId: undefined };

export interface AuthOptions {
  /** The ledger of `_hub`, where tokens are records. */
  hub: Ledger;
  hubKey: Uint8Array;
  /** In full; it is not stored in the ledger. */
  ownerToken: string;
  wallClock?: () => number;
}

/**
 * Who a token speaks for. Keeps its own copy of the token records, so that a request is never held up by the ledger;
 * hears of a revocation in the commit that makes it.
 */
export class Auth {
  readonly #hub: Ledger;
  readonly #secrets: Secrets;
  readonly #ownerToken: string;
  readonly #wallClock: () => number;
  readonly #revokedListeners = new Listeners<[tokenId: string]>();
  readonly #expired = new Set<string>();
  readonly #offs: (() => void)[];
  readonly #timer: NodeJS.Timeout;
  #tokens: ReadonlyMap<string, TokenRecord> = new Map();

  private constructor({ hub, hubKey, ownerToken, wallClock = Date.now }: AuthOptions) {
    this.#hub = hub;
    this.#secrets = new Secrets(hubKey);
    this.#ownerToken = ownerToken;
    this.#wallClock = wallClock;
    this.#offs = [
      hub.onCommit((committed) => {
        const touched = committed.flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'token'));
        if (touched.length === 0) return;
        const next = new Map(this.#tokens);
        for (const { id, after } of touched) {
          if (after?.kind === 'token') next.set(id, after);
          else next.delete(id);
        }
        this.#replace(next);
      }),
      hub.onReset(() => void this.#load(hub)),
    ];
    this.#timer = setInterval(() => this.#findExpired(), LOOK_FOR_EXPIRED_EVERY_MS);
    this.#timer.unref();
  }

  static async open(options: AuthOptions): Promise<Auth> {
    const auth = new Auth(options);
    await auth.#load(options.hub);
    return auth;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const off of this.#offs) off();
  }

  /** The token itself, derived from its id. Pure. */
  secretOf(tokenId: string, role: AccessRole): string {
    return this.#secrets.secretOf(tokenId, role);
  }

  /** What stands behind `#k=` in a launch link. Pure. */
  linkCode(linkId: string): string {
    return this.#secrets.linkCode(linkId);
  }

  linkIdOf(code: string): string | undefined {
    return this.#secrets.linkIdOf(code);
  }

  /** The session or token of this id, while it is valid. */
  tokenOf(tokenId: string): TokenRecord | undefined {
    const record = this.#tokens.get(tokenId);
    return record === undefined || this.#isOver(record) ? undefined : record;
  }

  /** Is what this principal was made from still valid? */
  isCurrent({ tokenId }: Principal): boolean {
    return tokenId === undefined || this.tokenOf(tokenId) !== undefined;
  }

  /** Hears the id of every token that was revoked or has expired. Returns its off. */
  onRevoked(listener: (tokenId: string) => void): Off {
    return this.#revokedListeners.on(listener);
  }

  principalOf(token: string): Principal | Refusal {
    if (sameText(token, this.#ownerToken)) return OWNER;
    const parsed = this.#secrets.parseToken(token);
    switch (parsed.kind) {
      case 'unknown':
        return unauthenticated('This is not a token of this hub: it begins with sb_. Get one with token.create.');
      case 'mistyped':
        return unauthenticated('The token has a typing error or was cut off; copy the whole of it again.');
      case 'foreign':
        return unauthenticated(
          'This hub did not make this token; is it one of another hub? Get one with token.create.',
        );
      case 'genuine':
        return this.#principalOfRecord(parsed.tokenId, parsed.role);
    }
  }

  /** Catches up with the other nodes for a genuine token this one does not know. True when it does now. */
  async learn(token: string): Promise<boolean> {
    const parsed = this.#secrets.parseToken(token);
    if (parsed.kind !== 'genuine' || this.#tokens.has(parsed.tokenId)) return false;
    const { epoch, seq } = this.#hub;
    const more = this.#hub.reach({ epoch, seq: seq + 1 });
    await Promise.race([more, delay(LEARN_WITHIN_MS, undefined, { ref: false })]);
    return this.#tokens.has(parsed.tokenId);
  }

  /** Whoever has the genuine text may know what became of the token. */
  #principalOfRecord(tokenId: string, role: AccessRole): Principal | Refusal {
    const record = this.#tokens.get(tokenId);
    if (record === undefined) return unauthenticated('This token was revoked; ask an admin of the hub for another.');
    // The role in the text is for people; it is not signed.
    if (record.role !== role) return unauthenticated('The token was changed; copy the original again.');
    if (this.#isOver(record)) return unauthenticated('This token has expired; ask an admin of the hub for another.');
    return { role, name: record.name, tokenId, project: record.project, agentId: record.agentId };
  }

  /** Replaced within the read, so that no commit can come in between and be lost. */
  #load(hub: Ledger): Promise<void> {
    return hub.read((replica) =>
      this.#replace(new Map([...replica.values('token')].map((record) => [record.id, record]))),
    );
  }

  #isOver({ expiresAt }: TokenRecord): boolean {
    return expiresAt !== undefined && expiresAt <= this.#wallClock();
  }

  #replace(next: ReadonlyMap<string, TokenRecord>): void {
    const before = this.#tokens;
    this.#tokens = next;
    for (const id of before.keys()) {
      if (next.has(id)) continue;
      this.#tell(id);
      this.#expired.delete(id);
    }
  }

  #findExpired(): void {
    for (const record of this.#tokens.values()) {
      if (!this.#isOver(record) || this.#expired.has(record.id)) continue;
      this.#expired.add(record.id);
      this.#tell(record.id);
    }
  }

  #tell(tokenId: string): void {
    this.#revokedListeners.tell(tokenId);
  }
}

const unauthenticated = (message: string): Refusal => refuse('UNAUTHENTICATED', message);
