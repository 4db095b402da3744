import { useState } from 'react';
import { useNavigation } from '../../hub/navigation.ts';
import { useCan, useConn, useIds } from '../../hub/use-hub.ts';
import { useParam } from '../../hub/use-param.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Board } from './board.tsx';
import { CreateTaskDialog } from './create-task-dialog.tsx';
import { TaskTable } from './task-table.tsx';
import styles from './tasks-page.module.css';
import { useFound } from './use-tasks.ts';

const VIEWS = ['board', 'table'] as const;
const VIEW_OPTIONS = [
  { key: 'board', label: 'Board' },
  { key: 'table', label: 'Table' },
] as const;

function Tasks({ view, query }: { view: (typeof VIEWS)[number]; query: string }) {
  const { total, found } = useFound(query);
  const { setQuery } = useNavigation();
  if (total === 0) {
    return (
      <EmptyState title="No tasks yet.">
        Agents create them from their plans; you can create one here. The first appears without a reload.
      </EmptyState>
    );
  }
  if (found === 0) {
    return (
      <EmptyState
        title={`No task matches “${query}”.`}
        action={<Button onClick={() => setQuery('')}>Clear the filter</Button>}
      >
        {total} hidden by the filter.
      </EmptyState>
    );
  }
  return view === 'table' ? <TaskTable query={query} /> : <Board query={query} />;
}

export function TasksPage() {
  const [view, setView] = useParam('view', VIEWS);
  const { query, setQuery } = useNavigation();
  const [creating, setCreating] = useState(false);
  const can = useCan();
  const { live, loaded } = useConn((conn) => ({ live: conn.live, loaded: conn.loaded }));
  const total = useIds('task').length;
  return (
    <div className={styles.page} data-testid="tasks-page">
      <div className={styles.bar}>
        <Choice label="View" options={VIEW_OPTIONS} value={view} onChange={setView} />
        {(total > 0 || query !== '') && (
          <div className={styles.filter}>
            <Field label="Filter" hidden>
              <TextInput
                type="search"
                placeholder="Filter by word, agent, file"
                value={query}
                onChange={(event) => setQuery(event.target.value)}
              />
            </Field>
          </div>
        )}
        {can('task.create') && (
          <Button
            className={styles.create}
            look="strong"
            onClick={() => setCreating(true)}
            unavailable={live ? undefined : 'Available when live'}
            data-testid="create-task"
          >
            Create task
          </Button>
        )}
      </div>
      {loaded ? <Tasks view={view} query={query} /> : <Skeleton label="Tasks are loading" height={320} />}
      <CreateTaskDialog open={creating} onClose={() => setCreating(false)} />
    </div>
  );
}
