import type { AnyRecord } from '@signalbox/shared/records';

/** When, on the ledger clock, the next time-driven change of a record is due; undefined when none is. */
export function deadlineOf(record: AnyRecord): number | undefined {
  switch (record.kind) {
    case 'lock':
      return record.expiresClock;
    case 'waiter':
      return record.waitClock;
    case 'task':
      if (record.gateClock !== undefined) return record.gateClock;
      if (record.status !== 'pending') return undefined;
      return record.assignee !== null ? record.startByClock : record.notBeforeClock;
    case 'question':
      return record.state === 'open' ? earliest(record.deadlineClock, record.lateClock) : undefined;
    case 'directive':
      if (record.obeyClock !== undefined) return record.obeyClock;
      if (record.expired) return undefined;
      return record.ackByPassed === true ? record.expiresClock : earliest(record.ackByClock, record.expiresClock);
    case 'alarm':
      return record.state === 'shelved' ? record.untilClock : undefined;
    default:
      return undefined;
  }
}

const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
