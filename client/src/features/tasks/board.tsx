import { useState } from 'react';
import { plural } from '../../hub/format.ts';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { Button } from '../../ui/button.tsx';
import { StatusGlyph } from '../../ui/state-glyph.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import styles from './board.module.css';
import { COLUMNS, type Column, NARROW_COLUMNS } from './columns.ts';
import { TaskCard } from './task-card.tsx';
import { useColumn } from './use-tasks.ts';

/** Cards that are made at once: a column of hundreds must not hold up the page, nor hide the next one on a phone. */
const STEP = 40;
const NARROW_STEP = 5;

function BoardColumn({ column, query, step }: { column: Column; query: string; step: number }) {
  const { ids: live, total } = useColumn(column.status, query);
  const { ids, waiting, apply, holder } = useHeldOrder(live, `${column.status} ${query}`);
  const [more, setMore] = useState(0);
  const shown = step + more;
  if (!column.always && total === 0) return null;
  const hidden = ids.length - shown;
  return (
    <section
      className={styles.column}
      data-testid={`column-${column.status}`}
      data-empty={ids.length === 0 || undefined}
      aria-label={`${column.title}: ${plural(total, 'task')}`}
      {...holder}
    >
      <h2 className={styles.title}>
        <StatusGlyph status={column.status} /> {column.title}{' '}
        <span className={styles.count}>{query === '' ? total : `${live.length} of ${total}`}</span>
        {waiting > 0 && (
          <Button size="small" look="quiet" onClick={apply} title="The order is held while you point here">
            {waiting} moved
          </Button>
        )}
      </h2>
      <ul className={styles.cards}>
        {ids.slice(0, shown).map((id) => (
          <TaskCard key={id} id={id} />
        ))}
      </ul>
      {hidden > 0 && <Button onClick={() => setMore(more + STEP)}>Show {Math.min(hidden, STEP)} more</Button>}
    </section>
  );
}

/** Tasks by status. No dragging: most moves are the agents'. */
export function Board({ query }: { query: string }) {
  const narrow = useNarrow();
  return (
    <div className={styles.board}>
      {(narrow ? NARROW_COLUMNS : COLUMNS).map((column) => (
        <BoardColumn key={column.status} column={column} query={query} step={narrow ? NARROW_STEP : STEP} />
      ))}
    </div>
  );
}
