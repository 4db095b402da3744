import type { History } from '../history/history.ts';
import { checkAcknowledged } from './acknowledged.ts';
import { checkFences } from './fences.ts';
import { grantsOf } from './grants.ts';
import { checkLedger } from './ledger.ts';
import { checkMessages, messagesOwed } from './messages.ts';
import { checkOverlaps } from './overlaps.ts';
import { checkPictures, picturesCompared } from './pictures.ts';
import { checkPresence } from './presence.ts';
import { checkSettled } from './settled.ts';
import { checkStaleWrites, staleRequests } from './stale-writes.ts';
import { checkTasks } from './tasks.ts';
import type { Rule, Violation } from './violation.ts';

export const RULES: Readonly<Record<Rule, (history: History) => Violation[]>> = {
  ledger: checkLedger,
  acknowledged: checkAcknowledged,
  fences: checkFences,
  overlaps: checkOverlaps,
  'stale-writes': checkStaleWrites,
  tasks: checkTasks,
  messages: checkMessages,
  settled: checkSettled,
  presence: checkPresence,
  pictures: checkPictures,
};

export interface Figures {
  operations: number;
  acknowledged: number;
  /** Requests that carried a fence or an attempt known to be out of date when they were sent. */
  staleAttempts: number;
  unknown: number;
  retried: number;
  /** Handled by their recipients, and accepted for one that had to hear them by the end. */
  messages: number;
  messagesOwed: number;
  grants: number;
  /** Read of the log; 0 when the run could not read it. */
  transactions: number;
  pictures: number;
}

/** What a history breaks of the promises, and how much it contains that could have broken them. */
export function check(history: History): { violations: Violation[]; figures: Figures } {
  const violations = Object.values(RULES).flatMap((rule) => rule(history));
  return { violations, figures: figuresOf(history) };
}

function figuresOf(history: History): Figures {
  const { operations, heard } = history;
  const count = (which: (operation: History['operations'][number]) => boolean): number =>
    operations.reduce((sum, operation) => sum + (which(operation) ? 1 : 0), 0);
  return {
    operations: operations.length,
    acknowledged: count(({ outcome }) => outcome === 'ok'),
    staleAttempts: staleRequests(history).length,
    unknown: count(({ outcome }) => outcome === 'unknown'),
    retried: count(({ tries }) => tries.length > 1),
    messages: heard.length,
    messagesOwed: messagesOwed(history).length,
    grants: grantsOf(history).byKey.size,
    transactions: history.transactions.length,
    pictures: picturesCompared(history),
  };
}
