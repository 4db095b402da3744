import type { AgentRecord } from '@signalbox/shared/records/agent';
import { useMemo } from 'react';
import { useCounts, useHub, useIds, useNow } from '../../hub/use-hub.ts';
import { type FloorContent, HOLE_MS, splitFloor } from './floor-model.ts';

/** Holes close and the lost move away with the time; nobody sees it to the second. */
const LOOK_EVERY_MS = HOLE_MS / 12;

/** Everybody on the floor and those who are gone; looked at anew when a state changes and every few seconds. */
export function useFloor(): FloorContent {
  const { db } = useHub();
  const ids = useIds('agent');
  const counts = useCounts();
  const now = useNow();
  const slowNow = Math.floor(now / LOOK_EVERY_MS) * LOOK_EVERY_MS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: counts stand for the states of the agents and alarms
  return useMemo(() => {
    const agents = ids.map((id) => db.get('agent', id)).filter((agent): agent is AgentRecord => agent !== undefined);
    const alarming = new Set<string>();
    for (const id of db.ids('alarm')) {
      const alarm = db.get('alarm', id);
      if (alarm?.subject.kind === 'agent' && (alarm.state === 'unacked' || alarm.state === 'returned'))
        alarming.add(alarm.subject.id);
    }
    return splitFloor({ agents, alarming, now: slowNow });
  }, [db, ids, counts, slowNow]);
}
