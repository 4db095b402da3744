import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { launchCode, signIn, useAuth } from './auth.ts';
import styles from './sign-in.module.css';

/** Stands over the page, which keeps its address and its drafts. */
export function SignIn() {
  const problem = useAuth((auth) => auth.problem);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const code = launchCode(text);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (code === null) return;
    setBusy(true);
    await signIn(code);
    setBusy(false);
  };
  return (
    <div className={styles.cover} role="dialog" aria-modal="true" aria-labelledby="sign-in-title" data-testid="sign-in">
      <form className={styles.panel} onSubmit={(event) => void submit(event)}>
        <h1 id="sign-in-title" className={styles.title}>
          Sign in to Signalbox
        </h1>
        <p>
          Run <code>npx signalbox open</code> on the machine of the hub and open the link it prints. A link works once,
          for 15 minutes.
        </p>
        <Field label="Or paste the link here" error={problem ?? undefined}>
          <TextInput
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoFocus
            placeholder={`${location.origin}/#k=…`}
          />
        </Field>
        <Button type="submit" look="strong" disabled={code === null} pending={busy}>
          Sign in
        </Button>
      </form>
    </div>
  );
}
