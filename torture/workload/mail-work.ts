import type { Fields } from '../history/line.ts';
import type { HistoryWriter } from '../history/writer.ts';
import type { Random } from '../random.ts';
import type { Call, Chore } from './chore.ts';

interface MailOptions {
  random: Random;
  others: readonly string[];
  agent: string;
  life: string;
  history: HistoryWriter;
  /** Below the first number of this life: numbers grow across lives. */
  from: number;
}

/** What an agent sends to others, numbered for each, and what it hears. */
export class MailWork {
  readonly #call: Call;
  readonly #options: MailOptions;
  readonly #sent = new Map<string, number>();
  #toAcknowledge: string[] = [];

  constructor(call: Call, options: MailOptions) {
    this.#call = call;
    this.#options = options;
  }

  chores(): Chore[] {
    const waiting = this.#toAcknowledge.length;
    return [
      { weight: 8, do: () => this.#send() },
      { weight: 2, do: () => this.#call('agent.heartbeat', {}) },
      ...(waiting > 0 ? [{ weight: waiting * 4, do: () => this.acknowledge() }] : []),
    ];
  }

  onInbox({ messages }: Fields): void {
    if (!Array.isArray(messages)) return;
    for (const message of messages as Fields[]) this.#hear(message);
  }

  /** Everything that was handled. */
  async acknowledge(): Promise<void> {
    const messageIds = this.#toAcknowledge;
    if (messageIds.length === 0) return;
    this.#toAcknowledge = [];
    await this.#call('message.ack', { messageIds });
  }

  #hear({ id, from, data }: Fields): void {
    const { history, agent, life } = this.#options;
    const messageId = String(id);
    this.#toAcknowledge.push(messageId);
    const n = typeof data === 'object' && data !== null && 'n' in data ? Number(data.n) : 0;
    history.write({ k: 'heard', agent, life, messageId, from: String(from), n });
  }

  async #send(): Promise<void> {
    const { random, others, agent } = this.#options;
    const to = random.pick(others.filter((other) => other !== agent));
    const n = (this.#sent.get(to) ?? this.#options.from) + 1;
    this.#sent.set(to, n);
    await this.#call('message.send', { to, type: 'note', body: `number ${n}`, data: { n } });
  }
}
