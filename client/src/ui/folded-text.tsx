import { useState } from 'react';
import { classNames } from './class-names.ts';
import styles from './folded-text.module.css';

export interface FoldedTextProps {
  /** Shown as text and nothing else; what could deceive was made visible before. */
  text: string;
  /** Characters; what is longer is folded there. */
  foldAt: number;
  className?: string | undefined;
}

/** Text of somebody else: long ones do not push everything else away. */
export function FoldedText({ text, foldAt, className }: FoldedTextProps) {
  const [open, setOpen] = useState(false);
  const long = text.length > foldAt;
  return (
    <div className={classNames(styles.text, className)}>
      {long && !open ? `${text.slice(0, foldAt)}…` : text}
      {long && (
        <button type="button" className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : `Show all ${text.length.toLocaleString('en-US')} characters`}
        </button>
      )}
    </div>
  );
}
