import type { AnyRecord } from '@signalbox/shared/records';

const MAX_RECORDS = 1_000;
/** A quarter of what one transaction may weigh, since some of its records are not counted. */
const MAX_CHARACTERS = 2_000_000;

/** How much a decision about many records has changed: what is left when it is full is for the next transaction. */
export class Load {
  #records = 0;
  #characters = 0;

  get isFull(): boolean {
    return this.#records >= MAX_RECORDS || this.#characters >= MAX_CHARACTERS;
  }

  add(record: AnyRecord): void {
    this.#records++;
    this.#characters += JSON.stringify(record).length;
  }
}
