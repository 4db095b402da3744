import { nextId } from '../../domain/numbers.ts';
import type { Draft } from '../../domain/view.ts';
import { Ledger, type LedgerOptions } from '../ledger.ts';
import { type MemoryLedger, MemoryStore } from '../memory-store.ts';
import type { Submission } from '../submission.ts';

export const openLedger = (memory: MemoryLedger, node: string, options: Partial<LedgerOptions> = {}): Promise<Ledger> =>
  Ledger.open({ store: new MemoryStore(memory, node), node, ...options });

/** Takes the next number of a letter: every execution shows. */
export const count = (extra: Partial<Submission> = {}): Submission<{ id: string }> => ({
  command: 'test.count',
  caller: { kind: 'person', name: 'alice', role: 'operator' },
  ...extra,
  decide: (draft: Draft) => ({ id: nextId(draft, 'T') }),
});
export const again = (requestId: string, inputHash = 'same'): Submission<{ id: string }> =>
  count({ requestId, inputHash });
export const last = (ledger: Ledger): Promise<number | undefined> =>
  ledger.read((view) => view.get('counter', 'T')?.last);
