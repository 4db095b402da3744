import { useState } from 'react';
import { useCommand } from '../../hub/use-hub.ts';
import { Field, Select } from '../../ui/field.tsx';
import { ReasonAction } from '../../ui/reason-action.tsx';

const MINUTE_MS = 60_000;
const FOR = [
  { value: String(15 * MINUTE_MS), label: '15 minutes' },
  { value: String(60 * MINUTE_MS), label: '1 hour' },
  { value: String(8 * 60 * MINUTE_MS), label: '8 hours' },
] as const;

/** Puts an alarm aside for a while; it comes back by itself. */
export function Shelve({ alarmId }: { alarmId: string }) {
  const { run, pending, disabled, error } = useCommand(['alarm', alarmId]);
  const [forMs, setForMs] = useState<string>(FOR[0].value);
  return (
    <ReasonAction
      word="Shelve…"
      consequence={`${alarmId} is put aside and comes back by itself. Everybody sees who did it and why.`}
      confirm="Shelve it"
      pending={pending}
      unavailable={disabled ? 'Available when live' : undefined}
      error={error?.message ?? null}
      onConfirm={async (reason) => (await run('alarm.shelve', { alarmId, forMs: Number(forMs), reason })).ok}
    >
      <Field label="For">
        <Select options={FOR} value={forMs} onPick={setForMs} />
      </Field>
    </ReasonAction>
  );
}
