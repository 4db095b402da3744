import type { MessageRecord } from '@signalbox/shared/records/message';
import { isObject } from './answer.ts';
import type { Requests } from './requests.ts';
import type { Timers } from './timers.ts';

export type MessageHandler = (message: MessageRecord) => Promise<void> | void;

const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const;
/** Handled messages remembered, so that a repetition is acknowledged without a second run. */
const HANDLED_KEPT = 10_000;
const ACKS_AT_ONCE = 1_000;

const isMessage = (value: unknown): value is MessageRecord =>
  isObject(value) && typeof value.id === 'string' && typeof value.from === 'string';

/** After Redis was replaced by an older copy, numbers come a second time. */
const keyOf = ({ id, at }: MessageRecord): string => `${id} ${at}`;

/** Messages of one sender, in order: one that fails holds up those behind it, and nobody else's. */
interface Lane {
  queue: MessageRecord[];
  failures: number;
  notBefore: number;
}
interface Ports {
  requests: Requests;
  timers: Timers;
  onError(what: string, error: unknown): void;
}

/**
 * Runs the handler once per message that it handled without an error, in the order of each sender, one at a time, and
 * acknowledges after it. The hub sends again what is not acknowledged.
 */
export class Inbox {
  readonly #ports: Ports;
  readonly #lanes = new Map<string, Lane>();
  /** See {@link keyOf}. */
  readonly #handled = new Set<string>();
  readonly #toAck = new Set<string>();
  #handler: MessageHandler | null = null;
  #running = false;
  #acking = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** What came before the handler waits for it. */
  handle(handler: MessageHandler): void {
    this.#handler = handler;
    void this.#run();
  }

  /** Server → agent frames about messages; true when it was one. */
  event(name: string, payload: unknown): boolean {
    if (name !== 'inbox' || !isObject(payload) || !Array.isArray(payload.messages)) return false;
    for (const message of payload.messages) if (isMessage(message)) this.#arrived(message);
    void this.#run();
    void this.#ack();
    return true;
  }

  #arrived(message: MessageRecord): void {
    const key = keyOf(message);
    if (this.#handled.has(key)) {
      this.#toAck.add(message.id);
      return;
    }
    const lane = this.#lanes.get(message.from) ?? { queue: [], failures: 0, notBefore: 0 };
    this.#lanes.set(message.from, lane);
    if (!lane.queue.some((queued) => keyOf(queued) === key)) lane.queue.push(message);
  }

  async #run(): Promise<void> {
    if (this.#running || this.#handler === null) return;
    this.#running = true;
    for (let due = this.#due(); due !== null; due = this.#due()) await this.#one(this.#handler, due.lane, due.message);
    this.#running = false;
  }

  #due(): { lane: Lane; message: MessageRecord } | null {
    const now = this.#ports.timers.monotonic();
    for (const [sender, lane] of this.#lanes) {
      const [message] = lane.queue;
      if (message === undefined) this.#lanes.delete(sender);
      else if (lane.notBefore <= now) return { lane, message };
    }
    return null;
  }

  async #one(handler: MessageHandler, lane: Lane, message: MessageRecord): Promise<void> {
    try {
      await handler(message);
    } catch (error) {
      const delayMs = RETRY_MS[Math.min(lane.failures, RETRY_MS.length - 1)] ?? 1_000;
      lane.failures += 1;
      lane.notBefore = this.#ports.timers.monotonic() + delayMs;
      this.#ports.timers.after(delayMs, () => void this.#run());
      this.#ports.onError(`handling ${message.id}`, error);
      return;
    }
    lane.queue.shift();
    lane.failures = 0;
    this.#handled.add(keyOf(message));
    for (const oldest of this.#handled) {
      if (this.#handled.size <= HANDLED_KEPT) break;
      this.#handled.delete(oldest);
    }
    this.#toAck.add(message.id);
    void this.#ack();
  }

  /** One ack on its way, those that come meanwhile go together. A lost one is repeated when the message comes again. */
  async #ack(): Promise<void> {
    if (this.#acking || this.#toAck.size === 0) return;
    this.#acking = true;
    const messageIds = [...this.#toAck].slice(0, ACKS_AT_ONCE);
    for (const id of messageIds) this.#toAck.delete(id);
    try {
      await this.#ports.requests.send('message.ack', { messageIds });
    } catch (error) {
      this.#ports.onError(`acknowledging ${messageIds.join(' ')}`, error);
    }
    this.#acking = false;
    void this.#ack();
  }
}
