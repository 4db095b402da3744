import { type ReactNode, useCallback, useId, useMemo, useRef, useState } from 'react';
import { useNavigation } from '../../hub/navigation.ts';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { Button } from '../../ui/button.tsx';
import { HeldNote } from '../../ui/held-note.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { GroupLine, MoreLine } from './group-line.tsx';
import { LockLine } from './lock-line.tsx';
import styles from './lock-table.module.css';
import type { Folding, Row } from './rows.ts';

const STEP = 100;

const HEADS = [
  { label: 'Holder', className: styles.holder },
  { label: 'Held', className: styles.since },
  { label: 'Lease left', className: styles.lease },
  { label: 'Waiting', className: styles.waiting },
  { label: 'Fence', className: styles.fence },
  { label: 'Actions', className: styles.actions },
] as const;

export interface LockTableProps {
  title: string;
  /** What the first column holds. */
  first: string;
  rows: readonly Row[];
  /** Rows are grouped by holder, not by folder. */
  byHolder: boolean;
  folding: Folding;
  onFold: (id: string, open: boolean) => void;
  onRelease: (lockId: string) => void;
  /** What stands here while there is nothing to show. */
  empty: ReactNode;
  /** What the person chose: the order is not held against him. */
  choice: string;
}

/** The rows as they are; one whose place is held after it went, as it was. */
function useRowsByKey(rows: readonly Row[], ids: readonly string[]): ReadonlyMap<string, Row> {
  const known = useRef<ReadonlyMap<string, Row>>(new Map());
  return useMemo(() => {
    const now = new Map(rows.map((row) => [row.key, row]));
    for (const id of ids) {
      const before = known.current.get(id);
      if (before !== undefined && !now.has(id)) now.set(id, before);
    }
    known.current = now;
    return now;
  }, [rows, ids]);
}

interface TableRowProps extends Pick<LockTableProps, 'byHolder' | 'onFold' | 'onRelease'> {
  row: Row;
  columns: number;
  index: number;
}

/** Single values are handed on, so that a row is drawn anew only when one of them is another. */
function TableRow({ row, byHolder, columns, index, onFold, onRelease }: TableRowProps) {
  const { key, depth } = row;
  if ('lockId' in row) {
    const { lockId, name, elsewhere } = row;
    const withHolder = !byHolder;
    return <LockLine {...{ lockId, name, depth, elsewhere, withHolder, index, onRelease }} />;
  }
  if ('more' in row) return <MoreLine {...{ of: row.of, more: row.more, depth, columns, index, onFold }} />;
  const { group: name, held, waiting, open } = row;
  return <GroupLine {...{ id: key, name, depth, held, waiting, open, agent: byHolder, columns, index, onFold }} />;
}

/** Locks as rows in folders or below their holders; the page itself scrolls. */
export function LockTable({ title, first, rows, byHolder, folding, onFold, onRelease, empty, choice }: LockTableProps) {
  const titleId = useId();
  const list = useRef<HTMLElement>(null);
  const { open, peek } = useNavigation();
  const [shown, setShown] = useState(STEP);
  const foldings = [...folding].map(([id, unfolded]) => `${id}${unfolded}`).join(' ');
  const live = useMemo(() => rows.map(({ key }) => key), [rows]);
  const { ids, words, apply, holder } = useHeldOrder(live, `${choice} ${foldings}`);
  const byKey = useRowsByKey(rows, ids);
  useRowKeys(list, {
    main: true,
    onMove: useCallback(
      (row: HTMLElement) => {
        const id = row.closest('[data-entity^="lock:"]')?.getAttribute('data-entity')?.slice('lock:'.length);
        if (peek !== null && id !== undefined) open({ kind: 'lock', id });
      },
      [peek, open],
    ),
  });
  const heads = HEADS.filter(({ label }) => !(byHolder && label === 'Holder'));
  const hidden = ids.length - shown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keys
    <section ref={list} className={styles.scroller} aria-labelledby={titleId} tabIndex={0} data-rows {...holder}>
      <h2 id={titleId} className="visually-hidden">
        {title}
      </h2>
      {ids.length === 0 ? (
        empty
      ) : (
        <table className={styles.table} aria-rowcount={ids.length + 1} data-by-holder={byHolder || undefined}>
          <thead>
            <tr>
              <th scope="col" className={styles.name}>
                {first}
              </th>
              {heads.map(({ label, className }) => (
                <th key={label} scope="col" className={className}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ids.slice(0, shown).map((key, index) => {
              const row = byKey.get(key);
              if (row === undefined) return null;
              return (
                <TableRow
                  key={key}
                  row={row}
                  byHolder={byHolder}
                  columns={heads.length + 1}
                  index={index}
                  onFold={onFold}
                  onRelease={onRelease}
                />
              );
            })}
          </tbody>
        </table>
      )}
      {hidden > 0 && <Button onClick={() => setShown(shown + STEP)}>Show {Math.min(hidden, STEP)} more</Button>}
      <HeldNote words={words} onApply={apply} />
    </section>
  );
}
