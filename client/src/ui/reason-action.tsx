import { type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Field, TextArea } from './field.tsx';
import styles from './reason-action.module.css';

export interface ReasonFormProps {
  /** On the button that does it: `Cancel T-12`. */
  confirm: string;
  pending: boolean;
  unavailable: string | undefined;
  error: string | null;
  onConfirm: (reason: string) => Promise<unknown>;
  onCancel: () => void;
  /** Id of what says what will happen. */
  labelledBy?: string;
  className?: string | undefined;
  /** What stands above the reason. */
  children?: ReactNode;
}

/** Asks for the reason that is kept with a deed. */
export function ReasonForm(props: ReasonFormProps) {
  const { confirm, pending, unavailable, error, onConfirm, onCancel, labelledBy, className, children } = props;
  const [reason, setReason] = useState('');
  return (
    <form
      className={className ?? styles.bare}
      aria-labelledby={labelledBy}
      onSubmit={(event) => {
        event.preventDefault();
        void onConfirm(reason.trim());
      }}
    >
      {children}
      <Field label="Reason, kept with it" error={error ?? undefined}>
        <TextArea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} required autoFocus />
      </Field>
      <div className={styles.buttons}>
        <Button onClick={onCancel}>Keep it as it is</Button>
        <Button type="submit" look="danger" pending={pending} unavailable={unavailable} disabled={reason.trim() === ''}>
          {pending ? 'Sending…' : confirm}
        </Button>
      </div>
    </form>
  );
}

export interface ReasonActionProps extends Pick<ReasonFormProps, 'confirm' | 'pending' | 'unavailable' | 'error'> {
  /** On the button that opens the form: `Cancel task…`. */
  word: string;
  /** `danger` unless it can be taken back. */
  look?: 'plain' | 'danger';
  /** What will happen, before it can be confirmed. */
  consequence: ReactNode;
  /** Resolves to whether it was done; the form closes then. */
  onConfirm: (reason: string) => Promise<boolean>;
  /** Further choices. */
  children?: ReactNode;
}

/** An action that others should know the reason of: it says what it does, and the reason is kept with it. */
export function ReasonAction({ word, look = 'danger', consequence, onConfirm, children, ...form }: ReasonActionProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  if (!open) {
    return (
      <Button look={look} unavailable={form.unavailable} onClick={() => setOpen(true)} aria-expanded="false">
        {word}
      </Button>
    );
  }
  return (
    <ReasonForm
      {...form}
      className={styles.form}
      labelledBy={id}
      onCancel={() => setOpen(false)}
      onConfirm={async (reason) => {
        if (await onConfirm(reason)) setOpen(false);
      }}
    >
      <p id={id}>{consequence}</p>
      {children}
    </ReasonForm>
  );
}
