import { RECEIPT_WINDOW_MS } from '@signalbox/shared/time';

const KEEP_BYTES = 64 * 1024 * 1024;

interface Entry {
  id: string;
  bytes: number;
  clock: number;
}

/** Stream ids: `<epoch>-<seq>`. */
function isOlder(a: string, b: string): boolean {
  const [aEpoch = '', aSeq = ''] = a.split('-');
  const [bEpoch = '', bSeq = ''] = b.split('-');
  return (Number(aEpoch) - Number(bEpoch) || Number(aSeq) - Number(bSeq)) < 0;
}

/** Decides how far back the log is kept: 64 MB, and never less than the window in which requests may be repeated. */
export class LogTrim {
  /** Entries in the log, oldest first; `#first` skips those given up. */
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  /** Entries read back, newest first, until the next append puts them in their place. */
  #found: Entry[] = [];

  /** An entry that is in the log already; called from the newest to the oldest, from the newest again after a reload. */
  found(id: string, bytes: number, clock: number): void {
    if (this.#found.length === 0 || !isOlder(id, this.#found.at(-1)?.id ?? '')) {
      this.#entries = [];
      this.#first = 0;
      this.#bytes = 0;
      this.#found = [];
    }
    this.#found.push({ id, bytes, clock });
    this.#bytes += bytes;
  }

  appended(id: string, bytes: number, clock: number): void {
    if (this.#found.length > 0) this.#entries = this.#found.splice(0).reverse();
    this.#entries.push({ id, bytes, clock });
    this.#bytes += bytes;
    for (;;) {
      const oldest = this.#entries[this.#first];
      if (oldest === undefined || this.#bytes <= KEEP_BYTES || oldest.clock > clock - RECEIPT_WINDOW_MS) break;
      this.#bytes -= oldest.bytes;
      this.#first++;
    }
    if (this.#first > 10_000) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The oldest id to keep, or '' while nothing needs to go. */
  minId(): string {
    return this.#first > 0 || this.#bytes > KEEP_BYTES ? (this.#entries[this.#first]?.id ?? '') : '';
  }
}
