import type { Feed } from '@signalbox/sdk/feed';
import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { VisibleKind } from './record-types.ts';

/** The object a command is about: where its progress and its refusal are shown. */
export type Target = readonly [VisibleKind, string];

/** `sending` → `accepted` by the hub → gone once its effect is here; `unknown`: no answer yet, it is sent again. */
export interface CommandEntry {
  requestId: string;
  name: CommandName;
  target: Target | undefined;
  state: 'sending' | 'accepted' | 'unknown' | 'rejected';
  /** What was asked for, for overlays: nothing is shown as done before it is. */
  input: unknown;
  error?: ErrorBody;
}

export interface CommandLogState {
  entries: readonly CommandEntry[];
}

/** The hub remembers a request for 10 minutes; repeating it later could do it twice. */
const REPEAT_FOR_MS = 9 * 60_000;
const REPEAT_EVERY_MS = 1_000;

export interface CommandLogOptions {
  feed: Pick<Feed, 'command' | 'onDiff' | 'onSnapshot' | 'onStatus' | 'status' | 'epoch' | 'seq'>;
  newRequestId?: () => string;
  now?: () => number;
  wait?: (ms: number) => Promise<void>;
}

const NOT_LIVE: ErrorBody = { code: 'TIMEOUT', message: 'Available when live. Nothing was sent.' };
const UNSETTLED: ErrorBody = {
  code: 'TIMEOUT',
  message: 'No answer came. Look whether it took effect before you do it again.',
};
const isLive = (state: string): boolean => state === 'live' || state === 'lagging';

/** Commands under way. They never change records: what is shown is the record and, beside it, what was asked. */
export class CommandLog {
  readonly store: StoreApi<CommandLogState> = createStore<CommandLogState>(() => ({ entries: [] }));
  private readonly waiting = new Map<string, { epoch: number; seq: number; done: () => void }>();
  private readonly offs: (() => void)[];
  private readonly options: CommandLogOptions;
  private stopped = false;

  constructor(options: CommandLogOptions) {
    this.options = options;
    const { feed } = options;
    this.offs = [
      feed.onDiff((_puts, _removes, meta) => this.seen(meta.epoch, meta.seq, meta.causedBy)),
      feed.onSnapshot((_records, meta) => this.seen(meta.epoch, meta.seq, [])),
    ];
  }

  /** Settles when the hub has decided and, if it was done, its effect is in the records. */
  async run<N extends CommandName>(name: N, input: CommandInput<N>, target?: Target): Promise<Ack<CommandOutput<N>>> {
    const { feed } = this.options;
    if (!isLive(feed.status.state)) return { ok: false, error: NOT_LIVE };
    const requestId = this.options.newRequestId?.() ?? crypto.randomUUID();
    this.put({ requestId, name, target, input, state: 'sending' });
    const ack = await this.settle(name, input, requestId);
    if (!ack.ok) {
      this.update(requestId, { state: 'rejected', error: ack.error });
      return ack;
    }
    this.update(requestId, { state: 'accepted' });
    if (!actsOnHub(name)) await this.effect(requestId, ack.epoch, ack.seq);
    this.dismiss(requestId);
    return ack;
  }

  dismiss(requestId: string): void {
    this.store.setState(({ entries }) => ({ entries: entries.filter((entry) => entry.requestId !== requestId) }));
  }

  stop(): void {
    this.stopped = true;
    for (const off of this.offs) off();
    for (const { done } of this.waiting.values()) done();
  }

  /** TIMEOUT means outcome unknown: the same request again gets the first answer, or does it now, once. */
  private async settle<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    requestId: string,
  ): Promise<Ack<CommandOutput<N>>> {
    const { feed, now = Date.now } = this.options;
    const wait = this.options.wait ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
    const until = now() + REPEAT_FOR_MS;
    for (;;) {
      const ack = await feed.command(name, input, { requestId });
      if (ack.ok || ack.error.code !== 'TIMEOUT') return ack;
      this.update(requestId, { state: 'unknown' });
      do {
        if (this.stopped || now() >= until) return { ok: false, error: UNSETTLED };
        await wait(REPEAT_EVERY_MS);
      } while (!isLive(feed.status.state));
    }
  }

  private effect(requestId: string, epoch: number, seq: number): Promise<void> {
    const { feed } = this.options;
    if (this.stopped || reached({ epoch: feed.epoch ?? 0, seq: feed.seq ?? 0 }, { epoch, seq }))
      return Promise.resolve();
    return new Promise((done) => this.waiting.set(requestId, { epoch, seq, done }));
  }

  private seen(epoch: number, seq: number, causedBy: readonly string[]): void {
    for (const [requestId, entry] of this.waiting) {
      if (!causedBy.includes(requestId) && !reached({ epoch, seq }, entry)) continue;
      this.waiting.delete(requestId);
      entry.done();
    }
  }

  private put(entry: CommandEntry): void {
    // A new attempt takes the refusal of the former one off the object.
    const same = (other: CommandEntry) =>
      other.state === 'rejected' &&
      other.target !== undefined &&
      other.target[0] === entry.target?.[0] &&
      other.target[1] === entry.target[1];
    this.store.setState(({ entries }) => ({ entries: [...entries.filter((other) => !same(other)), entry] }));
  }

  private update(requestId: string, change: Partial<CommandEntry>): void {
    this.store.setState(({ entries }) => ({
      entries: entries.map((entry) => (entry.requestId === requestId ? { ...entry, ...change } : entry)),
    }));
  }
}

/** Their effect is in the records of the hub as a whole, whose numbers are not those of the project. */
export const actsOnHub = (name: CommandName): boolean => name.startsWith('token.') || name.startsWith('project.');

const reached = (position: { epoch: number; seq: number }, goal: { epoch: number; seq: number }): boolean =>
  position.epoch > goal.epoch || (position.epoch === goal.epoch && position.seq >= goal.seq);
