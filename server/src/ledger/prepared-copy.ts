import { setImmediate as turn } from 'node:timers/promises';
import { Receipts } from './receipts.ts';
import { Replica } from './replica.ts';
import type { LoadedLedger } from './store.ts';
import { WindowBudget } from './window-budget.ts';

/** What was loaded, as a node works with it. */
export interface PreparedCopy extends Pick<LoadedLedger, 'run' | 'epoch' | 'seq' | 'clock'> {
  replica: Replica;
  receipts: Receipts;
  budget: WindowBudget;
}

/** So many records, or entries of the log, are taken in before others have their turn: a few milliseconds. */
const AT_ONCE = 500;

/**
 * Takes in what was loaded piece by piece. Ten minutes of a busy project are hundreds of thousands of receipts: whoever
 * waits meanwhile is to be answered in time, if only that it takes too long.
 */
export async function prepareCopy(
  { run, epoch, seq, clock, records, recent }: LoadedLedger,
  windowBytes: number | undefined,
): Promise<PreparedCopy> {
  const replica = new Replica();
  await inTurns(records, (record) => replica.put(record));
  const receipts = new Receipts();
  const budget = new WindowBudget(windowBytes);
  await inTurns(recent, (entry) => {
    budget.spend(entry.clock, entry.bytes);
    for (const receipt of entry.receipts) receipts.add(receipt);
  });
  return { run, epoch, seq, clock, replica, receipts, budget };
}

/** Takes one after the other, and lets others have their turn now and then. */
export async function inTurns<T>(all: readonly T[], take: (one: T) => void): Promise<void> {
  for (const [at, one] of all.entries()) {
    take(one);
    if (at % AT_ONCE === AT_ONCE - 1) await turn();
  }
}
