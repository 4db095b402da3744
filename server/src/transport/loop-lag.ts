const LOOK_EVERY_MS = 50;
/** A directive takes about four turns of the event loop from the request to the frame: two seconds in all. */
const LATE_MS = 500;
/** Garbage collection or one large snapshot makes a single look late; a hub that has too much to do, every one. */
const LATE_IN_A_ROW = 3;

/** Has the event loop more to do than it can? Measured by how late a timer is. */
export class LoopLag {
  readonly #monotonic: () => number;
  readonly #timer: NodeJS.Timeout;
  #lookedAt: number;
  #lateInARow = 0;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#lookedAt = monotonic();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get isBehind(): boolean {
    return this.#lateInARow >= LATE_IN_A_ROW;
  }

  #look(): void {
    const now = this.#monotonic();
    const lateMs = now - this.#lookedAt - LOOK_EVERY_MS;
    this.#lookedAt = now;
    this.#lateInARow = lateMs >= LATE_MS ? this.#lateInARow + 1 : 0;
  }
}
