import type { MemoryLedger } from '../../ledger/memory-store.ts';
import type { LogSource } from '../log-source.ts';

/** The log of a ledger in memory, as Redis would show it. */
export const memoryLogSource = (ledger: MemoryLedger): LogSource => ({
  newestFirst: async (before, count) =>
    ledger.log
      .map(({ epoch, entry }) => ({ id: `${epoch}-${entry.to}`, text: JSON.stringify(entry) }))
      .filter(({ id }) => before === undefined || isOlder(id, before))
      .reverse()
      .slice(0, count),
});

function isOlder(a: string, b: string): boolean {
  const [aEpoch = 0, aSeq = 0] = a.split('-').map(Number);
  const [bEpoch = 0, bSeq = 0] = b.split('-').map(Number);
  return (aEpoch - bEpoch || aSeq - bSeq) < 0;
}
