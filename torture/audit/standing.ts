export type Stands = 'level' | 'behind' | 'away';

/** Beats come every two seconds; on a busy machine one may be late. */
const BEAT_WITHIN_MS = 3_500;
/** What the protocol lets a client wait before it subscribes again. */
const BEHIND_FOR_MS = 1_000;

/**
 * Whether a control room is level with its hub. The first beat after it subscribed only says that the snapshot was
 * right: that it is kept up to date shows at the second. Times are of the caller's clock.
 */
export class Standing {
  readonly #onChange: (stands: Stands) => void;
  #stands: Stands = 'away';
  #beats = 0;
  #heardAt = 0;
  /** Since it was told of what it has not. */
  #lackingSince: number | undefined;

  constructor(onChange: (stands: Stands) => void) {
    this.#onChange = onChange;
  }

  get is(): Stands {
    return this.#stands;
  }

  connected(now: number): void {
    this.#heardAt = now;
    this.subscribes();
    this.#set('behind');
  }

  subscribes(): void {
    this.#beats = 0;
    this.#lackingSince = undefined;
  }

  left(): void {
    this.#set('away');
  }

  beat(isLevel: boolean, now: number): void {
    this.#heardAt = now;
    this.#beats += 1;
    if (!isLevel) {
      this.#lackingSince ??= now;
      this.#set('behind');
      return;
    }
    this.#lackingSince = undefined;
    if (this.#beats > 1) this.#set('level');
  }

  /** Called a few times a second. Is it to subscribe again? */
  tick(now: number): boolean {
    if (this.#stands === 'level' && now - this.#heardAt > BEAT_WITHIN_MS) this.#set('behind');
    return this.#lackingSince !== undefined && now - this.#lackingSince > BEHIND_FOR_MS;
  }

  /** So long the caller could not look: nothing that came meanwhile was late. */
  excuse(ms: number): void {
    this.#heardAt += ms;
    if (this.#lackingSince !== undefined) this.#lackingSince += ms;
  }

  #set(stands: Stands): void {
    if (this.#stands === stands) return;
    this.#stands = stands;
    this.#onChange(stands);
  }
}
