import type { DirectiveMode, Draft } from '../../hub/drafts.ts';
import { Field, Select } from '../../ui/field.tsx';
import styles from './composer.module.css';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const MODES: readonly { value: DirectiveMode; label: string }[] = [
  { value: 'queue', label: 'when idle' },
  { value: 'steer', label: 'with its next step' },
  { value: 'interrupt', label: 'at once, stop its step' },
];
const ACK_BY = [0, 5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS] as const;
const EXPIRES = [30 * MINUTE_MS, 2 * HOUR_MS, 8 * HOUR_MS, 24 * HOUR_MS] as const;
const words = (ms: number): string =>
  ms === 0 ? 'not asked' : ms < HOUR_MS ? `${ms / MINUTE_MS} min` : `${ms / HOUR_MS} h`;
const choices = (values: readonly number[]) => values.map((ms) => ({ value: String(ms), label: words(ms) }));

/** When it reaches a working agent, until when an answer is wanted, and after which time it is not obeyed any more. */
export function Terms({ draft, onChange }: { draft: Draft; onChange: (change: Partial<Draft>) => void }) {
  const pickMode = (value: string) => onChange({ mode: MODES.find((mode) => mode.value === value)?.value ?? 'steer' });
  return (
    <div className={styles.terms}>
      <Field label="Reaches it">
        <Select options={MODES} value={draft.mode} onPick={pickMode} />
      </Field>
      <Field label="Ack by">
        <Select
          options={choices(ACK_BY)}
          value={String(draft.ackByMs)}
          onPick={(ms) => onChange({ ackByMs: Number(ms) })}
        />
      </Field>
      <Field label="Expires">
        <Select
          options={choices(EXPIRES)}
          value={String(draft.expiresMs)}
          onPick={(ms) => onChange({ expiresMs: Number(ms) })}
        />
      </Field>
    </div>
  );
}
