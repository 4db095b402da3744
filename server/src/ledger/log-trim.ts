import { RECEIPT_WINDOW_MS } from '@signalbox/shared/time';

const KEEP_BYTES = 64 * 1024 * 1024;

/** Decides how far back the log is kept: 64 MB, and never less than the window in which requests may be repeated. */
export class LogTrim {
  /** Entries in the log, oldest first; `#first` skips those given up. */
  #entries: { id: string; bytes: number; clock: number }[] = [];
  #first = 0;
  #bytes = 0;

  /** An entry that was in the log at the start; called from the newest to the oldest. */
  found(id: string, bytes: number, clock: number): void {
    this.#entries.unshift({ id, bytes, clock });
    this.#bytes += bytes;
  }

  appended(id: string, bytes: number, clock: number): void {
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
