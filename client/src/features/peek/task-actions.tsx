import type { TaskRecord } from '@signalbox/shared/records/task';
import { useState } from 'react';
import { useCan, useCommand, useHub, useIds } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { ReasonAction } from '../../ui/reason-action.tsx';
import styles from './peek.module.css';
import { Actions, Refused } from './section.tsx';
import { offeredActions } from './task-facts.ts';

const NOT_LIVE = 'Available when live';
/** No agent can have these for an id. */
const NOBODY = '';
const QUEUE = '*';

interface ActionProps {
  task: TaskRecord;
}

function OnePress({
  task,
  command,
  word,
}: ActionProps & { command: 'task.retry' | 'task.unblock' | 'task.accept'; word: string }) {
  const { run, pending, error, disabled } = useCommand(['task', task.id]);
  return (
    <>
      <Button
        look="strong"
        pending={pending}
        unavailable={disabled ? NOT_LIVE : undefined}
        onClick={() => void run(command, { taskId: task.id })}
      >
        {pending ? 'Sending…' : word}
      </Button>
      <Refused error={error} />
    </>
  );
}

function Assign({ task }: ActionProps) {
  const { db } = useHub();
  const { run, pending, error, disabled } = useCommand(['task', task.id]);
  const agents = useIds('agent.here:yes');
  const [choice, setChoice] = useState(NOBODY);
  const takers = agents.filter((id) => id !== task.assignee && db.get('agent', id)?.accepts !== 'none');
  const options = [
    { value: NOBODY, label: 'Choose' },
    ...(task.assignee === null ? [] : [{ value: QUEUE, label: 'nobody: back to the queue' }]),
    ...takers.map((id) => ({ value: id, label: id })),
  ];
  const assign = async () => {
    const ack = await run('task.assign', { taskId: task.id, agentId: choice === QUEUE ? null : choice });
    if (ack.ok) setChoice(NOBODY);
  };
  return (
    <div className={styles.assign}>
      <Field
        label={task.assignee === null ? 'Assign to' : `Take it from ${task.assignee}, give it to`}
        error={error?.message}
      >
        <Select value={choice} onPick={setChoice} options={options} />
      </Field>
      <Button
        pending={pending}
        unavailable={disabled ? NOT_LIVE : undefined}
        disabled={choice === NOBODY}
        onClick={() => void assign()}
      >
        {pending ? 'Sending…' : 'Assign'}
      </Button>
    </div>
  );
}

function Cancel({ task }: ActionProps) {
  const { run, pending, error, disabled } = useCommand(['task', task.id]);
  const waiting = useIds(`task.dependency:${task.id}`);
  const stopped = task.assignee === null ? '' : ` ${task.assignee} is told to stop.`;
  const blocks = waiting.length === 0 ? '' : ` Blocks ${waiting.join(', ')}.`;
  return (
    <ReasonAction
      word="Cancel task…"
      consequence={`${task.id} is cancelled.${stopped}${blocks}`}
      confirm={`Cancel ${task.id}`}
      pending={pending}
      unavailable={disabled ? NOT_LIVE : undefined}
      error={error?.message ?? null}
      onConfirm={async (reason) => (await run('task.cancel', { taskId: task.id, reason })).ok}
    />
  );
}

function SendBack({ task }: ActionProps) {
  const { run, pending, error, disabled } = useCommand(['task', task.id]);
  return (
    <ReasonAction
      word="Send back…"
      consequence={`${task.id} goes back to the queue and starts anew; whoever gets it reads your reason.`}
      confirm={`Send ${task.id} back`}
      pending={pending}
      unavailable={disabled ? NOT_LIVE : undefined}
      error={error?.message ?? null}
      onConfirm={async (reason) => (await run('task.reject', { taskId: task.id, reason })).ok}
    />
  );
}

export function TaskActions({ task }: ActionProps) {
  const can = useCan();
  const offered = offeredActions(task).filter(can);
  if (offered.length === 0) return null;
  return (
    <Actions>
      {offered.includes('task.unblock') && <OnePress task={task} command="task.unblock" word="Unblock" />}
      {offered.includes('task.retry') && <OnePress task={task} command="task.retry" word="Retry with fresh attempts" />}
      {offered.includes('task.accept') && <OnePress task={task} command="task.accept" word="Accept" />}
      {offered.includes('task.reject') && <SendBack task={task} />}
      {offered.includes('task.assign') && <Assign task={task} />}
      {offered.includes('task.cancel') && <Cancel task={task} />}
    </Actions>
  );
}
