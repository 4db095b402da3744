import type { Feed } from '@signalbox/sdk/feed';
import type { CallHub } from './hub-http.ts';

/** What the pages need from outside, made in one place. */
export interface AppServices {
  callHub: CallHub;
  openFeed(project: string): Feed;
}
