import type { ReactNode } from 'react';
import { visibleText } from '../../hub/visible-text.ts';
import styles from './peek.module.css';

/** A titled part of the panel. */
export function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3 className={styles.sectionTitle}>{title}</h3>
      {children}
    </section>
  );
}

/** What the panel is about, in one line: its mark, its word, its name. */
export function Lead({ children }: { children: ReactNode }) {
  return <p className={styles.lead}>{children}</p>;
}

/** Text that somebody else wrote: shown as text, with what could deceive made visible. */
export function Said({ children }: { children: string }) {
  return <p className={styles.said}>{visibleText(children)}</p>;
}

export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}

export function Refused({ error }: { error: { message: string } | null }) {
  if (error === null) return null;
  return (
    <p className={styles.refused} role="alert">
      {error.message}
    </p>
  );
}
