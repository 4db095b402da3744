import type { Feed } from '@signalbox/sdk/feed';
import type { StoreApi } from 'zustand/vanilla';
import { type Clock, createClock } from './clock.ts';
import { CommandLog } from './command-log.ts';
import { type Conn, createConnStore } from './conn-store.ts';
import { EntityDb } from './entity-db.ts';
import { PresenceMap } from './presence.ts';
import { browserFrames, type Frames, Scheduler } from './scheduler.ts';

/** Everything the page knows about one project, from one connection. */
export interface HubSession {
  readonly project: string;
  readonly feed: Feed;
  readonly db: EntityDb;
  readonly presence: PresenceMap;
  readonly scheduler: Scheduler;
  readonly commands: CommandLog;
  readonly conn: StoreApi<Conn>;
  readonly clock: StoreApi<Clock>;
  stop(): void;
}

export interface HubSessionOptions {
  project: string;
  feed: Feed;
  frames?: Frames;
}

export function createHubSession({ project, feed, frames = browserFrames }: HubSessionOptions): HubSession {
  const db = new EntityDb();
  const presence = new PresenceMap();
  const scheduler = new Scheduler(db, frames);
  let epoch: number | undefined;
  // Records first: whoever hears of a frame later, finds it applied.
  const offs = [
    feed.onSnapshot((records, meta) => {
      db.replace(records, { sameEpoch: meta.epoch === epoch });
      epoch = meta.epoch;
    }),
    feed.onDiff((puts, removes) => db.apply({ puts, removes })),
    feed.onPresence((agents) => presence.receive(agents, feed.serverNow())),
  ];
  const commands = new CommandLog({ feed });
  const conn = createConnStore(feed);
  const clock = createClock({
    serverNow: () => feed.serverNow(),
    live: () => conn.getState().live,
    onLive: (listener) => conn.subscribe((now, before) => now.live !== before.live && listener()),
  });
  return {
    project,
    feed,
    db,
    presence,
    scheduler,
    commands,
    conn,
    clock,
    stop() {
      for (const off of offs) off();
      clock.stop();
      conn.stop();
      commands.stop();
      scheduler.stop();
      feed.close();
    },
  };
}
