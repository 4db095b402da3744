import type { Health } from '@signalbox/shared/commands/health';
import { DAY_MS } from '@signalbox/shared/time';
import { isHot, isStuck } from '../domain/trouble.ts';
import type { Replica } from '../ledger/replica.ts';

const FAILED_WITHIN_MS = 3_600_000;
const FLEET_LOST_SHARE = 0.3;

export interface HealthFacts {
  /** Wall clock. */
  at: number;
  /** The store does not take writes. */
  storeFailing: boolean;
  /** Tasks created and finished in the last 30 minutes; undefined when that was not measured yet. */
  flow: { created: number; finished: number } | undefined;
}

type Deduction = Health['deductions'][number];

/** The health of a project by its formula: 100 less the deductions, each with what it is about. */
export function healthOf(records: Replica, facts: HealthFacts): Health {
  const { at } = facts;
  const deductions: Deduction[] = [];
  const deduct = (
    code: string,
    found: readonly { kind: string; id: string }[],
    each: { points: number; max: number; level: Deduction['level']; summary: string },
  ) => {
    if (found.length === 0) return;
    const subjects = found.map(({ kind, id }) => ({ kind, id }));
    deductions.push({
      code,
      points: Math.min(each.max, each.points * found.length),
      level: each.level,
      summary: each.summary,
      subjects,
    });
  };
  const agents = [...records.values('agent')].filter((agent) => agent.state !== 'left');
  const tasks = [...records.values('task')];
  if (agents.length === 0 && tasks.length === 0 && !facts.storeFailing) return { score: null, word: null, deductions };

  const lost = agents.filter((agent) => agent.state === 'lost');
  const burdened = lost.filter((agent) => records.alarmOn('AGENT_LOST', agent.id) !== undefined);
  // Who left today belonged to the fleet: one lost of six is one of six, also after the others went home.
  const fleet = [...records.values('agent')].filter(
    (agent) => agent.state !== 'left' || at - agent.stateAt < DAY_MS,
  ).length;
  const fleetLost = agents.length > 0 && lost.length / fleet >= FLEET_LOST_SHARE;
  deduct('AGENT_LOST', burdened, {
    points: 4,
    max: 30,
    level: fleetLost ? 'fail' : 'warn',
    summary: 'lost with a task or a lock',
  });

  const stuck = records.criticalFree().filter((task) => isStuck(task, at));
  deduct('CRIT_STUCK', stuck, {
    points: 10,
    max: 30,
    level: 'fail',
    summary: 'critical, and blocked or without an owner for more than 5 min',
  });

  const failed = tasks.filter((task) => task.status === 'failed' && at - (task.finishedAt ?? 0) < FAILED_WITHIN_MS);
  deduct('TASK_FAILED', failed, { points: 2, max: 20, level: 'warn', summary: 'failed in the last hour' });

  if (facts.flow !== undefined && facts.flow.created > facts.flow.finished && records.readyCount > 0)
    deductions.push({
      code: 'BACKLOG',
      points: 10,
      level: 'warn',
      summary: `${facts.flow.created} tasks came in and ${facts.flow.finished} went out in 30 min`,
      subjects: [],
    });

  const late = [...records.values('question')].filter(
    (question) => question.state === 'open' && records.alarmOn('ASK_LATE', question.id) !== undefined,
  );
  deduct('ASK_LATE', late, { points: 3, max: 15, level: 'warn', summary: 'unanswered for more than 15 min' });

  const hot = [...records.values('lock')].filter((lock) => isHot(lock, at));
  deduct('LOCK_HOT', hot, {
    points: 3,
    max: 15,
    level: 'warn',
    summary: 'a lock that three or more wait for, or somebody for more than 10 min',
  });

  if (facts.storeFailing)
    deductions.push({
      code: 'HUB_STORE',
      points: 50,
      level: 'fail',
      summary: 'Redis does not take writes',
      subjects: [],
    });
  return {
    score: Math.max(0, 100 - deductions.reduce((sum, { points }) => sum + points, 0)),
    word: wordFor(deductions),
    deductions,
  };
}

function wordFor(deductions: readonly Deduction[]): Health['word'] {
  if (deductions.some(({ level }) => level === 'fail')) return 'FAIL';
  if (deductions.length > 2) return 'DEGRADED';
  return deductions.length > 0 ? 'WARNING' : 'HEALTHY';
}
