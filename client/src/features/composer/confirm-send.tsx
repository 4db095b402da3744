import { type FormEvent, useState } from 'react';
import type { Audience } from '../../hub/audience.ts';
import { plural } from '../../hub/format.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import styles from './composer.module.css';
import type { Risk } from './send-risk.ts';

export interface ConfirmSendProps {
  risk: Risk;
  action: string;
  /** As it is now: agents may come and go while the dialog is open. */
  audience: Audience;
  onCancel: () => void;
  onConfirm: () => void;
}

/** Many are asked for a nod; stopping the whole fleet takes its number. */
export function ConfirmSend({ risk, action, audience, onCancel, onConfirm }: ConfirmSendProps) {
  const [typed, setTyped] = useState('');
  const count = audience.ids.length;
  const ready = risk === 'confirm' || typed.trim() === String(count);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onConfirm();
  };
  const deed =
    action === 'say' || action === 'ask'
      ? `Send to ${plural(count, 'agent')}`
      : `${action.charAt(0).toUpperCase()}${action.slice(1)} ${plural(count, 'agent')}`;
  const lost =
    audience.lost.length === 0
      ? ''
      : ` ${audience.lost.length} of them ${audience.lost.length === 1 ? 'is' : 'are'} lost.`;
  const consequence =
    action === 'pause'
      ? 'They finish their step and get no new tasks until they are resumed.'
      : 'Every one of them gets it.';
  return (
    <Dialog open onClose={onCancel} title={`${deed}?`} description={`${consequence}${lost}`}>
      <form className={styles.confirm} onSubmit={submit} data-testid="confirm-send">
        {risk === 'type' && (
          <Field label={`Type ${count} to confirm`}>
            <TextInput inputMode="numeric" value={typed} onChange={(event) => setTyped(event.target.value)} />
          </Field>
        )}
        <DialogActions>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" look="strong" disabled={!ready}>
            {deed}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
