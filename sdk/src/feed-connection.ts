import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import { CONTROL_NAMESPACE } from '@signalbox/shared/endpoints';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Off } from '@signalbox/shared/listeners';
import type { Ack, BeatFrame, Cursor } from '@signalbox/shared/protocol';
import { isAck, randomId, timeout } from './answer.ts';
import { Backoff } from './backoff.ts';
import { refusedForGood } from './errors.ts';
import { FeedClock } from './feed-clock.ts';
import { FeedEvents } from './feed-events.ts';
import type { Feed, FeedCommandOptions, FeedOptions, FeedStatus, FeedWelcome } from './feed-types.ts';
import { isBeatFrame, isDiffFrame, isPresenceFrame, isSnapshotFrame } from './frames.ts';
import { Sequencer, type SequencerStep } from './sequencer.ts';
import type { OpenSocket, SocketPort } from './socket.ts';
import { isSubscribeAnswer } from './subscribe-answer.ts';
import type { Timers } from './timers.ts';

const TICK_MS = 250;
const STALE_AFTER_MS = 5_000;
const LAGGING_OVER_MS = 2_000;
const COMMAND_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 10_000;

/** Where the connection is. What people see, {@link FeedStatus}, is derived from it and from the frames. */
type Link =
  | { at: 'opening'; attempt: number; closeReason: string | null }
  | { at: 'open'; openedAt: number }
  | { at: 'waiting'; attempt: number; nextTryAt: number; closeReason: string; stop: Off }
  | { at: 'refused'; error: ErrorBody }
  | { at: 'closed' };

export class FeedConnection extends FeedEvents implements Feed {
  readonly #options: FeedOptions;
  readonly #sequencer = new Sequencer();
  readonly #clock = new FeedClock();
  readonly #backoff: Backoff;
  readonly #timers: Timers;
  readonly #openSocket: OpenSocket;
  readonly #unanswered = new Set<() => void>();
  #socket: SocketPort | null = null;
  #link: Link = { at: 'closed' };
  #status: FeedStatus = { state: 'connecting', attempt: 1 };
  #welcome: FeedWelcome | null = null;
  #beat: BeatFrame | null = null;
  #lastFrame: { wall: number; monotonic: number } | null = null;
  /** The frame gap before the newest connection, for who is told that the hub is another process. */
  #gapMs = 0;
  #lagMs = 0;
  #pingedAt = Number.NEGATIVE_INFINITY;
  #drainMs: number | null = null;
  #subscription = 0;
  /** The epoch of the newest snapshot told to listeners. */
  #shownEpoch: number | null = null;
  #stopTicking: Off = () => undefined;

  constructor(options: FeedOptions, ports: { openSocket: OpenSocket; timers: Timers }) {
    super();
    this.#options = options;
    this.#timers = ports.timers;
    this.#openSocket = ports.openSocket;
    this.#backoff = new Backoff(this.#timers.random);
    this.#open(1, null);
    this.#tick();
  }

  get status(): FeedStatus {
    return this.#status;
  }
  get welcome(): FeedWelcome | null {
    return this.#welcome;
  }
  get epoch(): number | null {
    return this.#sequencer.cursor?.epoch ?? null;
  }
  get seq(): number | null {
    return this.#sequencer.cursor?.seq ?? null;
  }
  get lastFrameAt(): number | null {
    return this.#lastFrame?.wall ?? null;
  }
  get rttMs(): number | null {
    return this.#clock.rttMs;
  }
  get beat(): BeatFrame | null {
    return this.#beat;
  }
  serverNow(): number {
    return this.#clock.serverNow(this.#timers.monotonic()) ?? this.#timers.wall();
  }

