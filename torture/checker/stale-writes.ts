import { type History, hasLog, type Operation } from '../history/history.ts';
import { attemptKey, attemptsOver } from './attempts-over.ts';
import { type Grants, grantKey, grantsOf } from './grants.ts';
import { locksOver, type Over } from './locks-over.ts';
import { once } from './once.ts';
import { checkStaleChecks } from './stale-checks.ts';
import { checkStaleInLog } from './stale-in-log.ts';
import { givenTo } from './task-owners.ts';
import { type Violation, when } from './violation.ts';

/** Whatever carries a fence or an attempt that is known to be over, or of somebody else, is refused. */
export function checkStaleWrites(history: History): Violation[] {
  const violations: Violation[] = [];
  for (const { operation, why } of staleRequests(history))
    if (operation.outcome === 'ok')
      violations.push({
        rule: 'stale-writes',
        text: `${nameOf(operation)} was accepted, though ${why}`,
        at: operation.calledAt,
      });
  return [...violations, ...withdrawnByOthers(history), ...checkStaleChecks(history), ...checkStaleInLog(history)];
}

/** How many of them were answered: of the others nobody knows whether they were looked at. */
export const staleAttempts = (history: History): number =>
  staleRequests(history).filter(({ operation }) => operation.outcome !== 'unknown').length;

export interface StaleRequest {
  operation: Operation;
  why: string;
}

/** Those that had no right to be accepted when they were sent, as far as anybody knew then; whatever became of them. */
export const staleRequests = once((history: History): StaleRequest[] => {
  const grants = grantsOf(history);
  const locks = locksOver(history);
  const fences = fencesOf(grants);
  const attempts = attemptsOver(history);
  const owners = givenTo(history);
  const successors = successions(history);
  const logged = hasLog(history);
  const stale: StaleRequest[] = [];
  for (const operation of history.operations) {
    const { asked, agent, command } = operation;
    const isPerson = !history.lives.has(agent);
    const why =
      staleLife(operation, successors) ??
      (GUARDED_BY_FENCE.has(command) && asked.fence !== undefined
        ? staleFence(operation, { grants, locks, fences, isPerson, logged })
        : undefined) ??
      (GUARDED_BY_ATTEMPT.has(command) && asked.taskId !== undefined && asked.attempt !== undefined
        ? staleAttempt(operation, asked.taskId, asked.attempt, { attempts, owners })
        : undefined);
    if (why !== undefined) stale.push({ operation, why });
  }
  return stale;
});

const nameOf = ({ command, id, agent, calledAt, asked }: Operation): string => {
  const what = asked.fence ?? (asked.attempt === undefined ? undefined : `attempt ${asked.attempt}`);
  const of = asked.lockId ?? asked.taskId ?? asked.paths?.join(', ');
  return `${command}${of === undefined ? '' : ` of ${of}`}${what === undefined ? '' : ` with ${what}`} by ${agent}, called at ${when(calledAt)} (${id}),`;
};

const GUARDED_BY_FENCE: ReadonlySet<string> = new Set(['lock.renew', 'lock.release', 'lock.transfer', 'lock.check']);
const GUARDED_BY_ATTEMPT: ReadonlySet<string> = new Set([
  'task.start',
  'task.progress',
  'task.complete',
  'task.fail',
  'task.block',
  'task.submit',
  'checkpoint.save',
]);

interface OfLocks {
  grants: Grants;
  locks: ReadonlyMap<string, Over>;
  /** The lock each fence was given for. */
  fences: ReadonlyMap<string, string>;
  isPerson: boolean;
  logged: boolean;
}

function staleFence(operation: Operation, { grants, locks, fences, isPerson, logged }: OfLocks): string | undefined {
  const { fence = '', lockId = fences.get(fence) ?? '' } = operation.asked;
  // A claim in line is withdrawn by its id; a fence beside it means nothing.
  if (operation.command === 'lock.release' && grants.claims.has(lockId) && !fences.has(fence)) return undefined;
  const grant = grants.byKey.get(grantKey({ lockId, fence }));
  if (grant === undefined) return logged ? 'that fence was never given out for it' : undefined;
  const over = locks.get(grantKey(grant));
  if (over !== undefined && over.at < operation.calledAt) return over.how;
  if (isPerson || operation.command === 'lock.check' || grant.holder === operation.agent) return undefined;
  return `${grant.holder} holds it`;
}

function fencesOf({ byKey }: Grants): Map<string, string> {
  const fences = new Map<string, string>();
  for (const { fence, lockId } of byKey.values()) fences.set(fence, lockId);
  return fences;
}

function staleAttempt(
  { agent, calledAt }: Operation,
  taskId: string,
  attempt: number,
  { attempts, owners }: { attempts: ReadonlyMap<string, Over>; owners: ReadonlyMap<string, { agent: string }> },
): string | undefined {
  const over = attempts.get(attemptKey(taskId, attempt));
  if (over !== undefined && over.at < calledAt) return over.how;
  const owner = owners.get(attemptKey(taskId, attempt));
  return owner === undefined || owner.agent === agent ? undefined : `that attempt is ${owner.agent}'s`;
}

/** A life that has taken over: from its first answer until its end the earlier ones of the agent can do nothing. */
interface Successor {
  life: string;
  from: number;
  to: number;
}

function successions({ operations, lives }: History): Map<string, Successor[]> {
  const firstAnswer = new Map<string, number>();
  for (const { life, said, answeredAt } of operations)
    if (said !== undefined && answeredAt !== undefined)
      firstAnswer.set(life, Math.min(answeredAt, firstAnswer.get(life) ?? answeredAt));
  const successors = new Map<string, Successor[]>();
  for (const own of lives.values()) {
    const later: Successor[] = [];
    for (const { life, endedAt = Number.POSITIVE_INFINITY } of own.toReversed()) {
      successors.set(life, [...later]);
      const from = firstAnswer.get(life);
      if (from !== undefined) later.push({ life, from, to: endedAt });
    }
  }
  return successors;
}

function staleLife(
  { life, command, calledAt }: Operation,
  successors: ReadonlyMap<string, readonly Successor[]>,
): string | undefined {
  if (!WRITES_AS_AGENT.test(command)) return undefined;
  const next = successors.get(life)?.find(({ from, to }) => from < calledAt && calledAt < to);
  return next && `the later life ${next.life} of the same agent had an answer at ${when(next.from)}`;
}

const WRITES_AS_AGENT =
  /^(lock\.(claim|renew|release|transfer)|task\.(next|start|progress|complete|fail|block|submit)|checkpoint\.save|message\.(send|ack))$/;

/** A claim in line is its agent's to withdraw. */
function withdrawnByOthers(history: History): Violation[] {
  const { claims } = grantsOf(history);
  return history.operations.flatMap((operation) => {
    const { command, asked, agent, outcome } = operation;
    const claim = command === 'lock.release' && asked.lockId !== undefined ? claims.get(asked.lockId) : undefined;
    if (claim === undefined || outcome !== 'ok' || asked.fence !== undefined || claim.agent === agent) return [];
    return [
      {
        rule: 'stale-writes' as const,
        text: `${nameOf(operation)} was accepted, though it is a claim of ${claim.agent}`,
        at: operation.calledAt,
      },
    ];
  });
}
