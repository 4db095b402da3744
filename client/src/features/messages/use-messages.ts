import { createContext, useCallback, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useConn, useHub } from '../../hub/use-hub.ts';
import { MessageStore } from './message-store.ts';

/** Who has read what is looked at again at most this often, and only when something happened. */
const REFRESH_MS = 2_000;

export const MessageStoreContext = createContext<MessageStore | null>(null);

/** One store for the page. Another ledger has other messages under the same numbers. */
export function useMessageStore(): MessageStore {
  const { feed, conn, db } = useHub();
  const { epoch, live } = useConn((now) => ({ epoch: now.epoch, live: now.live }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another epoch nothing read before is true
  const store = useMemo(
    () =>
      new MessageStore({
        get: (messageIds) => feed.command('message.get', { messageIds }),
        live: () => conn.getState().live,
        soon: (run) => queueMicrotask(run),
      }),
    [feed, conn, epoch],
  );
  useEffect(() => {
    if (!live) return;
    store.refresh();
    let seen = db.version;
    const timer = setInterval(() => {
      if (document.hidden || db.version === seen) return;
      seen = db.version;
      store.refresh();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [store, db, live]);
  return store;
}

/** A message with its body, asked for as long as this is on the page; undefined until the hub has answered. */
export function useMessageWhole(id: string) {
  const store = useContext(MessageStoreContext);
  if (store === null) throw new Error('useMessageWhole outside of the page: wrap it in MessageStoreContext');
  const subscribe = useCallback((listener: () => void) => store.subscribe(id, listener), [store, id]);
  const entry = useSyncExternalStore(subscribe, () => store.get(id));
  useEffect(() => store.want(id), [store, id]);
  return { entry, retry: () => store.retry() };
}
