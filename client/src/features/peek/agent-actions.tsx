import type { AgentRecord } from '@signalbox/shared/records/agent';
import { useState } from 'react';
import { plural } from '../../hub/format.ts';
import { useCan, useCommand, useIds } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { ReasonAction } from '../../ui/reason-action.tsx';
import styles from './peek.module.css';
import { Actions, Refused } from './section.tsx';

const NOT_LIVE = 'Available when live';

function PauseOrResume({ agent }: { agent: AgentRecord }) {
  const { run, pending, error, disabled } = useCommand(['agent', agent.id]);
  const action = agent.paused ? 'resume' : 'pause';
  return (
    <>
      <Button
        pending={pending}
        unavailable={disabled ? NOT_LIVE : undefined}
        onClick={() => void run('directive.send', { to: [agent.id], action })}
        data-testid={`${action}-agent`}
        title={
          agent.paused ? 'It gets tasks again' : 'It gets no new task; the one it has goes on until the agent stops it'
        }
      >
        {pending ? 'Sending…' : agent.paused ? 'Resume' : 'Pause'}
      </Button>
      <Refused error={error} />
    </>
  );
}

function Evict({ agent }: { agent: AgentRecord }) {
  const { run, pending, error, disabled } = useCommand(['agent', agent.id]);
  const [releaseLocks, setReleaseLocks] = useState(true);
  const locks = useIds(`lock.holder:${agent.id}`);
  const work = `${plural(agent.taskIds.length, 'task')} back to the queue, ${plural(locks.length, 'lock')} ${releaseLocks ? 'released' : 'kept until the lease ends'}`;
  return (
    <ReasonAction
      word="Evict…"
      consequence={`${agent.id} is taken out: ${work}.`}
      confirm={`Evict ${agent.id}`}
      pending={pending}
      unavailable={disabled ? NOT_LIVE : undefined}
      error={error?.message ?? null}
      onConfirm={async (reason) => (await run('agent.evict', { agentId: agent.id, reason, releaseLocks })).ok}
    >
      <label className={styles.check}>
        <input type="checkbox" checked={releaseLocks} onChange={(event) => setReleaseLocks(event.target.checked)} />{' '}
        Release its locks now
      </label>
    </ReasonAction>
  );
}

export function AgentActions({ agent }: { agent: AgentRecord }) {
  const can = useCan();
  if (agent.state === 'left') return null;
  return (
    <Actions>
      {can('directive.send') && <PauseOrResume agent={agent} />}
      {can('agent.evict') && <Evict agent={agent} />}
    </Actions>
  );
}
