/** A binary min-heap of `[deadline, key]`. Entries are never removed early; the reader checks whether one still counts. */
export class DeadlineHeap {
  readonly #entries: (readonly [deadline: number, key: string])[] = [];

  push(deadline: number, key: string): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push([deadline, key]);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((entries[parent]?.[0] ?? 0) <= deadline) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  peek(): readonly [deadline: number, key: string] | undefined {
    return this.#entries[0];
  }

  pop(): readonly [deadline: number, key: string] | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (top === undefined || last === undefined || entries.length === 0) return top;
    entries[0] = last;
    let at = 0;
    for (;;) {
      let smallest = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if ((entries[child]?.[0] ?? Infinity) < (entries[smallest]?.[0] ?? Infinity)) smallest = child;
      if (smallest === at) return top;
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
