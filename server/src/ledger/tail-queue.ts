import type { TailMessage } from './tail.ts';

/** While the store does not answer others may go on; beyond this the log is read instead, in one go. */
const MAX_WAITING = 256;

/** What a node heard of the others' commits and has not taken in yet, and who waits for it to be level with the store. */
export class TailQueue {
  #messages: TailMessage[] = [];
  #overflowed = false;
  #asking: (() => void)[] = [];

  get waiting(): boolean {
    return this.#messages.length > 0 || this.#overflowed || this.#asking.length > 0;
  }

  /** How many wait to be level with the store. */
  get asking(): number {
    return this.#asking.length;
  }

  add(message: TailMessage): void {
    if (this.#overflowed) return;
    this.#messages.push(message);
    if (this.#messages.length <= MAX_WAITING) return;
    this.#messages = [];
    this.#overflowed = true;
  }

  /** Resolves when what {@link take} returned next has been settled. */
  ask(): Promise<void> {
    return new Promise((resolve) => this.#asking.push(resolve));
  }

  /** Everything there is: messages in their order, and whether the store must be asked whatever they say. */
  take(): { messages: TailMessage[]; askStore: boolean; settle(): void } {
    const [messages, asking] = [this.#messages, this.#asking];
    const askStore = this.#overflowed || asking.length > 0;
    this.#messages = [];
    this.#asking = [];
    this.#overflowed = false;
    return {
      messages,
      askStore,
      settle() {
        for (const done of asking) done();
      },
    };
  }
}
