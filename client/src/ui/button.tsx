import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `strong`: the one expected action; `danger`: cannot be undone; `quiet`: no border until pointed at. */
  look?: 'plain' | 'strong' | 'danger' | 'quiet';
  size?: 'small' | 'regular';
  /** Sent and not confirmed yet: dotted underline, and a second press does nothing. */
  pending?: boolean;
  /** Why it cannot be pressed now. Shown on hover and read out: a dead button without a reason is a riddle. */
  unavailable?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'plain', size = 'regular', pending = false, unavailable, ...rest }: ButtonProps) {
  const { className, disabled, onClick, title, type = 'button', ...button } = rest;
  const blocked = disabled === true || unavailable !== undefined;
  return (
    <button
      {...button}
      // Radix triggers listen to clicks by themselves, so a blocked button must really be disabled.
      disabled={blocked}
      type={type}
      title={unavailable ?? title}
      aria-busy={pending || undefined}
      className={classNames(styles.button, styles[look], styles[size], pending && styles.pending, className)}
      onClick={pending ? undefined : onClick}
    />
  );
}
