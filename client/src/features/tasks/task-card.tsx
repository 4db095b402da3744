import { memo } from 'react';
import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { PriorityGlyph } from '../../ui/priority-glyph.tsx';
import { FirstFix } from './task-actions.tsx';
import styles from './task-card.module.css';
import { TaskState, triesOf } from './task-state.tsx';

/** A task on the board. Its title opens it; everything else on it is text or a link of its own. */
export const TaskCard = memo(function TaskCard({ id }: { id: string }) {
  const task = useRecord('task', id);
  const { open, peek } = useNavigation();
  if (task === undefined) return null;
  const tries = triesOf(task);
  const selected = peek?.kind === 'task' && peek.id === id;
  return (
    <li
      className={styles.card}
      data-testid="task-card"
      data-entity={`task:${id}`}
      data-status={task.status}
      data-selected={selected || undefined}
    >
      <div className={styles.head}>
        <PriorityGlyph priority={task.priority} />
        <span className={styles.id}>{id}</span>
        {tries !== null && <Badge>{tries}</Badge>}
      </div>
      <button
        type="button"
        className={styles.title}
        onClick={() => open({ kind: 'task', id })}
        aria-label={`${id} ${visibleText(task.title)}`}
      >
        {visibleText(task.title)}
      </button>
      <TaskState task={task} />
      <FirstFix task={task} />
    </li>
  );
});
