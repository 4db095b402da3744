import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { composePauseOfAll, composeQuestion } from '../hub/compose-to.ts';
import { askToRelease, canBeAsked } from '../hub/lock-words.ts';
import { requestAttention } from '../hub/ui-store.ts';
import { useCan, useCommand, useHub, useRecord } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import { ReasonAction } from '../ui/reason-action.tsx';

const NOT_LIVE = 'Available when live';

function Evict({ alarm }: { alarm: AlarmRecord }) {
  const { run, pending, disabled, error } = useCommand(['alarm', alarm.id]);
  const agent = useRecord('agent', alarm.subject.id);
  if (agent === undefined || agent.state === 'left') return null;
  const { id } = agent;
  return (
    <ReasonAction
      word="Evict…"
      consequence={`The tasks of ${id} go back to the queue and its locks are released at once. If it still runs, nothing it sends counts any more.`}
      confirm={`Evict ${id}`}
      pending={pending}
      unavailable={disabled ? NOT_LIVE : undefined}
      error={error?.message ?? null}
      onConfirm={async (reason) => (await run('agent.evict', { agentId: id, reason })).ok}
    />
  );
}

function TaskFix({ alarm }: { alarm: AlarmRecord }) {
  const { run, pending, disabled } = useCommand(['alarm', alarm.id]);
  const task = useRecord('task', alarm.subject.id);
  const unavailable = disabled ? NOT_LIVE : undefined;
  if (task?.status === 'failed') {
    return (
      <Button pending={pending} unavailable={unavailable} onClick={() => void run('task.retry', { taskId: task.id })}>
        Retry task
      </Button>
    );
  }
  if (task?.status !== 'blocked') return null;
  return (
    <Button pending={pending} unavailable={unavailable} onClick={() => void run('task.unblock', { taskId: task.id })}>
      Unblock task
    </Button>
  );
}

function Pause({ alarm }: { alarm: AlarmRecord }) {
  const { run, pending, disabled } = useCommand(['alarm', alarm.id]);
  const agent = useRecord('agent', alarm.subject.id);
  if (agent === undefined || agent.state === 'left' || agent.paused) return null;
  return (
    <Button
      pending={pending}
      unavailable={disabled ? NOT_LIVE : undefined}
      onClick={() => void run('directive.send', { to: [agent.id], action: 'pause' })}
    >
      Pause {agent.id}
    </Button>
  );
}

/** Asking only fills the composer: nothing is sent unseen. */
function AskHolder({ alarm }: { alarm: AlarmRecord }) {
  const { project, clock } = useHub();
  const lock = useRecord('lock', alarm.subject.id);
  const holder = useRecord('agent', lock?.holder ?? '');
  if (lock === undefined || !canBeAsked(holder)) return null;
  const ask = () => composeQuestion(project, lock.holder, askToRelease(lock, clock.getState().now));
  return <Button onClick={ask}>Ask {lock.holder}</Button>;
}

function PauseAll() {
  const { project } = useHub();
  return <Button onClick={() => composePauseOfAll(project)}>Pause all…</Button>;
}

/** The first thing a person does about the alarm, in its row. */
export function FirstFix({ alarm }: { alarm: AlarmRecord }) {
  const can = useCan();
  switch (alarm.code) {
    case 'AGENT_LOST':
      return can('agent.evict') ? <Evict alarm={alarm} /> : null;
    case 'RETRY_OUT':
    case 'LOST_AGENTS':
    case 'CRIT_STUCK':
      return can('task.retry') ? <TaskFix alarm={alarm} /> : null;
    case 'LOOP':
      return can('directive.send') ? <Pause alarm={alarm} /> : null;
    case 'LOCK_HOT':
      return can('directive.send') ? <AskHolder alarm={alarm} /> : null;
    case 'BUDGET':
      return can('directive.send') ? <PauseAll /> : null;
    case 'ACK_LATE':
      return <Button onClick={() => requestAttention('directive', alarm.subject.id, 'sent')}>See who</Button>;
    case 'ASK_LATE':
      return <Button onClick={() => requestAttention('question', alarm.subject.id, 'needs')}>Answer</Button>;
  }
}
