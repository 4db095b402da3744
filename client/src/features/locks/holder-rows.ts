import { naturalOrder } from '../../hub/natural-order.ts';
import { type Folding, pathsLine, type Row, type SeenLock, shownOf, unfolded } from './rows.ts';

interface Holder {
  id: string;
  locks: SeenLock[];
  abnormal: boolean;
}

/** Who holds what, holders that others wait for first. */
export function holderRows(locks: readonly SeenLock[], folding: Folding): Row[] {
  const holders = new Map<string, Holder>();
  for (const one of locks) {
    const holder = holders.get(one.lock.holder) ?? { id: one.lock.holder, locks: [], abnormal: false };
    holders.set(holder.id, holder);
    holder.locks.push(one);
    holder.abnormal ||= one.abnormal;
  }
  const inOrder = [...holders.values()].sort(
    (a, b) => Number(b.abnormal) - Number(a.abnormal) || naturalOrder(a.id, b.id),
  );
  return inOrder.flatMap((holder): Row[] => {
    const { id, abnormal } = holder;
    const shown = unfolded(folding, { key: id, abnormal, of: locks.length });
    const group: Row = {
      key: id,
      group: id,
      depth: 0,
      held: holder.locks.reduce((sum, { lock }) => sum + lock.paths.length, 0),
      waiting: new Set(holder.locks.flatMap(({ lock }) => lock.waiters.map(({ lockId }) => lockId))).size,
      open: shown !== 'none',
    };
    const below = shownOf(holder.locks.sort(abnormalFirst), { key: id, depth: 0, shown });
    return [group, ...below.shown.map(rowOf), ...below.rest];
  });
}

const abnormalFirst = (a: SeenLock, b: SeenLock): number =>
  Number(b.abnormal) - Number(a.abnormal) || naturalOrder(a.lock.paths[0] ?? '', b.lock.paths[0] ?? '');

const rowOf = ({ lock }: SeenLock): Row => ({
  key: `${lock.id} *`,
  lockId: lock.id,
  depth: 1,
  name: pathsLine(lock.paths),
  elsewhere: 0,
});