  command<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    { requestId = randomId() }: FeedCommandOptions = {},
  ): Promise<Ack<CommandOutput<N>>> {
    return this.#send<CommandOutput<N>>(name, { ...input, requestId });
  }

  tryNow(): void {
    const link = this.#link;
    if (link.at === 'waiting') {
      link.stop();
      this.#open(link.attempt, link.closeReason);
    } else if (link.at === 'refused') this.#open(1, link.error.message);
    else if (link.at === 'open' && this.#status.state === 'stale') {
      this.#drop();
      this.#open(1, 'no frame for 5 s');
    }
  }

  close(): void {
    if (this.#link.at === 'waiting') this.#link.stop();
    this.#stopTicking();
    this.#drop();
    this.#link = { at: 'closed' };
    this.#show();
  }

  #open(attempt: number, closeReason: string | null): void {
    this.#link = { at: 'opening', attempt, closeReason };
    const auth = this.#options.token === undefined ? {} : { token: this.#options.token };
    this.#socket = this.#openSocket(
      { url: this.#options.url, namespace: CONTROL_NAMESPACE, auth },
      {
        opened: () => this.#opened(),
        refused: (error, message) => this.#refused(error, message),
        closed: (reason) => this.#lost(reason),
        event: (name, payload) => this.#frame(name, payload),
      },
    );
    this.#show();
  }

  #opened(): void {
    const now = this.#timers.monotonic();
    this.#link = { at: 'open', openedAt: now };
    this.#gapMs = this.#lastFrame === null ? 0 : now - this.#lastFrame.monotonic;
    this.#lagMs = 0;
    this.#backoff.opened(now);
    this.#perform(this.#sequencer.opened(now));
  }

  #refused(error: ErrorBody | null, message: string): void {
    this.#drop();
    if (error !== null && refusedForGood(error)) {
      this.#link = { at: 'refused', error };
      this.#show();
    } else this.#lost(error?.message ?? message);
  }

  #lost(closeReason: string): void {
    this.#drop();
    const now = this.#timers.monotonic();
    const attempt = this.#link.at === 'opening' ? this.#link.attempt + 1 : 1;
    const delayMs = this.#drainMs ?? this.#backoff.next(now);
    this.#drainMs = null;
    const stop = this.#timers.after(delayMs, () => this.#open(attempt, closeReason));
    this.#link = { at: 'waiting', attempt, nextTryAt: this.#timers.wall() + delayMs, closeReason, stop };
    this.#show();
  }

  /** Ends the socket without a report; whoever waits for an answer on it is told that there will be none. */
  #drop(): void {
    this.#socket?.close();
    this.#socket = null;
    for (const giveUp of [...this.#unanswered]) giveUp();
  }

  #frame(name: string, payload: unknown): void {
    const now = this.#timers.monotonic();
    this.#lastFrame = { wall: this.#timers.wall(), monotonic: now };
    if (name === 'diff' && isDiffFrame(payload)) this.#perform(this.#sequencer.diff(payload, now));
    else if (name === 'snapshot' && isSnapshotFrame(payload)) this.#perform(this.#sequencer.snapshot(payload, now));
    else if (name === 'presence' && isPresenceFrame(payload)) this.presence.tell(payload.agents);
    else if (name === 'beat' && isBeatFrame(payload)) this.#heard(payload, now);
    else if (name === 'draining' && typeof payload === 'object' && payload !== null && 'reconnectAfterMs' in payload)
      this.#drainMs = Number(payload.reconnectAfterMs) || null;
    if (this.#status.state === 'stale') this.#show();
  }

  #heard(beat: BeatFrame, now: number): void {
    const before = this.#beat;
    if (before !== null && before.node !== beat.node) {
      this.#clock.reset();
      this.nodeChange.tell({ from: before.node, to: beat.node, gapMs: Math.round(this.#gapMs) });
    }
    this.#beat = beat;
    this.#clock.beat(beat.serverTime, now);
    this.#lagMs = Math.max(0, this.serverNow() - beat.serverTime);
    if (now - this.#pingedAt >= PING_EVERY_MS) this.#ping(now);
    this.#perform(this.#sequencer.beat(beat, now));
    this.beats.tell(beat);
  }

  #ping(now: number): void {
    this.#pingedAt = now;
    void this.#send('project.get', {}).then((answer) => {
      if (answer.ok) this.#clock.roundTrip(this.#timers.monotonic() - now);
    });
  }

  #tick(): void {
    this.#stopTicking = this.#timers.after(TICK_MS, () => {
      this.#tick();
      if (this.#link.at === 'open') this.#perform(this.#sequencer.tick(this.#timers.monotonic()));
    });
  }

  #perform(steps: SequencerStep[]): void {
    for (const step of steps) {
      if (step.do === 'subscribe') this.#subscribe(step.cursor);
      else if (step.do === 'diff') this.diffs.tell(step.puts, step.removes, step.meta);
      else {
        const from = this.#shownEpoch;
        this.#shownEpoch = step.meta.epoch;
        this.snapshots.tell(step.records, step.meta);
        if (from !== null && from !== step.meta.epoch) this.epochChange.tell({ from, to: step.meta.epoch });
      }
    }
    this.#show();
  }

  #subscribe(cursor: Cursor | undefined): void {
    const subscription = ++this.#subscription;
    const { project } = this.#options;
    void this.#send('subscribe', cursor === undefined ? { project } : { project, cursor }).then((answer) => {
      if (subscription !== this.#subscription || this.#link.at !== 'open') return;
      if (!answer.ok) {
        // Without an answer the sequencer asks again by itself.
        if (answer.error.code !== 'TIMEOUT') this.#refused(answer.error, answer.error.message);
      } else if (isSubscribeAnswer(answer)) {
        this.#welcome = { you: answer.you, durability: answer.durability };
        this.welcomes.tell(this.#welcome);
        this.#perform(this.#sequencer.answered(answer, this.#timers.monotonic()));
      }
    });
  }

  #send<T>(event: string, payload: object): Promise<Ack<T>> {
    return new Promise((resolve) => {
      if (this.#socket === null || this.#link.at !== 'open') return resolve(timeout(event));
      const settle = (answer: Ack<T>) => {
        stop();
        this.#unanswered.delete(giveUp);
        resolve(answer);
      };
      const giveUp = () => settle(timeout(event));
      const stop = this.#timers.after(COMMAND_TIMEOUT_MS, giveUp);
      this.#unanswered.add(giveUp);
      this.#socket.emit(event, payload, (answer) => settle(isAck<T>(answer) ? answer : timeout(event)));
    });
  }

  #show(): void {
    const status = this.#derive();
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.statuses.tell(status);
  }

  #derive(): FeedStatus {
    const link = this.#link;
    const lastFrameAt = this.lastFrameAt;
    if (link.at === 'closed') return { state: 'closed' };
    if (link.at === 'refused') return { state: 'refused', error: link.error, lastFrameAt };
    if (link.at === 'waiting') {
      const { attempt, nextTryAt, closeReason } = link;
      return { state: 'reconnecting', attempt, nextTryAt, closeReason, lastFrameAt };
    }
    if (link.at === 'opening') {
      const { attempt, closeReason } = link;
      if (closeReason === null) return { state: 'connecting', attempt };
      return { state: 'reconnecting', attempt, nextTryAt: null, closeReason, lastFrameAt };
    }
    if (!this.#sequencer.following) return { state: 'resyncing', progress: this.#sequencer.progress, lastFrameAt };
    const silentMs = this.#timers.monotonic() - Math.max(link.openedAt, this.#lastFrame?.monotonic ?? 0);
    if (silentMs > STALE_AFTER_MS && lastFrameAt !== null) return { state: 'stale', lastFrameAt };
    if (this.#lagMs > LAGGING_OVER_MS && lastFrameAt !== null)
      return { state: 'lagging', lagMs: Math.round(this.#lagMs), lastFrameAt };
    return { state: 'live' };
  }
}
