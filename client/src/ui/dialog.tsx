import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What happens when it is confirmed, in one sentence. */
  description?: ReactNode;
  children: ReactNode;
}

/**
 * A modal dialog: focus is trapped in it, Esc closes it. The backdrop is our own element, because Radix' overlay locks
 * scrolling by adding a `<style>` element, which our content security policy refuses.
 */
export function Dialog({ open, onClose, title, description, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className={styles.backdrop} aria-hidden="true" />
        <Radix.Content className={styles.content} {...(description === undefined && { 'aria-describedby': undefined })}>
          <div className={styles.head}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            <Radix.Close asChild>
              <Button look="quiet" size="small" aria-label="Close">
                ✕
              </Button>
            </Radix.Close>
          </div>
          {description !== undefined && (
            <Radix.Description className={styles.description} asChild>
              <div>{description}</div>
            </Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The row of buttons that ends a dialog; the expected action comes last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
