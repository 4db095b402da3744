import type { MessageRecord } from '@signalbox/shared/records/message';
import { COORDINATOR_ADDRESS, isGroupAddress } from '../../hub/address.ts';
import { naturalOrder } from '../../hub/natural-order.ts';

/** A thread or an address of a group, with what was written there. */
export interface Topic {
  name: string;
  count: number;
  lastAt: number;
}

export interface Topics {
  /** The one written to last comes first. */
  threads: readonly Topic[];
  /** Roles and capabilities by name; everybody, the people and the coordinator have their own places. */
  groups: readonly Topic[];
}

function add(topics: Map<string, Topic>, name: string, at: number): void {
  const known = topics.get(name);
  if (known === undefined) topics.set(name, { name, count: 1, lastAt: at });
  else {
    known.count++;
    known.lastAt = Math.max(known.lastAt, at);
  }
}

const OWN_PLACE = ['all', 'people', COORDINATOR_ADDRESS];

/** Everything that is talked about, looked through once. */
export function topicsOf(messages: Iterable<MessageRecord>): Topics {
  const threads = new Map<string, Topic>();
  const groups = new Map<string, Topic>();
  for (const { thread, to, at } of messages) {
    if (thread !== undefined) add(threads, thread, at);
    if (isGroupAddress(to) && !OWN_PLACE.includes(to)) add(groups, to, at);
  }
  return {
    threads: [...threads.values()].sort((a, b) => b.lastAt - a.lastAt || naturalOrder(a.name, b.name)),
    groups: [...groups.values()].sort((a, b) => naturalOrder(a.name, b.name)),
  };
}

/** What lies unacknowledged in an inbox. */
export interface Unread {
  unread: number;
  oldestAt: number;
}

/** Mail that lies longer than this is not on its way any more. */
const LYING_MS = 60_000;

/** Agents by name, those whose mail lies for a while before, the longest first. */
export function inboxOrder(
  agentIds: readonly string[],
  unread: ReadonlyMap<string, Unread>,
  now: number,
): readonly string[] {
  const lying = agentIds.filter((id) => now - (unread.get(id)?.oldestAt ?? now) >= LYING_MS);
  const oldest = (id: string) => unread.get(id)?.oldestAt ?? 0;
  lying.sort((a, b) => oldest(a) - oldest(b) || naturalOrder(a, b));
  const first = new Set(lying);
  return [...lying, ...agentIds.filter((id) => !first.has(id))];
}
