import { type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Field, TextArea } from './field.tsx';
import styles from './reason-action.module.css';

export interface ReasonActionProps {
  /** On the button that opens the form: `Cancel task…`. */
  word: string;
  /** What will happen, before it can be confirmed. */
  consequence: ReactNode;
  /** On the button that does it: `Cancel T-12`. */
  confirm: string;
  pending: boolean;
  unavailable: string | undefined;
  error: string | null;
  /** Resolves to whether it was done; the form closes then. */
  onConfirm: (reason: string) => Promise<boolean>;
  /** Further choices. */
  children?: ReactNode;
}

/** An action that cannot be undone: it says what it does and asks for the reason that is kept with it. */
export function ReasonAction({
  word,
  consequence,
  confirm,
  pending,
  unavailable,
  error,
  onConfirm,
  children,
}: ReasonActionProps) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const id = useId();
  const act = async () => {
    if (!(await onConfirm(reason.trim()))) return;
    setReason('');
    setOpen(false);
  };
  if (!open) {
    return (
      <Button look="danger" unavailable={unavailable} onClick={() => setOpen(true)} aria-expanded="false">
        {word}
      </Button>
    );
  }
  return (
    <form
      className={styles.form}
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        void act();
      }}
    >
      <p id={id}>{consequence}</p>
      {children}
      <Field label="Reason, kept with it" error={error ?? undefined}>
        <TextArea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} required autoFocus />
      </Field>
      <div className={styles.buttons}>
        <Button onClick={() => setOpen(false)}>Keep it as it is</Button>
        <Button type="submit" look="danger" pending={pending} unavailable={unavailable} disabled={reason.trim() === ''}>
          {pending ? 'Sending…' : confirm}
        </Button>
      </div>
    </form>
  );
}
