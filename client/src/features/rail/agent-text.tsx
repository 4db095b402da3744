import { useState } from 'react';
import { visibleText } from '../../hub/visible-text.ts';
import styles from './card.module.css';

const FOLD_AT = 400;

/** What an agent wrote: text and nothing else, with what could deceive made visible. */
export function AgentText({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const plain = visibleText(text);
  const long = plain.length > FOLD_AT;
  return (
    <div className={styles.text}>
      {long && !open ? `${plain.slice(0, FOLD_AT)}…` : plain}
      {long && (
        <button type="button" className={styles.more} onClick={() => setOpen(!open)}>
          {open ? 'less' : 'more'}
        </button>
      )}
    </div>
  );
}
