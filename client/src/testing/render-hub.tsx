import { act, render } from '@testing-library/react';
import './patience.ts';
import { type ReactNode, useState } from 'react';
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
  /** The pages that were gone to. */
  visited: string[];
  /** What stands behind the question mark of the address, `q` among it. */
  params(): Readonly<Record<string, string | undefined>>;
  /** Lets the hub say something and the page take it in. */
  hubSays(say: () => void): Promise<void>;
}

export type RenderOptions = Parameters<FakeFeed['goLive']>[1] & {
  /** The address before anything was chosen. */
  params?: Readonly<Record<string, string>>;
  /** Answers at once instead of leaving it to the test. */
  reply?: FakeFeed['reply'];
};

/** An address without a browser. */
function TestNavigation(
  props: Pick<RenderedHub, 'opened' | 'visited'> & {
    start: Navigation['params'];
    onParams: (params: Navigation['params']) => void;
    children: ReactNode;
  },
) {
  const { start, onParams, opened, visited, children } = props;
  const [params, change] = useState(start);
  onParams(params);
  const setParams: Navigation['setParams'] = (more) => change((before) => ({ ...before, ...more }));
  const navigation: Navigation = {
    project: 'acme',
    peek: null,
    open: (target) => opened.push(target),
    closePeek: () => {},
    goTo: (page) => visited.push(page),
    query: params.q ?? '',
    setQuery: (q) => setParams({ q }),
    params,
    setParams,
  };
  return <NavigationContext value={navigation}>{children}</NavigationContext>;
}

/** A part of the page on a connection written by hand; every frame of the browser is flushed at once. */
export async function renderHub(
  part: ReactNode,
  records: readonly VisibleRecord[],
  options: RenderOptions = {},
): Promise<RenderedHub> {
  const feed = new FakeFeed();
  if (options.reply !== undefined) feed.reply = options.reply;
  let time = 0;
  // Far enough apart for what is told only now and then.
  const frames: Frames = { now: () => time, hidden: () => false, frame: () => () => {}, timer: () => () => {} };
  const session = createHubSession({ project: 'acme', feed, frames });
  const opened: PeekTarget[] = [];
  const visited: string[] = [];
  let params: Navigation['params'] = {};
  const hubSays = (say: () => void) =>
    act(async () => {
      say();
      time += 1_000;
      session.scheduler.flush();
    });
  render(
    <HubContext value={session}>
      <TestNavigation
        start={options.params ?? {}}
        opened={opened}
        visited={visited}
        onParams={(now) => {
          params = now;
        }}
      >
        {part}
      </TestNavigation>
    </HubContext>,
  );
  await hubSays(() => {
    feed.goLive(records, options);
    feed.sendBeat();
  });
  return { feed, session, opened, visited, params: () => params, hubSays };
}
