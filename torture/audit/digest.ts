/** FNV-1a, 32 bit (Fowler, Noll, Vo). */
export function digestOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Of `kind:id@rev`, as the protocol has it for one record of a state. */
export const recordDigest = (kind: string, id: string, rev: number): number => digestOf(`${kind}:${id}@${rev}`);

/** What the protocol shows to everybody who may read a project. */
const SHOWN: ReadonlySet<string> = new Set([
  'agent',
  'task',
  'lock',
  'waiter',
  'message',
  'directive',
  'receipt',
  'question',
  'alarm',
]);

/** The revisions of the records that are shown, and their digest, kept up to date. */
export class Picture {
  readonly #revisions = new Map<string, number>();
  #sum = 0;

  put(kind: string, id: string, rev: number): void {
    if (!SHOWN.has(kind)) return;
    this.remove(kind, id);
    this.#revisions.set(`${kind}:${id}`, rev);
    this.#sum = (this.#sum + recordDigest(kind, id, rev)) >>> 0;
  }

  remove(kind: string, id: string): void {
    const rev = this.#revisions.get(`${kind}:${id}`);
    if (rev === undefined) return;
    this.#revisions.delete(`${kind}:${id}`);
    this.#sum = (this.#sum - recordDigest(kind, id, rev)) >>> 0;
  }

  clear(): void {
    this.#revisions.clear();
    this.#sum = 0;
  }

  get digest(): string {
    return this.#sum.toString(16).padStart(8, '0');
  }
}
