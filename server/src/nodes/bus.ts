import type { Off } from '@signalbox/shared/listeners';

/** What nodes say to each other on the side: whatever gets lost is said again, or found in the ledger. */
export interface Bus {
  /** Best effort: neither waits nor throws. */
  publish(channel: string, message: string): void;
  /** Resolves when messages of the channel are heard. Rejects when the bus cannot be reached. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** Which of the channels nobody listens to; rejects when that cannot be known. */
  unheard(channels: readonly string[]): Promise<string[]>;
  /** Hears that listening was interrupted and works again: messages may be missing. Returns its off. */
  onGap(listener: () => void): Off;
}
