import type { AgentState } from '@signalbox/shared/records/agent';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import type { TaskStatus } from '@signalbox/shared/records/task';
import type { VisibleRecord } from './record-types.ts';

/** How many of what there are right now. */
export interface Counts {
  /** Agents by state; `present` is everybody but those who left. */
  agents: Readonly<Record<AgentState, number>>;
  present: number;
  stalled: number;
  tasks: Readonly<Record<TaskStatus, number>>;
  taskTotal: number;
  openQuestions: number;
  /** Alarms that stand, by priority: neither put aside nor over. */
  alarms: Readonly<Record<1 | 2 | 3, number>>;
  /** Those of them that nobody has acknowledged, by priority. */
  unackedAlarms: Readonly<Record<1 | 2 | 3, number>>;
  locks: number;
  waiters: number;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends Readonly<Record<infer P extends string | number, number>>
    ? Record<P, number>
    : T[K];
};

const noCounts = (): Mutable<Counts> => ({
  agents: { left: 0, lost: 0, asking: 0, late: 0, paused: 0, draining: 0, waiting: 0, working: 0, idle: 0 },
  present: 0,
  stalled: 0,
  tasks: { pending: 0, in_progress: 0, needs_review: 0, completed: 0, blocked: 0, failed: 0, cancelled: 0 },
  taskTotal: 0,
  openQuestions: 0,
  alarms: { 1: 0, 2: 0, 3: 0 },
  unackedAlarms: { 1: 0, 2: 0, 3: 0 },
  locks: 0,
  waiters: 0,
});

/** `returned` is over; it only waits for somebody to take note of it. */
export const isStanding = ({ state }: Pick<AlarmRecord, 'state'>): boolean => state === 'unacked' || state === 'acked';

export const sumOf = (byPriority: Counts['alarms']): number => byPriority[1] + byPriority[2] + byPriority[3];

const priorityOf = (alarm: AlarmRecord): 1 | 2 | 3 => (alarm.priority === 1 ? 1 : alarm.priority === 2 ? 2 : 3);

/** Kept by adding and subtracting single records, never by counting all of them again. */
export class Counter {
  private readonly live = noCounts();
  private snapshot: Counts | undefined;

  add(record: VisibleRecord, by: 1 | -1): void {
    const { live } = this;
    this.snapshot = undefined;
    switch (record.kind) {
      case 'agent':
        live.agents[record.state] += by;
        if (record.state !== 'left') live.present += by;
        if (record.stalled) live.stalled += by;
        break;
      case 'task':
        live.tasks[record.status] += by;
        live.taskTotal += by;
        break;
      case 'question':
        if (record.state === 'open') live.openQuestions += by;
        break;
      case 'alarm':
        if (isStanding(record)) live.alarms[priorityOf(record)] += by;
        if (record.state === 'unacked') live.unackedAlarms[priorityOf(record)] += by;
        break;
      case 'lock':
        live.locks += by;
        break;
      case 'waiter':
        live.waiters += by;
        break;
      default:
        break;
    }
  }

  /** The same object until a count may have changed. */
  read(): Counts {
    this.snapshot ??= structuredClone(this.live);
    return this.snapshot;
  }
}
