import { Picture } from './digest.ts';
import { contentDigest, contentDigestOf, type Entry } from './entry.ts';
import type { Position } from './position.ts';

/** So many digests are remembered for those who took a picture later than the log was read. */
const DIGESTS_KEPT = 200_000;
/** More than stands in the log at once: it is trimmed, too. */
const ENTRIES_KEPT = 1_000_000;

/** The state of a project by its log alone, and a trace of each entry that it was made of. */
export class Replay {
  readonly #picture = new Picture();
  readonly #records = new Map<string, number>();
  readonly #entries = new Map<string, number>();
  readonly #digests = new Map<number, { epoch: number; digest: string }>();
  #position: Position = { epoch: 0, seq: 0 };
  #lastId = '0-0';

  /** Of the newest transaction. */
  get position(): Position {
    return this.#position;
  }

  /** The id of the newest entry. */
  get lastId(): string {
    return this.#lastId;
  }

  /** By id, in the order of the log. */
  get entries(): ReadonlyMap<string, number> {
    return this.#entries;
  }

  follow({ id, epoch, txs, digest }: Entry): void {
    for (const { seq, puts, removes } of txs) {
      for (const [kind, key] of removes) {
        this.#picture.remove(kind, key);
        this.#records.delete(`${kind}:${key}`);
      }
      for (const put of puts) {
        this.#picture.put(put.kind, put.id, put.rev);
        this.#records.set(`${put.kind}:${put.id}`, contentDigest(put));
      }
      this.#position = { epoch, seq };
      this.#digests.set(seq, { epoch, digest: this.#picture.digest });
    }
    this.#entries.set(id, digest);
    this.#lastId = id;
    forgetOldest(this.#digests, DIGESTS_KEPT);
    forgetOldest(this.#entries, ENTRIES_KEPT);
  }

  /** Undefined before it was read, and of what the log never had. A new epoch begins with the state of the last one. */
  digestAt(epoch: number, seq: number): string | undefined {
    const at = this.#digests.get(seq);
    if (at === undefined || at.epoch > epoch) return undefined;
    const next = this.#digests.get(seq + 1);
    return at.epoch === epoch || next === undefined || next.epoch >= epoch ? at.digest : undefined;
  }

  /** Which of these records, by `kind:id`, are missing, too many, or not as the log has them. */
  differing(records: Readonly<Record<string, string>>): string[] {
    const differing: string[] = [];
    for (const [key, text] of Object.entries(records)) {
      const digest = contentDigestOf(text);
      if (digest === undefined || this.#records.get(key) !== digest) differing.push(key);
    }
    for (const key of this.#records.keys()) if (!Object.hasOwn(records, key)) differing.push(key);
    return differing;
  }
}

function forgetOldest(map: Map<unknown, unknown>, kept: number): void {
  for (const key of map.keys()) {
    if (map.size <= kept) return;
    map.delete(key);
  }
}
