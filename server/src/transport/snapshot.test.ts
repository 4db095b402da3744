import type { Transaction } from '@signalbox/shared/transaction';
import { expect, test } from 'vitest';
import { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger, MemoryStore } from '../ledger/memory-store.ts';
import { Ring } from './ring.ts';
import { SnapshotCache } from './snapshot.ts';

const change = (seq: number): { tx: Transaction; bytes: number } => ({
  tx: {
    ...{ seq, clock: seq, at: seq, actor: 'hub', command: 'test', puts: [] },
    removes: [['message', `M-${seq}`]],
  },
  bytes: 100,
});

test('all who ask while little has changed share a snapshot; after a thousand changes, or a while, there is another', async () => {
  const ledger = await Ledger.open({ store: new MemoryStore(new MemoryLedger(), 'a'), node: 'a' });
  const ring = new Ring(ledger.epoch, 0);
  const snapshots = new SnapshotCache(ledger);
  const first = await snapshots.current(ring);
  for (let seq = 1; seq <= 1_000; seq++) ring.push(change(seq));
  expect(await snapshots.current(ring)).toBe(first);
  ring.push(change(1_001));
  const second = await snapshots.current(ring);
  expect(second).not.toBe(first);
  for (let beat = 1; beat <= 5; beat++) snapshots.grow();
  expect(await snapshots.current(ring)).toBe(second);
  snapshots.grow();
  expect(await snapshots.current(ring)).not.toBe(second);
  await ledger.close();
});
