/** Ends what an `on…` began. Calling it twice does no harm. */
export type Off = () => void;

/** A fault of the listener's owner: it surfaces as uncaught there, not in the middle of whoever tells. */
function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** The listeners of one event. A listener that throws does not keep the others from hearing it. */
export class Listeners<A extends unknown[]> {
  readonly #all = new Set<{ hear: (...args: A) => void }>();
  readonly #onThrow: (error: unknown) => void;

  constructor(onThrow = surface) {
    this.#onThrow = onThrow;
  }

  get size(): number {
    return this.#all.size;
  }

  on(hear: (...args: A) => void): Off {
    const entry = { hear };
    this.#all.add(entry);
    return () => void this.#all.delete(entry);
  }

  tell(...args: A): void {
    for (const { hear } of [...this.#all]) {
      try {
        hear(...args);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}
