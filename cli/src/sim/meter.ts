import { isAck, isObject } from '@signalbox/sdk/answer';
import type { OpenSocket } from '@signalbox/sdk/socket';
import type { Timers } from '@signalbox/sdk/timers';
import { COMMANDS, type CommandName } from '@signalbox/shared/commands';
import { Histogram } from './histogram.ts';

const READS: ReadonlySet<string> = new Set(COMMANDS.filter(({ kind }) => kind === 'read').map(({ name }) => name));
/** What the SDK sends by itself, without a turn. */
const UNASKED: ReadonlySet<string> = new Set<CommandName>(['message.ack', 'lock.renew', 'task.start']);

/** Requests remembered as done; nobody repeats one that much later. */
const DONE_KEPT = 50_000;

/** Counts at the wire what the whole fleet sends and what it is answered. */
export class Meter {
  readonly acks = new Histogram();
  readonly refusals = new Map<string, number>();
  readonly #timers: Timers;
  readonly #open: OpenSocket;
  readonly #onUnasked: () => void;
  readonly #done = new Set<string>();
  readonly #accepted = new Map<string, number>();
  #changes = 0;
  #unanswered = 0;

  constructor({ open, timers, onUnasked }: { open: OpenSocket; timers: Timers; onUnasked(): void }) {
    this.#open = open;
    this.#timers = timers;
    this.#onUnasked = onUnasked;
  }

  /** Changes that were acknowledged. */
  get changes(): number {
    return this.#changes;
  }
  /** How often this command was acknowledged. */
  accepted(name: CommandName): number {
    return this.#accepted.get(name) ?? 0;
  }
  /** Sent, and not answered yet or never: the connection ended. */
  get unanswered(): number {
    return this.#unanswered;
  }

  readonly open: OpenSocket = (address, handlers) => {
    const socket = this.#open(address, handlers);
    return {
      emit: (name, payload, ack) => {
        const sentAt = this.#timers.monotonic();
        this.#unanswered += 1;
        if (UNASKED.has(name)) this.#onUnasked();
        socket.emit(name, payload, (answer) => {
          this.#unanswered -= 1;
          this.acks.add(this.#timers.monotonic() - sentAt);
          this.#count(name, payload, answer);
          ack(answer);
        });
      },
      close: () => socket.close(),
    };
  };

  #count(name: string, payload: unknown, answer: unknown): void {
    if (!isAck(answer)) return;
    if (!answer.ok) {
      increment(this.refusals, answer.error.code);
      return;
    }
    if (this.#isRepeated(payload)) return;
    increment(this.#accepted, name);
    if (isChange(name, payload, answer)) this.#changes += 1;
  }

  /** The SDK sends again what a slow hub has not answered yet: two answers, one effect. */
  #isRepeated(payload: unknown): boolean {
    const requestId = isObject(payload) ? payload.requestId : undefined;
    if (typeof requestId !== 'string') return false;
    if (this.#done.has(requestId)) return true;
    this.#done.add(requestId);
    for (const oldest of this.#done) {
      if (this.#done.size <= DONE_KEPT) break;
      this.#done.delete(oldest);
    }
    return false;
  }
}

const increment = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** A heartbeat without news and an empty queue leave everything as it was. */
function isChange(name: string, payload: unknown, answer: object): boolean {
  if (name === 'agent.heartbeat') return isObject(payload) && 'activity' in payload;
  if (name === 'task.next') return 'task' in answer && answer.task !== null;
  return !READS.has(name);
}
