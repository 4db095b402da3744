import type { Fields } from '../history/line.ts';
import type { SeededBug } from './seeded-bug.ts';
import type { ToyContext } from './toy-locks.ts';
import {
  type Decided,
  number,
  type Request,
  type ToyMessage,
  type ToyPush,
  type ToyRecord,
  type ToyState,
  text,
  texts,
} from './toy-state.ts';
import type { World } from './world.ts';

const AGAIN_AFTER_MS = 100;

/** Inboxes: what was not handled yet is told again at every connection, oldest first. */
export class ToyMail {
  readonly #world: World;
  readonly #bug: SeededBug;
  readonly #state: ToyState;
  readonly #push: (push: ToyPush) => void;
  readonly #inboxes = new Map<string, string[]>();
  /** Kept back until a later one has gone first. */
  #late: ToyMessage | undefined;
  /** What was dropped, or overtaken by another. */
  lost: ToyMessage | undefined;
  overtaken: { late: string; by: string } | undefined;
  /** What is told again though it was acknowledged. */
  again: { agent: string; messageId: string } | undefined;

  constructor(world: World, bug: SeededBug, state: ToyState, push: (push: ToyPush) => void) {
    this.#world = world;
    this.#bug = bug;
    this.#state = state;
    this.#push = push;
  }

  decide({ command, input, agent }: Request, { nextId }: ToyContext): Decided {
    if (command === 'message.ack') {
      const acked = texts(input.messageIds).filter((id) => this.#inbox(agent).includes(id));
      return acked.length === 0 ? { reply: {} } : { reply: {}, acked };
    }
    const to = text(input.to);
    const data: Fields = typeof input.data === 'object' && input.data !== null ? { ...input.data } : {};
    const id = nextId('M');
    const message: ToyMessage = { kind: 'message', id, from: agent, to, recipients: [to], n: number(data.n) };
    return { reply: { messageId: id, recipients: [to] }, puts: [message] };
  }

  committed(agent: string, puts: readonly ToyRecord[], acked: readonly string[]): void {
    const [first] = acked;
    if (first !== undefined && this.#bug.strikes('acknowledged message again', this.#world.now)) {
      this.again = { agent, messageId: first };
      this.#world.after(AGAIN_AFTER_MS, () => this.#tell(agent, this.#state.messages.get(first)));
    }
    if (acked.length > 0)
      this.#inboxes.set(
        agent,
        this.#inbox(agent).filter((id) => !acked.includes(id)),
      );
    for (const record of puts) if (record.kind === 'message') this.#accept(record);
  }

  isRead(agent: string): boolean {
    return this.#inbox(agent).length === 0;
  }

  redeliver(agent: string): void {
    for (const id of this.#inbox(agent)) this.#tell(agent, this.#state.messages.get(id));
  }

  drain(): void {
    if (this.#late !== undefined) this.#deliver(this.#late);
    this.#late = undefined;
  }

  #accept(message: ToyMessage): void {
    const { now } = this.#world;
    if (this.#bug.strikes('lost message', now)) {
      this.lost = message;
      return;
    }
    if (this.#bug.strikes('reordered message', now)) {
      this.#late = message;
      return;
    }
    this.#deliver(message);
    const late = this.#late;
    if (late === undefined || late.from !== message.from || late.to !== message.to) return;
    this.overtaken = { late: late.id, by: message.id };
    this.drain();
  }

  #deliver(message: ToyMessage): void {
    this.#inbox(message.to).push(message.id);
    this.#tell(message.to, message);
  }

  #tell(agent: string, message: ToyMessage | undefined): void {
    if (message !== undefined) this.#push({ agent, event: 'inbox', data: { ...message } });
  }

  #inbox(agent: string): string[] {
    const own = this.#inboxes.get(agent) ?? [];
    this.#inboxes.set(agent, own);
    return own;
  }
}
