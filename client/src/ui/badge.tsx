import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { classNames } from './class-names.ts';

export interface BadgeProps {
  /** The three hues mean P1, P2 and "a person is asked"; `ink` is the loudest grey. */
  tone?: 'plain' | 'ink' | 'p1' | 'p2' | 'ask';
  title?: string | undefined;
  children: ReactNode;
}

/** A short word on a ground. The word carries the meaning, the ground only underlines it. */
export function Badge({ tone = 'plain', title, children }: BadgeProps) {
  return (
    <span className={classNames(styles.badge, styles[tone])} title={title}>
      {children}
    </span>
  );
}

export interface ChipProps {
  label: ReactNode;
  onOpen?: (() => void) | undefined;
  title?: string | undefined;
}

/** A reference to something that can be looked at: a task, an agent, a path. Without `onOpen` it is only text. */
export function Chip({ label, onOpen, title }: ChipProps) {
  if (!onOpen) {
    return (
      <span className={styles.chip} title={title}>
        {label}
      </span>
    );
  }
  return (
    <button type="button" className={classNames(styles.chip, styles.link)} onClick={onOpen} title={title}>
      {label}
    </button>
  );
}
