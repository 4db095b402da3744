import { useId, useState } from 'react';
import { useMe } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import { signOut } from './auth.ts';
import styles from './me-menu.module.css';

/** Who one is here, what one may, and the way out. */
export function MeMenu() {
  const me = useMe();
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  if (me === null) return null;
  const mayOnlyLook = me.role === 'viewer' || me.role === 'agent';
  const leave = async () => setProblem((await signOut())?.message ?? null);
  return (
    <>
      {mayOnlyLook && <span className={styles.badge}>View only</span>}
      <button type="button" className={styles.me} popoverTarget={id} aria-label={`Signed in as ${me.name}, ${me.role}`}>
        <span className={styles.name}>{me.name}</span> <span aria-hidden="true">▾</span>
      </button>
      {/* The browser closes it with Esc and with a press anywhere else. */}
      <div id={id} popover="auto" className={styles.panel}>
        <p>
          Signed in as <b>{me.name}</b>, {me.role}.
        </p>
        {mayOnlyLook && <p>You see everything and change nothing.</p>}
        {problem !== null && <p role="alert">{problem}</p>}
        <Button onClick={() => void leave()}>Sign out</Button>
      </div>
    </>
  );
}
