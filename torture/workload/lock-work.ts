import type { Answer, Fields } from '../history/line.ts';
import type { Random } from '../random.ts';
import type { Call, Chore } from './chore.ts';

/** Few enough that everybody is in everybody's way. */
const HOT_PATHS = Array.from({ length: 20 }, (_, at) => `src/part-${at % 5}/file-${at}.ts`);
/** Among these most claims are granted. */
const QUIET_PATHS = Array.from({ length: 400 }, (_, at) => `lib/part-${at % 20}/file-${at}.ts`);
const FOLDERS = ['src/part-0/', 'src/part-1/**', 'src/part-2/'];
const MAX_HELD = 3;
const STALE_KEPT = 12;
/** So many of the stale requests name a lock that is held, with a fence of another time. */
const MIXED_UP = 0.3;
/** The shortest lease there is: some of them are to end by themselves. */
const LEASE_MS = 5_000;
const WAIT_MS = 4_000;

interface Held {
  lockId: string;
  fence: string;
  paths: string[];
}

/** What an agent does with locks, and with those it no longer has. */
export class LockWork {
  readonly #call: Call;
  readonly #random: Random;
  readonly #others: readonly string[];
  readonly #held = new Map<string, Held>();
  /** Grants that are over: every write with one of these must be refused. */
  #stale: Held[] = [];

  constructor(call: Call, random: Random, others: readonly string[]) {
    this.#call = call;
    this.#random = random;
    this.#others = others;
  }

  chores(): Chore[] {
    const chores: Chore[] = [];
    if (this.#held.size < MAX_HELD) chores.push({ weight: 18, do: () => this.#claim() });
    if (this.#held.size > 0)
      chores.push(
        { weight: 30, do: () => this.#release(this.#any()) },
        { weight: 8, do: () => this.#renew(this.#any()) },
        { weight: 8, do: () => this.#check(this.#any()) },
        { weight: 2, do: () => this.#transfer(this.#any()) },
      );
    if (this.#stale.length > 0) chores.push({ weight: 4, do: () => this.#tryStale() });
    return chores;
  }

  onPush(event: string, data: Fields): void {
    const lockId = String(data.lockId);
    if (event === 'lock.granted') this.#take(data);
    else this.#over(lockId);
  }

  async #claim(): Promise<void> {
    const among = this.#random.chance(0.5) ? HOT_PATHS : QUIET_PATHS;
    const count = this.#random.chance(0.3) ? this.#random.int(2, 4) : 1;
    const paths = [...new Set(Array.from({ length: count }, () => this.#random.pick(among)))];
    const input: Fields = {
      paths: this.#random.chance(0.05) ? [this.#random.pick(FOLDERS)] : paths,
      ttlMs: LEASE_MS,
      ...(this.#random.chance(0.15) && { mode: 'shared' }),
      ...(this.#random.chance(0.2) && { waitMs: WAIT_MS }),
    };
    const answer = await this.#call('lock.claim', input);
    if (answer?.ok === true && answer.granted === true) this.#take(answer);
  }

  async #release(held: Held): Promise<void> {
    const answer = await this.#call('lock.release', { lockId: held.lockId, fence: held.fence });
    if (answer !== undefined) this.#over(held.lockId);
  }

  async #renew(held: Held): Promise<void> {
    const answer = await this.#call('lock.renew', { lockId: held.lockId, fence: held.fence, ttlMs: LEASE_MS });
    this.#forgetRefused(held, answer);
  }

  async #check(held: Held): Promise<void> {
    this.#forgetRefused(held, await this.#call('lock.check', { paths: held.paths, fence: held.fence }));
  }

  async #transfer(held: Held): Promise<void> {
    const to = this.#random.pick(this.#others);
    const answer = await this.#call('lock.transfer', { lockId: held.lockId, fence: held.fence, to });
    if (answer?.ok === true) this.#over(held.lockId);
  }

  /** As one that was stopped and knows nothing of it would, or one that mixes up its grants. */
  async #tryStale(): Promise<void> {
    const over = this.#random.pick(this.#stale);
    const { fence } = over;
    const { lockId, paths } = this.#held.size > 0 && this.#random.chance(MIXED_UP) ? this.#any() : over;
    const [command, input] = this.#random.pick<[string, Fields]>([
      ['lock.renew', { lockId, fence, ttlMs: LEASE_MS }],
      ['lock.release', { lockId, fence }],
      ['lock.check', { paths, fence }],
      ['lock.transfer', { lockId, fence, to: this.#random.pick(this.#others) }],
    ]);
    await this.#call(command, input);
  }

  #forgetRefused(held: Held, answer: Answer | undefined): void {
    if (answer?.ok === false) this.#over(held.lockId);
  }

  #take(grant: Fields): void {
    const { lockId, fence, paths } = grant;
    if (typeof lockId !== 'string' || typeof fence !== 'string' || !Array.isArray(paths)) return;
    this.#held.set(lockId, { lockId, fence, paths: paths.map(String) });
  }

  #over(lockId: string): void {
    const held = this.#held.get(lockId);
    if (held === undefined) return;
    this.#held.delete(lockId);
    this.#stale = [held, ...this.#stale].slice(0, STALE_KEPT);
  }

  #any(): Held {
    return this.#random.pick([...this.#held.values()]);
  }
}
