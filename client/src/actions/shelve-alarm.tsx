import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { useState } from 'react';
import { useCommandEach } from '../hub/use-command-each.ts';
import { Field, Select } from '../ui/field.tsx';
import { ReasonAction } from '../ui/reason-action.tsx';

const MINUTE_MS = 60_000;
const FOR = [
  { value: String(15 * MINUTE_MS), label: '15 minutes' },
  { value: String(60 * MINUTE_MS), label: '1 hour' },
  { value: String(4 * 60 * MINUTE_MS), label: '4 hours' },
  { value: String(8 * 60 * MINUTE_MS), label: '8 hours' },
] as const;

/** Puts alarms aside for a while; they come back by themselves. */
export function ShelveAlarm({ alarms }: { alarms: readonly AlarmRecord[] }) {
  const { run, progress, disabled, refused } = useCommandEach();
  const [forMs, setForMs] = useState<string>(FOR[0].value);
  const [only] = alarms;
  const what =
    alarms.length === 1 && only !== undefined
      ? `${only.id} is put aside for everybody and comes back by itself`
      : `All ${alarms.length} are put aside for everybody and come back by themselves`;
  const shelve = (reason: string) =>
    run(
      'alarm.shelve',
      alarms.map(({ id }) => ({
        input: { alarmId: id, forMs: Number(forMs), reason },
        target: ['alarm', id],
      })),
    );
  return (
    <ReasonAction
      word="Shelve…"
      look="plain"
      consequence={`${what} after that time. Everybody sees who did it and why.`}
      confirm={alarms.length === 1 ? 'Shelve it' : `Shelve all ${alarms.length}`}
      pending={progress !== null}
      unavailable={disabled ? 'Available when live' : undefined}
      error={refused?.errors[0]?.message ?? null}
      onConfirm={shelve}
    >
      <Field label="For">
        <Select options={FOR} value={forMs} onPick={setForMs} />
      </Field>
    </ReasonAction>
  );
}
