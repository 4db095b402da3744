import type { Feed, FeedStatus, NodeChange } from '@signalbox/sdk/feed';
import type { BeatFrame } from '@signalbox/shared/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** What is known about the connection. Times are of this machine unless they say server. */
export interface Conn {
  status: FeedStatus;
  /** Frames flow and what is shown is what the hub has: commands may be sent, ages tick. */
  live: boolean;
  /** A snapshot has been applied once: there is something to show, current or not. */
  loaded: boolean;
  me: { name: string; role: string } | null;
  durability: string | null;
  beat: BeatFrame | null;
  rttMs: number | null;
  /** How old the newest frame was when it arrived; null until a second beat can be compared with the first. */
  lagMs: number | null;
  /** null until the hub has measured for a whole beat of this connection. */
  eventsPerSecond: number | null;
  epoch: number | null;
  seq: number | null;
  lastFrameAt: number | null;
  /** The hub process was replaced, `at` server time. */
  restart: (NodeChange & { at: number }) | null;
  /** The ledger was replaced: what is shown is restored state. */
  restored: { at: number } | null;
}

const LIVE_STATES: readonly FeedStatus['state'][] = ['live', 'lagging'];
const OPENING_STATES: readonly FeedStatus['state'][] = ['connecting', 'reconnecting'];

export function createConnStore(feed: Feed): StoreApi<Conn> & { stop(): void } {
  const store = createStore<Conn>(() => ({
    status: feed.status,
    live: LIVE_STATES.includes(feed.status.state),
    loaded: false,
    me: feed.welcome?.you ?? null,
    durability: feed.welcome?.durability ?? null,
    beat: feed.beat,
    rttMs: feed.rttMs,
    lagMs: null,
    eventsPerSecond: null,
    epoch: feed.epoch,
    seq: feed.seq,
    lastFrameAt: feed.lastFrameAt,
    restart: null,
    restored: null,
  }));
  const position = () => ({ epoch: feed.epoch, seq: feed.seq, lastFrameAt: feed.lastFrameAt });
  let beats = 0;
  const offs = [
    feed.onStatus((status) => {
      // The first frames are applied before the feed says live, so this also means there is something to show.
      const live = LIVE_STATES.includes(status.state);
      const lagMs = status.state === 'lagging' ? { lagMs: status.lagMs } : {};
      store.setState({ status, live, loaded: store.getState().loaded || live, ...lagMs, ...position() });
      if (OPENING_STATES.includes(status.state)) {
        beats = 0;
        store.setState({ lagMs: null, eventsPerSecond: null });
      }
    }),
    feed.onSnapshot(() => store.setState({ loaded: true, ...position() })),
    feed.onBeat((beat) => {
      // The first beat is told on joining: no rate was measured for it, and the clock it is compared with is its own.
      const measured = ++beats > 1;
      store.setState({
        beat,
        rttMs: feed.rttMs,
        lagMs: measured ? Math.max(0, feed.serverNow() - beat.serverTime) : null,
        eventsPerSecond: measured ? beat.eventsPerSecond : null,
        ...position(),
      });
    }),
    feed.onWelcome(({ you, durability }) => store.setState({ me: you, durability })),
    feed.onNodeChange((change) => store.setState({ restart: { ...change, at: feed.serverNow() } })),
    feed.onEpochChange(() => store.setState({ restored: { at: feed.serverNow() } })),
  ];
  const stop = () => {
    for (const off of offs) off();
  };
  return Object.assign(store, { stop });
}
