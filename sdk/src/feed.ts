import { FeedConnection } from './feed-connection.ts';
import type { Feed, FeedOptions } from './feed-types.ts';
import { openSocket } from './socket.ts';
import { systemTimers } from './timers.ts';

export type { Off } from '@signalbox/shared/listeners';
export type * from './feed-types.ts';

/** Follows one project at /control, for control rooms and live terminal commands. Browser-safe. Connects at once. */
export const createFeed = (options: FeedOptions): Feed =>
  new FeedConnection(options, { openSocket, timers: systemTimers });
