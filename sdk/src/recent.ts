const KEPT = 100;

/** The newest hundred of what came before anybody could use it, by id: frames overtake the answers they belong to. */
export class Recent<T> {
  readonly #kept = new Map<string, T>();

  set(id: string, value: T): void {
    this.#kept.delete(id);
    this.#kept.set(id, value);
    for (const [oldest] of this.#kept) if (this.#kept.size > KEPT) this.#kept.delete(oldest);
  }

  /** Gives it out, once. */
  take(id: string): T | undefined {
    const value = this.#kept.get(id);
    this.#kept.delete(id);
    return value;
  }
}
