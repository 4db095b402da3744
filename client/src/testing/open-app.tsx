import type { ProjectRecord } from '@signalbox/shared/records/hub';
import './patience.ts';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { act, render, waitFor } from '@testing-library/react';
import type { CallHub } from '../app/hub-http.ts';
import { createAppRouter } from '../app/router.tsx';
import type { VisibleRecord } from '../hub/record-types.ts';
import { FakeFeed } from './fake-feed.ts';

export const PROJECT: ProjectRecord = {
  kind: 'project',
  id: 'acme',
  rev: 1,
  name: 'Acme',
  createdBy: 'hub',
  createdAt: 1,
};

interface Hub {
  /** What the hub answers over HTTP before a project is open. */
  http?: Record<string, unknown>;
  projects?: readonly ProjectRecord[];
  /** Hears every command over HTTP. */
  onCall?: (name: string) => void;
}

/** The whole page at an address, on connections written by hand. */
export async function openApp(address: string, { http, projects = [PROJECT], onCall }: Hub = {}) {
  const feeds: FakeFeed[] = [];
  const openFeed = () => {
    const feed = new FakeFeed();
    feed.reply = (name) =>
      name === 'project.list'
        ? { projects }
        : name === 'health.get'
          ? { score: null, word: null, deductions: [] }
          : undefined;
    feeds.push(feed);
    return feed;
  };
  const callHub = (async (_project: string, name: string) => {
    onCall?.(name);
    return http?.[name] ?? { ok: false, error: { code: 'NOT_FOUND', message: 'no' } };
  }) as unknown as CallHub;
  const router = createAppRouter({ callHub, openFeed }, createMemoryHistory({ initialEntries: [address] }));
  render(<RouterProvider router={router} />);
  const feed = await waitFor(() => {
    const newest = feeds.at(-1);
    if (newest === undefined) throw new Error('no connection yet');
    return newest;
  });
  const live = (records: readonly VisibleRecord[], role = 'operator') =>
    act(async () => {
      feed.goLive(records, { role });
      feed.sendBeat();
    });
  return { router, feed, live };
}
