import type { HistoryEvent } from '@signalbox/shared/commands/history';
import { toCsv } from '../../hub/export.ts';

const HEAD = ['time', 'epoch', 'seq', 'actor', 'command', 'reason', 'changes'];

/** `task T-1; lock L-1 removed; and 3 more` */
export const changesText = ({ changes, more = 0 }: Pick<HistoryEvent, 'changes' | 'more'>): string =>
  [
    ...changes.map(({ kind, id, removed }) => `${kind} ${id}${removed === true ? ' removed' : ''}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('; ');

/** Times in UTC, so that two readers mean the same moment. */
export const eventsCsv = (events: readonly HistoryEvent[]): string =>
  toCsv([
    HEAD,
    ...events.map((event) => [
      new Date(event.at).toISOString(),
      String(event.epoch),
      String(event.seq),
      event.actor,
      event.command,
      event.reason ?? '',
      changesText(event),
    ]),
  ]);
