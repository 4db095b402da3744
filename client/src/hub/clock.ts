import { createStore, type StoreApi } from 'zustand/vanilla';

const TICK_MS = 1_000;

export interface Clock {
  /** Server time; 0 until something was received. */
  now: number;
  /** The picture stands still, so do all ages: they are lower bounds. */
  frozen: boolean;
}

export interface ClockSource {
  serverNow(): number;
  live(): boolean;
  onLive(listener: () => void): () => void;
}

/** One ticker for every age on the page. */
export function createClock(source: ClockSource): StoreApi<Clock> & { stop(): void } {
  const store = createStore<Clock>(() => ({ now: 0, frozen: true }));
  const tick = () => {
    if (source.live()) store.setState({ now: source.serverNow(), frozen: false });
    else if (!store.getState().frozen) store.setState({ frozen: true });
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  const off = source.onLive(tick);
  return Object.assign(store, {
    stop: () => {
      clearInterval(timer);
      off();
    },
  });
}
