import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { Bus } from '../bus.ts';

interface Ear {
  readonly bus: MemoryBus;
  readonly listener: (message: string) => void;
}

/** What the buses of several nodes share: messages wait in it until a test lets them go, in order. */
export class MemoryWire {
  readonly #ears = new Map<string, Set<Ear>>();
  readonly #waiting: { channel: string; message: string }[] = [];
  /** Messages that are never delivered to this bus. */
  drops: (to: MemoryBus, message: string) => boolean = () => false;

  bus(): MemoryBus {
    return new MemoryBus(this);
  }

  send(channel: string, message: string): void {
    this.#waiting.push({ channel, message });
  }

  hear(channel: string, ear: Ear): void {
    const ears = this.#ears.get(channel) ?? new Set();
    this.#ears.set(channel, ears.add(ear));
  }

  unhear(bus: MemoryBus): void {
    for (const ears of this.#ears.values()) for (const ear of ears) if (ear.bus === bus) ears.delete(ear);
  }

  isHeard(channel: string): boolean {
    return (this.#ears.get(channel)?.size ?? 0) > 0;
  }

  /** Delivers what waits, and what is sent because of it. Returns what was delivered. */
  flush(): string[] {
    const delivered: string[] = [];
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      delivered.push(next.message);
      for (const { bus, listener } of this.#ears.get(next.channel) ?? [])
        if (!this.drops(bus, next.message)) listener(next.message);
    }
    return delivered;
  }
}

/** The bus of one node. */
export class MemoryBus implements Bus {
  readonly #wire: MemoryWire;
  readonly #gapListeners = new Listeners<[]>();

  constructor(wire: MemoryWire) {
    this.#wire = wire;
  }

  publish(channel: string, message: string): void {
    this.#wire.send(channel, message);
  }

  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    this.#wire.hear(channel, { bus: this, listener });
  }

  async unheard(channels: readonly string[]): Promise<string[]> {
    return channels.filter((channel) => !this.#wire.isHeard(channel));
  }

  onGap(listener: () => void): Off {
    return this.#gapListeners.on(listener);
  }

  /** Listening was interrupted and works again. */
  gap(): void {
    this.#gapListeners.tell();
  }

  /** The process is killed: nothing is heard or said any more. */
  kill(): void {
    this.#wire.unhear(this);
  }
}
