import { Listeners } from '@signalbox/shared/listeners';
import type { BeatFrame, PresenceFrame } from '@signalbox/shared/protocol';
import type { Feed, FeedStatus, FeedWelcome } from './feed-types.ts';

type Heard<K extends keyof Feed> = Feed[K] extends (listener: (...args: infer A) => void) => unknown ? A : never;

/** The listeners of a feed. */
export class FeedEvents {
  protected readonly statuses = new Listeners<[FeedStatus]>();
  protected readonly snapshots = new Listeners<Heard<'onSnapshot'>>();
  protected readonly diffs = new Listeners<Heard<'onDiff'>>();
  protected readonly presence = new Listeners<[PresenceFrame['agents']]>();
  protected readonly beats = new Listeners<[BeatFrame]>();
  protected readonly welcomes = new Listeners<[FeedWelcome]>();
  protected readonly nodeChange = new Listeners<Heard<'onNodeChange'>>();
  protected readonly epochChange = new Listeners<Heard<'onEpochChange'>>();

  onStatus: Feed['onStatus'] = (listener) => this.statuses.on(listener);
  onSnapshot: Feed['onSnapshot'] = (listener) => this.snapshots.on(listener);
  onDiff: Feed['onDiff'] = (listener) => this.diffs.on(listener);
  onPresence: Feed['onPresence'] = (listener) => this.presence.on(listener);
  onBeat: Feed['onBeat'] = (listener) => this.beats.on(listener);
  onWelcome: Feed['onWelcome'] = (listener) => this.welcomes.on(listener);
  onNodeChange: Feed['onNodeChange'] = (listener) => this.nodeChange.on(listener);
  onEpochChange: Feed['onEpochChange'] = (listener) => this.epochChange.on(listener);
}
