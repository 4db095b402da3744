import { type FormEvent, useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { credentialOf, onSignInElsewhere, type SignInReason, signedIn, signIn, useAuth } from './auth.ts';
import styles from './sign-in.module.css';

const WORDS: Record<SignInReason, { title: string; text: string }> = {
  first: {
    title: 'Sign in to Signalbox',
    text: 'The control room of your agents. You get in with a link that works once, or with a token.',
  },
  lost: {
    title: 'Your session has ended',
    text: 'Sign in again: you come back to this page, and what you were writing is still there.',
  },
  signedOut: { title: 'You are signed out', text: 'Nothing of what you saw is kept on this page.' },
};

function Command({ children }: { children: string }) {
  return (
    <span className={styles.command}>
      <code>{children}</code> <CopyButton text={children} label={`Copy ${children}`} />
    </span>
  );
}

/** How somebody gets a link, whoever he is. */
function Ways() {
  return (
    <dl className={styles.ways}>
      <div>
        <dt>The hub runs on your machine</dt>
        <dd>
          Run this there and open the link it prints: <Command>npx signalbox open</Command>
        </dd>
      </div>
      <div>
        <dt>Somebody else runs it</dt>
        <dd>
          Ask an admin for an invitation. It is made with <Command>npx signalbox invite NAME --role operator</Command>
        </dd>
      </div>
    </dl>
  );
}

/** Stands over the page, which keeps its address and its drafts. */
export function SignIn({ reason }: { reason: SignInReason }) {
  const problem = useAuth((auth) => auth.problem);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const credential = credentialOf(text);
  useEffect(() => onSignInElsewhere(signedIn), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (credential === null) return;
    setBusy(true);
    await signIn(credential);
    setBusy(false);
  };
  const used = problem?.code === 'EXPIRED';
  const words = used ? { title: 'This link does not work any more', text: problem.message } : WORDS[reason];
  return (
    <main className={styles.cover} data-testid="sign-in" data-reason={reason}>
      <form className={styles.panel} onSubmit={(event) => void submit(event)}>
        <p className={styles.brand}>
          <span aria-hidden="true">▣</span> Signalbox
        </p>
        <h1 className={styles.title}>{words.title}</h1>
        <p role={used ? 'alert' : undefined}>{words.text}</p>
        <Ways />
        <Field
          label="A link or a token"
          hint="Pasted here, it goes to the hub and nowhere else."
          error={problem === null || used ? undefined : problem.message}
        >
          <TextInput
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoFocus
            placeholder={`${location.origin}/#k=… or sb_…`}
          />
        </Field>
        <Button type="submit" look="strong" disabled={credential === null} pending={busy}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
