import type { History } from '../history/history.ts';
import { checkAcknowledged } from './acknowledged.ts';
import { checkFeeds, feedsMended } from './feeds.ts';
import { checkFences } from './fences.ts';
import { grantsOf } from './grants.ts';
import { checkLeases } from './leases-kept.ts';
import { checkLedger } from './ledger.ts';
import { checkMessages, firstHeard, messagesOwed } from './messages.ts';
import { checkOverlaps } from './overlaps.ts';
import { checkPictures, picturesByLog, picturesCompared } from './pictures.ts';
import { checkPresence } from './presence.ts';
import { lossesDue } from './presence-late.ts';
import { checkRepeated, repeatsAnswered } from './repeated.ts';
import { checkSettled } from './settled.ts';
import { checkStaleWrites, staleAttempts } from './stale-writes.ts';
import { checkTasks } from './tasks.ts';
import type { Rule, Violation } from './violation.ts';

export const RULES: Readonly<Record<Rule, (history: History) => Violation[]>> = {
  ledger: checkLedger,
  acknowledged: checkAcknowledged,
  repeated: checkRepeated,
  fences: checkFences,
  overlaps: checkOverlaps,
  leases: checkLeases,
  'stale-writes': checkStaleWrites,
  tasks: checkTasks,
  messages: checkMessages,
  settled: checkSettled,
  presence: checkPresence,
  pictures: checkPictures,
  feeds: checkFeeds,
};

export interface Figures {
  operations: number;
  acknowledged: number;
  /** Requests that carried a fence or an attempt known to be out of date when they were sent, and were answered. */
  staleAttempts: number;
  unknown: number;
  retried: number;
  /** Sent again after the answer `ok`, and answered again. */
  repeated: number;
  /** Heard by their recipients, how often one of them again, and accepted for one that had to hear it by the end. */
  messages: number;
  redelivered: number;
  messagesOwed: number;
  grants: number;
  /** By themselves, since nobody renewed them. */
  leasesEnded: number;
  /** Agents that were silent for so long, while all hubs were well, that they had to be shown lost. */
  lossesDue: number;
  /** Read of the log; 0 when the run could not read it. */
  transactions: number;
  pictures: number;
  /** Of control rooms, where the log was, too. */
  picturesByLog: number;
  /** How often a control room came to be level with its hub. */
  feedsMended: number;
}

/** What a history breaks of the promises, and how much it contains that could have broken them. */
export function check(history: History): { violations: Violation[]; figures: Figures } {
  const violations = Object.values(RULES).flatMap((rule) => rule(history));
  return { violations, figures: figuresOf(history) };
}

function figuresOf(history: History): Figures {
  const { operations, heard } = history;
  const messages = firstHeard(heard).length;
  const count = (which: (operation: History['operations'][number]) => boolean): number =>
    operations.reduce((sum, operation) => sum + (which(operation) ? 1 : 0), 0);
  return {
    operations: operations.length,
    acknowledged: count(({ outcome }) => outcome === 'ok'),
    staleAttempts: staleAttempts(history),
    unknown: count(({ outcome }) => outcome === 'unknown'),
    retried: count(({ tries }) => tries.length > 1),
    repeated: repeatsAnswered(history),
    messages,
    redelivered: heard.length - messages,
    messagesOwed: messagesOwed(history).length,
    grants: grantsOf(history).byKey.size,
    leasesEnded: history.transactions.reduce((sum, { command }) => sum + (command === 'lock.expire' ? 1 : 0), 0),
    lossesDue: lossesDue(history).length,
    transactions: history.transactions.length,
    pictures: picturesCompared(history),
    picturesByLog: picturesByLog(history),
    feedsMended: feedsMended(history),
  };
}
