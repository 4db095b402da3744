import type { CommandOutput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';

/** What the live record leaves out. */
export type MessageWhole = Pick<CommandOutput<'message.get'>['messages'][number], 'body' | 'data' | 'unreadBy'>;
type Entry = { whole: MessageWhole } | { error: ErrorBody };
type Listener = () => void;

/** As many as the hub hands out at once. */
const AT_ONCE = 50;
/** What nobody looks at is kept up to this many, for whoever scrolls back. */
const KEPT = 500;
const GONE: ErrorBody = { code: 'NOT_FOUND', message: 'It is not here any more.' };

export interface MessageStorePorts {
  /** Asks the hub for these. */
  get(messageIds: string[]): Promise<Ack<CommandOutput<'message.get'>>>;
  live(): boolean;
  /** Runs soon, once what is being drawn has said all it wants. */
  soon(run: () => void): void;
}

/**
 * Bodies of messages, asked for when somebody looks at them, many in one question. A body never changes; who has not
 * acknowledged a message is asked again until everybody has.
 */
export class MessageStore {
  private readonly entries = new Map<string, Entry>();
  private readonly wanted = new Map<string, number>();
  private readonly underWay = new Set<string>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private asking = false;
  private readonly ports: MessageStorePorts;

  constructor(ports: MessageStorePorts) {
    this.ports = ports;
  }

  get(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  subscribe(id: string, listener: Listener): () => void {
    const set = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(id);
    };
  }

  /** Somebody looks at it, until he calls what is returned. */
  want(id: string): () => void {
    this.wanted.set(id, (this.wanted.get(id) ?? 0) + 1);
    this.askSoon();
    return () => {
      const left = (this.wanted.get(id) ?? 1) - 1;
      if (left > 0) this.wanted.set(id, left);
      else this.wanted.delete(id);
    };
  }

  /** Once more what could not be read. */
  retry(): void {
    for (const [id, entry] of this.entries) if ('error' in entry) this.entries.delete(id);
    this.askSoon();
  }

  /** Asks for what is looked at and missing, and again for what was not acknowledged by everybody. */
  refresh(): void {
    this.ask((entry) => entry === undefined || ('whole' in entry && entry.whole.unreadBy.length > 0));
  }

  private askSoon(): void {
    if (this.asking) return;
    this.asking = true;
    this.ports.soon(() => {
      this.asking = false;
      this.ask((entry) => entry === undefined);
    });
  }

  private ask(due: (entry: Entry | undefined) => boolean): void {
    if (!this.ports.live()) return;
    const ids = [...this.wanted.keys()].filter((id) => !this.underWay.has(id) && due(this.entries.get(id)));
    for (let at = 0; at < ids.length; at += AT_ONCE) void this.read(ids.slice(at, at + AT_ONCE));
  }

  private async read(ids: string[]): Promise<void> {
    for (const id of ids) this.underWay.add(id);
    const ack = await this.ports.get(ids);
    for (const id of ids) this.underWay.delete(id);
    const found = new Map(ack.ok ? ack.messages.map((message) => [message.id, message]) : []);
    for (const id of ids) {
      const message = found.get(id);
      if (message !== undefined) this.put(id, { whole: message });
      // What was read once stays readable while the hub does not answer.
      else if (this.entries.get(id) === undefined) this.put(id, { error: ack.ok ? GONE : ack.error });
    }
    this.forget();
  }

  private put(id: string, entry: Entry): void {
    this.entries.set(id, entry);
    for (const listener of this.listeners.get(id) ?? []) listener();
  }

  private forget(): void {
    let extra = this.entries.size - this.wanted.size - KEPT;
    for (const id of this.entries.keys()) {
      if (extra <= 0) return;
      if (this.wanted.has(id)) continue;
      this.entries.delete(id);
      extra--;
    }
  }
}
