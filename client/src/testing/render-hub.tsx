import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createHubSession, type HubSession } from '../hub/hub-session.ts';
import { type Navigation, NavigationContext, type PeekTarget } from '../hub/navigation.ts';
import type { VisibleRecord } from '../hub/record-types.ts';
import type { Frames } from '../hub/scheduler.ts';
import { HubContext } from '../hub/use-hub.ts';
import { FakeFeed } from './fake-feed.ts';

export interface RenderedHub {
  feed: FakeFeed;
  session: HubSession;
  opened: PeekTarget[];
  /** Lets the hub say something and the page take it in. */
  hubSays(say: () => void): Promise<void>;
}

/** A part of the page on a connection written by hand; every frame of the browser is flushed at once. */
export async function renderHub(
  part: ReactNode,
  records: readonly VisibleRecord[],
  options: Parameters<FakeFeed['goLive']>[1] = {},
): Promise<RenderedHub> {
  const feed = new FakeFeed();
  let time = 0;
  // Far enough apart for what is told only now and then.
  const frames: Frames = { now: () => time, hidden: () => false, frame: () => () => {}, timer: () => () => {} };
  const session = createHubSession({ project: 'acme', feed, frames });
  const opened: PeekTarget[] = [];
  const navigation: Navigation = {
    project: 'acme',
    peek: null,
    open: (target) => opened.push(target),
    closePeek: () => {},
    query: '',
    setQuery: () => {},
  };
  const hubSays = (say: () => void) =>
    act(async () => {
      say();
      time += 1_000;
      session.scheduler.flush();
    });
  render(
    <HubContext value={session}>
      <NavigationContext value={navigation}>{part}</NavigationContext>
    </HubContext>,
  );
  await hubSays(() => {
    feed.goLive(records, options);
    feed.sendBeat();
  });
  return { feed, session, opened, hubSays };
}
