import type { MessageRecord } from '@signalbox/shared/records/message';
import { createContext, createElement, type ReactNode, useContext, useMemo } from 'react';
import { useHub, useIds, useNow } from '../../hub/use-hub.ts';
import { useRead } from '../../hub/use-read.ts';
import { inboxOrder, type Topics, topicsOf, type Unread } from './summaries.ts';

/** Looked through again when a message comes, at the pace of lists. */
export function useTopics(): Topics {
  const { db } = useHub();
  const ids = useIds('message');
  return useMemo(
    () => topicsOf(ids.map((id) => db.get('message', id)).filter((one): one is MessageRecord => one !== undefined)),
    [db, ids],
  );
}

const READ_EVERY_MS = 2_000;
/** As many inboxes with unread mail as one answer holds. */
const INBOXES_READ = 1_000;

type UnreadMap = ReadonlyMap<string, Unread>;
const UnreadContext = createContext<UnreadMap | null>(null);

/** Asks once for the whole page what lies unread, as of the last two seconds. */
export function UnreadProvider({ children }: { children: ReactNode }) {
  const { data } = useRead('message.inboxes', { limit: INBOXES_READ }, { everyMs: READ_EVERY_MS });
  const unread = useMemo(
    () => (data === undefined ? null : new Map(data.inboxes.map(({ agentId, ...one }) => [agentId, one]))),
    [data],
  );
  return createElement(UnreadContext, { value: unread }, children);
}

/** By agent; null until the hub has answered. */
export const useUnreadMap = (): UnreadMap | null => useContext(UnreadContext);

/** Undefined: nothing lies there; null: not known yet. */
export function useUnreadOf(agentId: string): Unread | undefined | null {
  const unread = useUnreadMap();
  return unread === null ? null : unread.get(agentId);
}

/** The order changes with time alone; nobody sees it to the second. */
const ORDER_EVERY_MS = 5_000;

export function useInboxes(unread: ReadonlyMap<string, Unread> | null): readonly string[] {
  const here = useIds('agent.here:yes');
  const now = useNow();
  const slowNow = Math.floor(now / ORDER_EVERY_MS) * ORDER_EVERY_MS;
  return useMemo(() => inboxOrder(here, unread ?? new Map(), slowNow), [here, unread, slowNow]);
}
