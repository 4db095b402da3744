import type { Meter } from './meter.ts';
import type { Pace } from './pace.ts';
import type { SimSettings } from './settings.ts';

/** What a simulation did, as it was measured at its own end of the wire. */
export interface Report {
  settings: SimSettings;
  project: string;
  seconds: number;
  /** Changes that were due, and those for which no agent was free. */
  offered: number;
  missed: number;
  /** Changes that were acknowledged. */
  changes: number;
  tasks: { created: number; completed: number };
  acks: number;
  p50Ms: number | undefined;
  p99Ms: number | undefined;
  unanswered: number;
  refusals: ReadonlyMap<string, number>;
}

interface Sources {
  settings: SimSettings;
  project: string;
  seconds: number;
  pace: Pace;
  meter: Meter;
  created: number;
}

export function reportOf({ settings, project, seconds, pace, meter, created }: Sources): Report {
  const { changes: offered, missed } = pace.offered;
  return {
    settings,
    project,
    seconds,
    offered,
    missed,
    changes: meter.changes,
    tasks: { created, completed: meter.accepted('task.complete') },
    acks: meter.acks.count,
    p50Ms: meter.acks.quantile(0.5),
    p99Ms: meter.acks.quantile(0.99),
    unanswered: meter.unanswered,
    // What is refused to those who leave does not count any more.
    refusals: new Map(meter.refusals),
  };
}

const perSecond = (count: number, seconds: number): string => `${(count / Math.max(seconds, 0.001)).toFixed(1)}/s`;
const duration = (ms: number | undefined): string => (ms === undefined ? '—' : `${ms.toFixed(1)} ms`);

/** The report in lines for people. */
export function linesOf(report: Report): string[] {
  const { settings, project, seconds, offered, missed, changes, tasks, acks, unanswered, refusals } = report;
  const short = missed > 0 ? `; for ${missed} no agent was free` : '';
  const lost = unanswered > 0 ? `, ${unanswered} unanswered` : '';
  const refused = [...refusals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => `${count} ${code}`);
  return [
    `Simulated ${settings.agents} agents in ${project} for ${seconds.toFixed(1)} s, seed ${settings.seed}`,
    `Offered   ${perSecond(offered, seconds)} (${offered} changes${short})`,
    `Achieved  ${perSecond(changes, seconds)} (${changes} acknowledged)`,
    `Tasks     ${tasks.created} created, ${tasks.completed} completed`,
    `Acks      p50 ${duration(report.p50Ms)}, p99 ${duration(report.p99Ms)} of ${acks}${lost}`,
    `Refused   ${refused.length === 0 ? 'none' : refused.join(', ')}`,
  ];
}
