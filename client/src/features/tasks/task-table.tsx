import { useId, useState } from 'react';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { useParam } from '../../hub/use-param.ts';
import { Button } from '../../ui/button.tsx';
import { SORTS, type Sort } from './sorting.ts';
import { TaskRow } from './task-row.tsx';
import styles from './task-table.module.css';
import { useTable } from './use-tasks.ts';

const STEP = 100;

const HEADS: readonly { label: string; sort?: Sort; end?: boolean }[] = [
  { label: 'Task', sort: 'task' },
  { label: 'Prio', sort: 'priority' },
  { label: 'Status', sort: 'status' },
  { label: 'Owner', sort: 'owner' },
  { label: 'Progress, or why not', sort: 'progress' },
  { label: 'Depends on' },
  { label: 'Attempts' },
  { label: 'Since', sort: 'age', end: true },
];

/** All tasks as a native table; the page itself scrolls, only a narrow screen scrolls it sideways. */
export function TaskTable({ query }: { query: string }) {
  const titleId = useId();
  const [sort, setSort] = useParam('sort', SORTS);
  const live = useTable(sort, query);
  const { ids, waiting, apply, holder } = useHeldOrder(live, `${sort} ${query}`);
  const [shown, setShown] = useState(STEP);
  const hidden = ids.length - shown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keys
    <section className={styles.scroller} aria-labelledby={titleId} tabIndex={0} {...holder}>
      <h2 id={titleId} className="visually-hidden">
        All tasks
      </h2>
      {waiting > 0 && (
        <Button size="small" onClick={apply}>
          Order held: {waiting} moved or new. Take over
        </Button>
      )}
      <table className={styles.table} aria-rowcount={ids.length + 1}>
        <thead>
          <tr>
            {HEADS.map(({ label, sort: by, end }) => (
              <th
                key={label}
                scope="col"
                className={end ? styles.number : undefined}
                aria-sort={by === sort ? 'ascending' : undefined}
              >
                {by === undefined ? (
                  label
                ) : (
                  <button type="button" className={styles.sort} onClick={() => setSort(by)}>
                    {label} {by === sort && '▾'}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ids.slice(0, shown).map((id, i) => (
            <TaskRow key={id} id={id} index={i} />
          ))}
        </tbody>
      </table>
      {hidden > 0 && <Button onClick={() => setShown(shown + STEP)}>Show {Math.min(hidden, STEP)} more</Button>}
    </section>
  );
}
