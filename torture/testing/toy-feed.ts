import type { SeededBug } from './seeded-bug.ts';
import type { World } from './world.ts';

const PICTURE_EVERY = 20;
const WATCHER = 'toy 0';
/** A snapshot, and a beat that shows that it is kept up to date. */
const LEVEL_AFTER_MS = 2_100;
/** It is watched on when nothing happens any more. */
const WATCHED_AFTERWARDS_MS = 12_000;
/** When the log is read again. */
const READ_AGAIN_AFTER_MS = 500;

interface Place {
  epoch: number;
  seq: number;
}

/** One control room, and what it and an auditor of the log write down. */
export class ToyFeed {
  readonly #world: World;
  readonly #bug: SeededBug;
  #place: Place = { epoch: 0, seq: 0 };
  #connection = 0;
  #isSilent = false;
  #lastDigest: string | undefined;

  constructor(world: World, bug: SeededBug) {
    this.#world = world;
    this.#bug = bug;
    this.#connect();
  }

  /** Another epoch: the hub is connected to anew. */
  restarted(): void {
    this.#stands('away');
    this.#connect();
  }

  committed(place: Place, digestOf: () => string): void {
    this.#place = place;
    if (this.#bug.strikes('feed goes silent', this.#world.now)) {
      this.#isSilent = true;
      this.#bug.tookEffect = true;
      this.#stands('behind');
    }
    if (place.seq % PICTURE_EVERY === 0) this.#picture(place, digestOf());
  }

  close(records: readonly { kind: string; id: string }[]): void {
    const { now } = this.#world;
    const [one] = records;
    const differs = one !== undefined && this.#bug.strikes('records differ from the log', now);
    const isGone = this.#bug.strikes('log loses entries', now);
    this.#bug.tookEffect ||= differs || isGone;
    const { epoch, seq } = this.#place;
    const found = {
      differing: differs ? [`${one.kind}:${one.id}`] : [],
      gone: isGone ? [`${epoch}-${seq - 1}`] : [],
    };
    this.#world.after(READ_AGAIN_AFTER_MS, () =>
      this.#world.write({ k: 'reread', epoch, seq, entries: seq, records: records.length, ...found }),
    );
    this.#world.after(WATCHED_AFTERWARDS_MS, () => this.#stands('away'));
  }

  #connect(): void {
    const connection = ++this.#connection;
    this.#stands('behind');
    this.#world.after(LEVEL_AFTER_MS, () => {
      if (!this.#isSilent && connection === this.#connection) this.#stands('level');
    });
  }

  #stands(stands: 'level' | 'behind' | 'away'): void {
    this.#world.write({ k: 'feed', watcher: WATCHER, stands, ...this.#place });
  }

  #picture({ epoch, seq }: Place, digest: string): void {
    const { now } = this.#world;
    const stale =
      this.#lastDigest !== undefined && this.#lastDigest !== digest && this.#bug.strikes('stale picture', now);
    // It has not heard of the new epoch, and shows what it alone has.
    const phantom = epoch > 1 && this.#bug.strikes('phantom state', now);
    this.#bug.tookEffect ||= stale || phantom;
    const shown = { k: 'picture' as const, epoch: phantom ? epoch - 1 : epoch, seq };
    if (!phantom) this.#world.write({ ...shown, whose: 'auditor', digest });
    this.#world.write({ ...shown, whose: 'hub', digest });
    this.#world.write({ ...shown, whose: 'watcher', digest: stale ? (this.#lastDigest ?? '') : digest });
    this.#lastDigest = digest;
  }
}
