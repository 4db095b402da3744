import type { LockRecord } from '@signalbox/shared/records/lock';
import { Age } from '../../hub/age.tsx';
import { composeQuestion } from '../../hub/compose-to.ts';
import { formatDuration, UNKNOWN } from '../../hub/format.ts';
import { askToRelease, canBeAsked, releaseConsequence, whatComesNext } from '../../hub/lock-words.ts';
import { useCan, useCommand, useHub, useNow, useRecord } from '../../hub/use-hub.ts';
import { useSurroundings } from '../../hub/use-surroundings.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ReasonAction } from '../../ui/reason-action.tsx';
import { SentenceText } from '../../ui/sentence.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import { HandOver } from './hand-over.tsx';
import { Lease } from './lease.tsx';
import { LockRef } from './lock-ref.tsx';
import styles from './peek.module.css';
import { AgentRef, RefList, TaskRef } from './refs.tsx';
import { Actions, Lead, Section } from './section.tsx';

function Paths({ paths }: { paths: readonly string[] }) {
  return (
    <ul className={styles.mono}>
      {paths.map((path) => (
        <li key={path}>{visibleText(path)}</li>
      ))}
    </ul>
  );
}

/** What a person can do about a lock; asking only fills the composer. */
function LockActions({ lock }: { lock: LockRecord }) {
  const can = useCan();
  const { project } = useHub();
  const { run, pending, error, disabled } = useCommand(['lock', lock.id]);
  const holder = useRecord('agent', lock.holder);
  const around = useSurroundings();
  const now = useNow();
  return (
    <Actions>
      {can('directive.send') && canBeAsked(holder) && (
        <Button onClick={() => composeQuestion(project, lock.holder, askToRelease(lock, now))}>
          Ask {lock.holder}
        </Button>
      )}
      {can('lock.forceRelease') && (
        <ReasonAction
          word="Force release…"
          consequence={releaseConsequence(lock, around, now)}
          confirm={`Release ${lock.id}`}
          pending={pending}
          unavailable={disabled ? 'Available when live' : undefined}
          error={error?.message ?? null}
          onConfirm={async (reason) => (await run('lock.forceRelease', { lockId: lock.id, reason })).ok}
        />
      )}
    </Actions>
  );
}

/** Nothing while the lock is normal. */
function WhatComesNext({ lock, onOpen }: { lock: LockRecord; onOpen: BodyProps['onOpen'] }) {
  const sentence = whatComesNext(lock, useSurroundings());
  if (sentence === null) return null;
  return (
    <p className={styles.why} data-testid="what-comes-next">
      <SentenceText parts={sentence} onOpen={onOpen} />
    </p>
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
      <WhatComesNext lock={lock} onOpen={onOpen} />
      <LockActions lock={lock} />
      <HandOver lock={lock} />
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
          ['Reason', lock.reason === undefined ? UNKNOWN : visibleText(lock.reason)],
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
                <AgentRef id={waiting.agentId} onOpen={onOpen} /> <Age at={waiting.since} prefix="for " />{' '}
                <Chip label={waiting.lockId} onOpen={() => onOpen({ kind: 'waiter', id: waiting.lockId })} />
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
          ['Reason', waiter.reason === undefined ? UNKNOWN : visibleText(waiter.reason)],
          ['Task', waiter.taskId === undefined ? UNKNOWN : <TaskRef key="task" id={waiter.taskId} onOpen={onOpen} />],
        ]}
      />
      <Section title="Behind">
        <RefList ids={waiter.blockedBy} render={(lockId) => <LockRef id={lockId} onOpen={onOpen} />} />
      </Section>
    </>
  );
}
