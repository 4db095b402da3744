import { useCallback, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { type HistoryFilter, HistoryReader, type HistoryState, type ReadHistory } from './history.ts';
import { useApplyRequest } from './use-apply-request.ts';
import { useConn, useHub } from './use-hub.ts';

/** What is new is looked for this often while things happen here, and at least so often whatever happens. */
const LOOK_EVERY_MS = 2_000;
const LOOK_AT_LEAST_EVERY_MS = 10_000;

export interface History extends HistoryState {
  older(): void;
  showNews(): void;
  again(): void;
}

/** Reads the history of the project that is shown. */
export function useProjectHistory(): ReadHistory {
  const { feed } = useHub();
  return useCallback((input) => feed.command('history.list', input), [feed]);
}

/** What happened, newest first; what is new waits until it is asked for, by its button or by the key `.`. */
export function useHistory(read: ReadHistory, { kind, actor, command }: HistoryFilter): History {
  const { db } = useHub();
  const live = useConn((conn) => conn.live);
  const reader = useMemo(
    () =>
      new HistoryReader(read, {
        ...(kind !== undefined && { kind }),
        ...(actor !== undefined && { actor }),
        ...(command !== undefined && { command }),
      }),
    [read, kind, actor, command],
  );
  useEffect(() => {
    if (!live) return;
    let seen = db.version;
    let at = Date.now();
    // What was read before a break of the connection stays; only what is new is looked for.
    void (reader.store.getState().loaded ? reader.look() : reader.start());
    const timer = setInterval(() => {
      const due = db.version !== seen || Date.now() - at >= LOOK_AT_LEAST_EVERY_MS;
      if (!due || document.hidden) return;
      seen = db.version;
      at = Date.now();
      void reader.look();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [reader, db, live]);
  const state = useStore(reader.store);
  const showNews = useCallback(() => void reader.showNews(), [reader]);
  useApplyRequest(showNews);
  return { ...state, showNews, older: () => void reader.older(), again: () => void reader.start() };
}

/** What waits to be taken over: `3 new`. */
export const newsWords = ({ news }: Pick<HistoryState, 'news'>): string =>
  news === null ? 'Much is new' : news.length === 0 ? '' : `${news.length} new`;
