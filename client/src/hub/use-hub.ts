import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { ErrorBody } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
import { createContext, useCallback, useContext, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Clock } from './clock.ts';
import type { CommandEntry, Target } from './command-log.ts';
import type { Conn } from './conn-store.ts';
import type { Counts } from './counts.ts';
import type { HubSession } from './hub-session.ts';
import type { IndexName } from './indexes.ts';
import { mayRun, type OfferedCommand } from './permissions.ts';
import type { Presence } from './presence.ts';
import type { VisibleKind, VisibleOf } from './record-types.ts';

export const HubContext = createContext<HubSession | null>(null);

/** The session of the project that is shown. */
export function useHub(): HubSession {
  const session = useContext(HubContext);
  if (session === null) throw new Error('useHub outside of a project: wrap it in HubContext');
  return session;
}

/** One record, live; undefined when it is not there. */
export function useRecord<K extends VisibleKind>(kind: K, id: string): VisibleOf<K> | undefined {
  const { db } = useHub();
  const subscribe = useCallback((listener: () => void) => db.subscribe(kind, id, listener), [db, kind, id]);
  return useSyncExternalStore(subscribe, () => db.get(kind, id));
}

/** Ids of an index in natural order, e.g. `useIds('task.status:in_progress')`; the same array until members change. */
export function useIds(index: IndexName): readonly string[] {
  const { db } = useHub();
  const subscribe = useCallback((listener: () => void) => db.subscribeIndex(index, listener), [db, index]);
  return useSyncExternalStore(subscribe, () => db.ids(index));
}

export function useCounts(): Counts {
  const { db } = useHub();
  const subscribe = useCallback((listener: () => void) => db.subscribeCounts(listener), [db]);
  return useSyncExternalStore(subscribe, () => db.counts());
}

/** The last heartbeat of an agent, and what it said with it. */
export function usePresence(agentId: string): Presence | undefined {
  const { presence } = useHub();
  const subscribe = useCallback((listener: () => void) => presence.subscribe(agentId, listener), [presence, agentId]);
  return useSyncExternalStore(subscribe, () => presence.get(agentId));
}

/** A part of the connection's state, e.g. `useConn((conn) => conn.live)`. */
export function useConn<T>(select: (conn: Conn) => T): T {
  return useStore(useHub().conn, useShallow(select));
}

/** Server time, ticking every second for the whole page; stands still while the picture does. 0 = not known yet. */
export function useNow(): number {
  return useStore(useHub().clock, nowOf);
}
const nowOf = (clock: Clock): number => clock.now;

/** Server time and whether it stands still. An age alone is cheaper with `<Age>`. */
export function useClock(): Clock {
  return useStore(useHub().clock);
}

export function useMe(): { name: string; role: string } | null {
  return useConn((conn) => conn.me);
}

/** Whether the person may do it; what he may not is not rendered. The hub decides again. */
export function useCan(): (command: OfferedCommand) => boolean {
  const role = useMe()?.role;
  return useCallback((command: OfferedCommand) => mayRun(role, command), [role]);
}

/** Commands under way (or refused) about one object. */
export function usePending(kind: VisibleKind, id: string): readonly CommandEntry[] {
  const { commands } = useHub();
  return useStore(
    commands.store,
    useShallow((state) => state.entries.filter((entry) => entry.target?.[0] === kind && entry.target[1] === id)),
  );
}

export interface CommandRunner {
  /** Settles when the hub has decided and its effect is shown. Never throws. */
  run<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Ack<CommandOutput<N>>>;
  /** Sent and not yet shown as done. */
  pending: boolean;
  /** Why the last one was refused; null again with the next one. */
  error: ErrorBody | null;
  /** Not while the picture stands still: nothing is queued in silence. */
  disabled: boolean;
  clearError(): void;
}

/** Sends commands, optionally about one object, where their progress then also shows. */
export function useCommand(target?: Target): CommandRunner {
  const { commands } = useHub();
  const live = useConn((conn) => conn.live);
  const [underWay, setUnderWay] = useState(0);
  const [error, setError] = useState<ErrorBody | null>(null);
  const [kind, id] = target ?? [];
  const run = useCallback(
    async <N extends CommandName>(name: N, input: CommandInput<N>) => {
      setError(null);
      setUnderWay((count) => count + 1);
      const ack = await commands.run(name, input, kind === undefined || id === undefined ? undefined : [kind, id]);
      setUnderWay((count) => count - 1);
      if (!ack.ok) setError(ack.error);
      return ack;
    },
    [commands, kind, id],
  );
  const clearError = useCallback(() => setError(null), []);
  return { run, pending: underWay > 0, error, disabled: !live, clearError };
}
