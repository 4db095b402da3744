import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { Redis } from 'ioredis';
import { createRedisClient, type RedisAddress } from './client.ts';

/** What we publish comes back to us at once; a subscription on which nothing comes for so long is dead. */
const SILENT_AFTER_MS = 3_000;

export interface RedisBusOptions {
  /** The hub's client, to publish with. */
  redis: Redis;
  address: RedisAddress;
  monotonic?: () => number;
}

/** Redis pub/sub as the bus of the nodes: published on the hub's connection, heard on one of its own. */
export class RedisBus {
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #monotonic: () => number;
  readonly #listeners = new Map<string, (message: string) => void>();
  readonly #gapListeners = new Listeners<[]>();
  #missingSince: number | undefined;

  private constructor({ redis, address, monotonic }: RedisBusOptions) {
    this.#redis = redis;
    this.#monotonic = monotonic ?? (() => performance.now());
    this.#subscriber = createRedisClient(address);
    // The hub's own client tells what is wrong with Redis.
    this.#subscriber.on('error', () => {});
    this.#subscriber.on('message', (channel: string, message: string) => {
      this.#missingSince = undefined;
      this.#listeners.get(channel)?.(message);
    });
  }

  /** Rejects when Redis cannot be reached. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    await bus.#subscriber.connect();
    bus.#subscriber.on('ready', () => void bus.#resubscribe());
    return bus;
  }

  publish(channel: string, message: string): void {
    this.#redis.publish(channel, message).then(
      () => this.#listeners.has(channel) && this.#expect(),
      () => {},
    );
  }

  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#subscriber.subscribe(channel);
  }

  async unheard(channels: readonly string[]): Promise<string[]> {
    const counts = await this.#redis.pubsub('NUMSUB', ...channels);
    return channels.filter((channel) => Number(counts[counts.indexOf(channel) + 1]) === 0);
  }

  onGap(listener: () => void): Off {
    return this.#gapListeners.on(listener);
  }

  close(): void {
    this.#subscriber.disconnect();
  }

  async #resubscribe(): Promise<void> {
    try {
      this.#missingSince = undefined;
      if (this.#listeners.size > 0) await this.#subscriber.subscribe(...this.#listeners.keys());
      this.#gapListeners.tell();
    } catch {
      this.#subscriber.disconnect(true);
    }
  }

  /** Redis took it: unless it comes back, the connection we listen on is one that nothing comes through any more. */
  #expect(): void {
    const now = this.#monotonic();
    this.#missingSince ??= now;
    if (now - this.#missingSince < SILENT_AFTER_MS) return;
    this.#missingSince = undefined;
    this.#subscriber.disconnect(true);
  }
}
