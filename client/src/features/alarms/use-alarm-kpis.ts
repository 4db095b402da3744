import { useEffect, useMemo, useState } from 'react';
import { HistoryReader } from '../../hub/history.ts';
import { useProjectHistory } from '../../hub/use-history.ts';
import { useConn, useHub, useIds } from '../../hub/use-hub.ts';
import { type AlarmKpis, alarmKpis } from './alarm-kpis.ts';
import { historyLines } from './history-lines.ts';

const DAY_MS = 24 * 3_600_000;
/** A log with more alarms than this is measured over the part that was read. */
const PAGES = 30;

export interface MeasuredKpis {
  kpis: AlarmKpis;
  windowMs: number;
}

/** What was raised in the last 24 hours, or as far back as was read; null until that is known. */
export function useAlarmKpis(): MeasuredKpis | null {
  const { feed } = useHub();
  const live = useConn((conn) => conn.live);
  const read = useProjectHistory();
  const unacked = useIds('alarm.state:unacked');
  const reader = useMemo(() => new HistoryReader(read, { kind: 'alarm' }), [read]);
  const [measured, setMeasured] = useState<MeasuredKpis | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new alarm is the reason to measure again
  useEffect(() => {
    if (!live) return;
    let over = false;
    const measure = async () => {
      if (reader.store.getState().loaded) {
        await reader.look();
        await reader.showNews();
      } else await reader.start();
      const oldest = () => reader.store.getState().events.at(-1)?.at ?? 0;
      for (let page = 0; page < PAGES && !over; page++) {
        if (!reader.store.getState().more || oldest() < feed.serverNow() - DAY_MS) break;
        await reader.older();
      }
      const { events, loaded, more } = reader.store.getState();
      if (over || !loaded) return;
      const now = feed.serverNow();
      const windowMs = more ? Math.max(1, Math.min(DAY_MS, now - oldest())) : DAY_MS;
      setMeasured({ kpis: alarmKpis(historyLines(events), { now, ms: windowMs }), windowMs });
    };
    void measure();
    return () => {
      over = true;
    };
  }, [reader, feed, live, unacked]);
  return measured;
}
