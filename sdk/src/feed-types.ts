import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Off } from '@signalbox/shared/listeners';
import type { Ack, BeatFrame, PresenceFrame } from '@signalbox/shared/protocol';
import type { VisibleKind, VisibleRecord } from '@signalbox/shared/records';

/** Wall-clock milliseconds of this machine in every `…At`; use `serverNow()` to compare with times in records. */
export type FeedStatus =
  | { state: 'connecting'; attempt: number }
  /** Connected, but what is shown is not yet caught up. `progress` 0–100 counts the parts of a snapshot. */
  | { state: 'resyncing'; progress: number; lastFrameAt: number | null }
  | { state: 'live' }
  /** Frames arrive, but they are this old when they do. */
  | { state: 'lagging'; lagMs: number; lastFrameAt: number }
  /** Connected, but no frame for 5 s although there is one every 2 s. */
  | { state: 'stale'; lastFrameAt: number }
  /** `nextTryAt` null: a try is under way. */
  | {
      state: 'reconnecting';
      attempt: number;
      nextTryAt: number | null;
      closeReason: string;
      lastFrameAt: number | null;
    }
  /** The hub refused for good (UNAUTHENTICATED, FORBIDDEN, NOT_FOUND …). No more tries until `tryNow()`. */
  | { state: 'refused'; error: ErrorBody; lastFrameAt: number | null }
  | { state: 'closed' };

export interface SnapshotMeta {
  epoch: number;
  seq: number;
  clock: number;
}
export interface DiffMeta {
  epoch: number;
  seq: number;
  clock: number;
  /** Wall clock of the hub when the newest change in it was committed. */
  at: number;
  /** requestIds of this connection's own commands whose effect is in here. */
  causedBy: readonly string[];
}
/** Who this connection is and what the hub promises; known from the first answer to `subscribe` on. */
export interface FeedWelcome {
  you: { name: string; role: string };
  durability: string;
}
/** The hub process is another one now, with the same ledger. `gapMs`: time without frames. */
export interface NodeChange {
  from: string;
  to: string;
  gapMs: number;
}
/** The ledger was replaced: Redis restarted, failed over or was restored. */
export interface EpochChange {
  from: number;
  to: number;
}

export interface FeedOptions {
  /** Address of the hub. In a browser the page's own origin unless given. */
  url?: string;
  /** Without it the browser's session cookie is what counts. */
  token?: string;
  project: string;
}
export interface FeedCommandOptions {
  /** A UUID unless given. Send the same id again after `TIMEOUT`: the effect happens once. */
  requestId?: string;
}

export interface Feed {
  readonly status: FeedStatus;
  readonly welcome: FeedWelcome | null;
  readonly epoch: number | null;
  readonly seq: number | null;
  /** When the last frame of any kind arrived, on this machine's clock. */
  readonly lastFrameAt: number | null;
  /** Round trip to the hub, smoothed (EWMA); null until measured. */
  readonly rttMs: number | null;
  /** The newest beat. */
  readonly beat: BeatFrame | null;
  /** The hub's wall clock now, by the fastest beats (min-RTT filter). */
  serverNow(): number;

  onStatus(listener: (status: FeedStatus) => void): Off;
  /** Everything there is: replaces what was known before. */
  onSnapshot(listener: (records: readonly VisibleRecord[], meta: SnapshotMeta) => void): Off;
  /** Applies on top, in order, without gaps. Apply `removes` before `puts`. */
  onDiff(
    listener: (
      puts: readonly VisibleRecord[],
      removes: readonly (readonly [VisibleKind, string])[],
      meta: DiffMeta,
    ) => void,
  ): Off;
  onPresence(listener: (agents: PresenceFrame['agents']) => void): Off;
  onBeat(listener: (beat: BeatFrame) => void): Off;
  onWelcome(listener: (welcome: FeedWelcome) => void): Off;
  onNodeChange(listener: (change: NodeChange) => void): Off;
  onEpochChange(listener: (change: EpochChange) => void): Off;

  /**
   * Sends a command; always settles, never throws. After 10 s without an answer, or when the connection is or gets
   * closed, the answer is `TIMEOUT`: outcome unknown, the same requestId may be sent again.
   */
  command<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    options?: FeedCommandOptions,
  ): Promise<Ack<CommandOutput<N>>>;

  /** Try to connect at once: call it on `online`, when the page becomes visible, and from [Try now]. */
  tryNow(): void;
  close(): void;
}
