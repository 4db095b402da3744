import type { LockRecord } from '@signalbox/shared/records/lock';
import { Age } from '../../hub/age.tsx';
import { formatDuration, plural, UNKNOWN } from '../../hub/format.ts';
import { useCan, useCommand, useRecord } from '../../hub/use-hub.ts';
import { Facts } from '../../ui/facts.tsx';
import { ReasonAction } from '../../ui/reason-action.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import { Lease, useUntilClock } from './lease.tsx';
import { LockRef } from './lock-ref.tsx';
import styles from './peek.module.css';
import { AgentRef, RefList, TaskRef } from './refs.tsx';
import { Actions, Lead, Section } from './section.tsx';

function Paths({ paths }: { paths: readonly string[] }) {
  return (
    <ul className={styles.mono}>
      {paths.map((path) => (
        <li key={path}>{path}</li>
      ))}
    </ul>
  );
}

function ForceRelease({ lock }: { lock: LockRecord }) {
  const can = useCan();
  const { run, pending, error, disabled } = useCommand(['lock', lock.id]);
  if (!can('lock.forceRelease')) return null;
  const next = lock.waiters[0];
  return (
    <Actions>
      <ReasonAction
        word="Force release…"
        consequence={`${lock.holder} loses ${plural(lock.paths.length, 'path')} at once and its fence is refused from then on. ${next === undefined ? 'Nobody waits.' : `${next.agentId} is first in line.`}`}
        confirm={`Release ${lock.id}`}
        pending={pending}
        unavailable={disabled ? 'Available when live' : undefined}
        error={error?.message ?? null}
        onConfirm={async (reason) => (await run('lock.forceRelease', { lockId: lock.id, reason })).ok}
      />
    </Actions>
  );
}

/** A held lock, or a claim that still waits: the claim becomes the lock of the same id. */
export function LockPeek({ id, onOpen }: BodyProps) {
  const lock = useRecord('lock', id);
  const waiter = useRecord('waiter', id);
  if (lock === undefined) return waiter === undefined ? <Gone id={id} /> : <WaiterPeek id={id} onOpen={onOpen} />;
  return (
    <>
      <Lead>
        held by <AgentRef id={lock.holder} onOpen={onOpen} />
      </Lead>
      <Paths paths={lock.paths} />
      <ForceRelease lock={lock} />
      <Facts
        facts={[
          ['Lease', <Lease key="lease" lock={lock} />],
          ['Held', <Age key="since" at={lock.since} />],
          ['Mode', lock.mode],
          [
            'Fence',
            <span key="fence" className={styles.mono}>
              {lock.fence}
            </span>,
          ],
          ['Reason', lock.reason ?? UNKNOWN],
          ['Task', lock.taskId === undefined ? UNKNOWN : <TaskRef key="task" id={lock.taskId} onOpen={onOpen} />],
        ]}
      />
      <Section title={`Waiting in line ${lock.waiters.length || ''}`}>
        {lock.waiters.length === 0 ? (
          UNKNOWN
        ) : (
          <ol className={styles.refs}>
            {lock.waiters.map((waiting) => (
              <li key={waiting.lockId}>
                <AgentRef id={waiting.agentId} onOpen={onOpen} /> <Age at={waiting.since} prefix="for " />
              </li>
            ))}
          </ol>
        )}
      </Section>
    </>
  );
}

export function WaiterPeek({ id, onOpen }: BodyProps) {
  const waiter = useRecord('waiter', id);
  const givesUpIn = useUntilClock(waiter?.waitClock);
  if (waiter === undefined) return <Gone id={id} />;
  return (
    <>
      <Lead>
        a claim of <AgentRef id={waiter.agentId} onOpen={onOpen} /> that waits in line
      </Lead>
      <Paths paths={waiter.paths} />
      <Facts
        facts={[
          ['Waits', <Age key="since" at={waiter.since} />],
          ['Gives up in', givesUpIn === null ? UNKNOWN : formatDuration(givesUpIn)],
          ['Mode', waiter.mode],
          ['Reason', waiter.reason ?? UNKNOWN],
          ['Task', waiter.taskId === undefined ? UNKNOWN : <TaskRef key="task" id={waiter.taskId} onOpen={onOpen} />],
        ]}
      />
      <Section title="Behind">
        <RefList ids={waiter.blockedBy} render={(lockId) => <LockRef id={lockId} onOpen={onOpen} />} />
      </Section>
    </>
  );
}
