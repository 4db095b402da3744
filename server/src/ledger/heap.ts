type Entry = readonly [deadline: number, key: string];

/** So many entries that no longer count are carried along before the heap is built anew. */
const STALE_ALLOWED = 1_000;

/**
 * Keys by deadline: a binary min-heap. A key whose deadline has changed leaves its old entry behind; it is skipped when
 * it comes to the top, and thrown out with all others once they are the majority. Else a lock held for a second would
 * be remembered until its lease would have ended, and thousands of them a second would fill the memory.
 */
export class DeadlineHeap {
  readonly #current = new Map<string, number>();
  #entries: Entry[] = [];

  /** Entries kept, those that no longer count too. */
  get size(): number {
    return this.#entries.length;
  }

  /** The key's deadline from now on; undefined when it has none. */
  set(key: string, deadline: number | undefined): void {
    const before = this.#current.get(key);
    if (deadline === before) return;
    if (deadline === undefined) this.#current.delete(key);
    else {
      this.#current.set(key, deadline);
      this.#push([deadline, key]);
    }
    if (this.#entries.length > 2 * this.#current.size + STALE_ALLOWED) this.#rebuild();
  }

  /** The earliest deadline with its key. */
  next(): Entry | undefined {
    for (;;) {
      const top = this.#entries[0];
      if (top === undefined || this.#counts(top)) return top;
      this.#pop();
    }
  }

  /** Keys whose deadline is at or before `clock`, earliest first, at most `limit`. They stay until they are set anew. */
  due(clock: number, limit: number): string[] {
    const due = new Map<string, Entry>();
    while (due.size < limit) {
      const top = this.next();
      if (top === undefined || top[0] > clock) break;
      this.#pop();
      due.set(top[1], top);
    }
    for (const entry of due.values()) this.#push(entry);
    return [...due.keys()];
  }

  #counts([deadline, key]: Entry): boolean {
    return this.#current.get(key) === deadline;
  }

  #rebuild(): void {
    this.#entries = [];
    for (const [key, deadline] of this.#current) this.#push([deadline, key]);
  }

  #push(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((entries[parent]?.[0] ?? 0) <= entry[0]) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): void {
    const entries = this.#entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return;
    entries[0] = last;
    let at = 0;
    for (;;) {
      let smallest = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if ((entries[child]?.[0] ?? Infinity) < (entries[smallest]?.[0] ?? Infinity)) smallest = child;
      if (smallest === at) return;
      this.#swap(at, smallest);
      at = smallest;
    }
  }

  #swap(a: number, b: number): void {
    const first = this.#entries[a];
    const second = this.#entries[b];
    if (first === undefined || second === undefined) return;
    this.#entries[a] = second;
    this.#entries[b] = first;
  }
}
