import { useState } from 'react';
import { useNavigation } from '../../hub/navigation.ts';
import { useCan, useCommand, useRecord } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { StatusGlyph } from '../../ui/state-glyph.tsx';
import styles from './welcome.module.css';

function Task({ id }: { id: string }) {
  const task = useRecord('task', id);
  const { open } = useNavigation();
  if (task === undefined) return null;
  return (
    <p className={styles.row}>
      <span className={styles.mono}>{id}</span>
      <span>
        <StatusGlyph status={task.status} /> {task.status.replace('_', ' ')}
        {task.assignee !== null && `, ${task.assignee}`}
      </span>
      <Button size="small" onClick={() => open({ kind: 'task', id })}>
        Open
      </Button>
    </p>
  );
}

/** A first task, so that the way of one can be watched. */
export function FirstTask() {
  const can = useCan();
  const { run, pending, error, disabled } = useCommand();
  const [id, setId] = useState<string | null>(null);
  if (!can('task.create')) return null;
  const create = async () => {
    const ack = await run('task.create', { title: 'Say hello', type: 'hello' });
    if (ack.ok) setId(ack.task.id);
  };
  return (
    <div className={styles.stack}>
      {id === null ? (
        <div className={styles.row}>
          <Button
            pending={pending}
            unavailable={disabled ? 'Available when live' : undefined}
            onClick={() => void create()}
          >
            {pending ? 'Sending…' : 'Give it a task'}
          </Button>
          <span className={styles.note}>
            “Say hello”: a TypeScript or Python agent from above reports half of it, then done.
          </span>
        </div>
      ) : (
        <Task id={id} />
      )}
      {error !== null && (
        <p className={styles.error} role="alert">
          {error.message}
        </p>
      )}
    </div>
  );
}
