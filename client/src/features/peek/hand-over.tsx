import type { LockRecord } from '@signalbox/shared/records/lock';
import { useState } from 'react';
import { useCan, useCommand, useHub, useIds } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import styles from './peek.module.css';

/** No agent can have this for an id. */
const NOBODY = '';

/** A lock goes to another agent without being free in between; whoever waits for it goes on waiting. */
export function HandOver({ lock }: { lock: LockRecord }) {
  const can = useCan();
  const { db } = useHub();
  const { run, pending, error, disabled } = useCommand(['lock', lock.id]);
  const here = useIds('agent.here:yes');
  const [choice, setChoice] = useState(NOBODY);
  if (!can('lock.transfer')) return null;
  const takers = here.filter((id) => id !== lock.holder && db.get('agent', id)?.presence === 'present');
  const options = [{ value: NOBODY, label: 'Choose' }, ...takers.map((id) => ({ value: id, label: id }))];
  const handOver = async () => {
    const { id: lockId, fence } = lock;
    if ((await run('lock.transfer', { lockId, fence, to: choice })).ok) setChoice(NOBODY);
  };
  return (
    <div className={styles.assign}>
      <Field label={`Take it from ${lock.holder}, give it to`} error={error?.message}>
        <Select value={choice} onPick={setChoice} options={options} />
      </Field>
      <Button
        pending={pending}
        unavailable={disabled ? 'Available when live' : undefined}
        disabled={choice === NOBODY}
        onClick={() => void handOver()}
      >
        {pending ? 'Sending…' : 'Hand over'}
      </Button>
    </div>
  );
}
