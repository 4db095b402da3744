import { MemoryLedger, MemoryStore } from './memory-store.ts';
import { storeContract } from './store.contract.ts';

storeContract('memory', async () => {
  const ledger = new MemoryLedger();
  return {
    store: (node) => new MemoryStore(ledger, node),
    restart: async () => ledger.restart(),
    close: async () => {},
  };
});
