import type { TaskRecord } from '@signalbox/shared/records/task';
import { memo } from 'react';
import { Age } from '../../hub/age.tsx';
import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { useSurroundings } from '../../hub/use-surroundings.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { PriorityGlyph } from '../../ui/priority-glyph.tsx';
import { StatusGlyph } from '../../ui/state-glyph.tsx';
import { sinceAt } from './sorting.ts';
import { FirstFix } from './task-actions.tsx';
import { TaskState, triesOf } from './task-state.tsx';
import styles from './task-table.module.css';

function Dependency({ id }: { id: string }) {
  const task = useRecord('task', id);
  const { open } = useNavigation();
  const label = (
    <>
      <StatusGlyph status={task?.status ?? ''} />
      &nbsp;{id}
    </>
  );
  return (
    <Chip
      label={label}
      title={
        task === undefined
          ? `${id} is not here any more`
          : `${visibleText(task.title)}: ${task.status.replace('_', ' ')}`
      }
      onOpen={() => open({ kind: 'task', id })}
    />
  );
}

const OPEN_SHOWN = 4;

/** What is still open can be gone to; what is done is only counted, all of it is in the panel. */
function Dependencies({ task }: { task: TaskRecord }) {
  const around = useSurroundings();
  if (task.dependencies.length === 0) return <>—</>;
  const open = task.dependencies.filter((id) => around.task(id)?.status !== 'completed');
  const done = task.dependencies.length - open.length;
  return (
    <span className={styles.chips}>
      {open.slice(0, OPEN_SHOWN).map((id) => (
        <Dependency key={id} id={id} />
      ))}
      {open.length > OPEN_SHOWN && <span>and {open.length - OPEN_SHOWN} more</span>}
      {done > 0 && (
        <span className={styles.nowrap}>
          <StatusGlyph status="completed" /> {done} done
        </span>
      )}
    </span>
  );
}

/** A task as a row; its first cell opens it. */
export const TaskRow = memo(function TaskRow({ id, index }: { id: string; index: number }) {
  const task = useRecord('task', id);
  const { open, peek } = useNavigation();
  if (task === undefined) return null;
  const { assignee } = task;
  return (
    <tr
      data-testid="task-row"
      data-entity={`task:${id}`}
      data-selected={(peek?.kind === 'task' && peek.id === id) || undefined}
      aria-rowindex={index + 2}
    >
      <th scope="row" className={styles.task}>
        <button type="button" className={styles.open} onClick={() => open({ kind: 'task', id })}>
          <span className={styles.id}>{id}</span> {visibleText(task.title)}
        </button>
      </th>
      <td>
        <PriorityGlyph priority={task.priority} />
      </td>
      <td className={styles.nowrap}>
        <StatusGlyph status={task.status} /> {task.status.replace('_', ' ')}
      </td>
      <td>
        {assignee === null ? '—' : <Chip label={assignee} onOpen={() => open({ kind: 'agent', id: assignee })} />}
      </td>
      <td className={styles.state}>
        <TaskState task={task} />
        <FirstFix task={task} />
      </td>
      <td>
        <Dependencies task={task} />
      </td>
      <td className={styles.nowrap}>{triesOf(task) ?? (task.attempt === 0 ? '—' : `attempt ${task.attempt}`)}</td>
      <td className={styles.number}>
        <Age at={sinceAt(task)} />
      </td>
    </tr>
  );
});
