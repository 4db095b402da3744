import type { AlarmCode } from '@signalbox/shared/alarms';
import type { HistoryEvent } from '@signalbox/shared/commands/history';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';

export type Happening = 'raised' | 'acknowledged' | 'over' | 'overUnseen' | 'shelved' | 'back' | 'overAcknowledged';

/** What happened to one alarm. */
export interface HistoryLine {
  key: string;
  at: number;
  /** Whoever did it; undefined of what comes and goes by itself. */
  by: string | undefined;
  what: Happening;
  alarmId: string;
  /** Unknown of an alarm whose beginning was not read. */
  code: AlarmCode | undefined;
  summary: string | undefined;
  reason: string | undefined;
}

/** Many of one kind that happened together, the newest first in `lines`. */
export interface HistoryRow {
  key: string;
  lines: readonly [HistoryLine, ...HistoryLine[]];
}

const WITHIN_MS = 10_000;
const MANY_FROM = 3;

/** These a person does, and says why. */
const DEEDS: readonly Happening[] = ['acknowledged', 'overAcknowledged', 'shelved', 'back'];

function happening(alarm: AlarmRecord, event: HistoryEvent): Happening {
  switch (alarm.state) {
    case 'unacked':
      return alarm.raisedAt === event.at ? 'raised' : 'back';
    case 'acked':
      return 'acknowledged';
    case 'returned':
      return 'overUnseen';
    case 'shelved':
      return 'shelved';
  }
}

/** `events` newest first, of kind `alarm`; so are the lines. */
export function historyLines(events: readonly HistoryEvent[]): HistoryLine[] {
  const known = new Map<string, AlarmRecord>();
  const lines: HistoryLine[] = [];
  // What is removed is only named: what it was, its earlier life tells.
  for (const event of [...events].reverse()) {
    const records = new Map<string, AlarmRecord>();
    for (const record of event.records ?? []) if (record.kind === 'alarm') records.set(record.id, record);
    for (const { kind, id } of event.changes) {
      if (kind !== 'alarm') continue;
      const record = records.get(id);
      const alarm = record ?? known.get(id);
      if (record !== undefined) known.set(id, record);
      const gone = event.command === 'alarm.acknowledge' ? 'overAcknowledged' : 'over';
      const what = record === undefined ? gone : happening(record, event);
      const isDeed = DEEDS.includes(what) && event.actor !== 'hub';
      lines.push({
        key: `${event.epoch}-${event.seq}-${id}`,
        at: event.at,
        by: isDeed ? event.actor : undefined,
        what,
        alarmId: id,
        code: alarm?.code,
        summary: alarm?.summary,
        reason: isDeed ? event.reason : undefined,
      });
    }
  }
  return lines.reverse();
}

/** Many of the same that happened within moments are one row. */
export function historyRows(lines: readonly HistoryLine[]): HistoryRow[] {
  const runs: [HistoryLine, ...HistoryLine[]][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const together =
      last !== undefined &&
      last.what === line.what &&
      last.code === line.code &&
      last.by === line.by &&
      last.at - line.at <= WITHIN_MS;
    if (run !== undefined && together) run.push(line);
    else runs.push([line]);
  }
  return runs
    .flatMap((run) => (run.length >= MANY_FROM ? [run] : run.map((line): [HistoryLine] => [line])))
    .map((run) => ({ key: run[0].key, lines: run }));
}
