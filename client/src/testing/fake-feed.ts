import type { DiffMeta, Feed, FeedStatus, FeedWelcome } from '@signalbox/sdk/feed';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { BeatFrame, PresenceFrame } from '@signalbox/shared/protocol';
import type { RecordChange, VisibleRecord } from '../hub/record-types.ts';

export interface SentCommand {
  name: string;
  input: unknown;
  requestId: string | undefined;
  /** Answers it. */
  ok(output: Record<string, unknown>): void;
  refuse(error: ErrorBody): void;
}

type Subscriptions = Pick<
  Feed,
  'onStatus' | 'onSnapshot' | 'onDiff' | 'onPresence' | 'onBeat' | 'onWelcome' | 'onNodeChange' | 'onEpochChange'
>;
type Listeners = { [K in keyof Subscriptions]: Parameters<Subscriptions[K]>[0][] };

/** A connection whose every frame and answer the test writes by hand. */
export class FakeFeed implements Feed {
  status: FeedStatus = { state: 'connecting', attempt: 1 };
  welcome: FeedWelcome | null = null;
  epoch: number | null = null;
  seq: number | null = null;
  lastFrameAt: number | null = null;
  rttMs: number | null = 4;
  beat: BeatFrame | null = null;
  /** The hub's clock. */
  serverTime = 1_700_000_000_000;
  readonly sent: SentCommand[] = [];
  /** Answers at once instead of leaving it to the test; undefined: the test answers. */
  reply: (name: string, input: unknown) => Record<string, unknown> | undefined = () => undefined;
  tries = 0;
  closed = false;
  private readonly listeners: Listeners = {
    onStatus: [],
    onSnapshot: [],
    onDiff: [],
    onPresence: [],
    onBeat: [],
    onWelcome: [],
    onNodeChange: [],
    onEpochChange: [],
  };

  serverNow = (): number => this.serverTime;
  onStatus = this.adder('onStatus');
  onSnapshot = this.adder('onSnapshot');
  onDiff = this.adder('onDiff');
  onPresence = this.adder('onPresence');
  onBeat = this.adder('onBeat');
  onWelcome = this.adder('onWelcome');
  onNodeChange = this.adder('onNodeChange');
  onEpochChange = this.adder('onEpochChange');

  command: Feed['command'] = (name, input, options) =>
    new Promise((resolve) => {
      const answer = { epoch: this.epoch ?? 1, seq: this.seq ?? 0 };
      const settle = (output: Record<string, unknown>) => resolve({ ok: true, ...answer, ...output } as never);
      const immediate = this.reply(name, input);
      if (immediate !== undefined) return settle(immediate);
      this.sent.push({
        name,
        input,
        requestId: options?.requestId,
        ok: settle,
        refuse: (error) => resolve({ ok: false, error }),
      });
    });

  tryNow(): void {
    this.tries++;
  }

  close(): void {
    this.closed = true;
  }

  /** Connected, as `role`, with these records. */
  goLive(
    records: readonly VisibleRecord[],
    options: { role?: string; durability?: string; epoch?: number; seq?: number } = {},
  ): void {
    this.welcome = {
      you: { name: 'AK', role: options.role ?? 'operator' },
      durability: options.durability ?? 'always',
    };
    for (const listener of this.listeners.onWelcome) listener(this.welcome);
    this.epoch = options.epoch ?? 1;
    this.seq = options.seq ?? 1;
    this.lastFrameAt = Date.now();
    for (const listener of this.listeners.onSnapshot) listener(records, { epoch: this.epoch, seq: this.seq, clock: 0 });
    this.setStatus({ state: 'live' });
  }

  diff(change: Partial<RecordChange>, meta: Partial<DiffMeta> = {}): void {
    this.seq = meta.seq ?? (this.seq ?? 0) + 1;
    this.epoch = meta.epoch ?? this.epoch ?? 1;
    const full: DiffMeta = {
      epoch: this.epoch,
      seq: this.seq,
      clock: meta.clock ?? 0,
      at: meta.at ?? this.serverTime,
      causedBy: meta.causedBy ?? [],
    };
    for (const listener of this.listeners.onDiff) listener(change.puts ?? [], change.removes ?? [], full);
  }

  sendBeat(change: Partial<BeatFrame> = {}): void {
    this.beat = {
      epoch: 1,
      seq: this.seq ?? 0,
      node: 'n1',
      clock: 0,
      digest: '00000000',
      serverTime: this.serverTime,
      eventsPerSecond: 12,
      viewers: 1,
      ...change,
    };
    for (const listener of this.listeners.onBeat) listener(this.beat);
  }

  setStatus(status: FeedStatus): void {
    this.status = status;
    for (const listener of this.listeners.onStatus) listener(status);
  }

  sendPresence(agents: PresenceFrame['agents']): void {
    for (const listener of this.listeners.onPresence) listener(agents);
  }

  /** The hub process is another one now. */
  changeNode(gapMs: number): void {
    for (const listener of this.listeners.onNodeChange) listener({ from: 'n1', to: 'n2', gapMs });
  }

  private adder<K extends keyof Listeners>(name: K): (listener: Listeners[K][number]) => () => void {
    return (listener) => {
      const list: Listeners[K][number][] = this.listeners[name];
      list.push(listener);
      return () => {
        const at = list.indexOf(listener);
        if (at >= 0) list.splice(at, 1);
      };
    };
  }
}
