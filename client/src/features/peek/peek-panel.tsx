import { type ComponentType, useEffect, useId, useRef } from 'react';
import type { PeekTarget } from '../../hub/navigation.ts';
import type { VisibleKind } from '../../hub/record-types.ts';
import { Button } from '../../ui/button.tsx';
import { AgentPeek } from './agent-peek.tsx';
import { AlarmPeek } from './alarm-peek.tsx';
import type { BodyProps } from './body-props.ts';
import { DirectivePeek, ReceiptPeek } from './directive-peek.tsx';
import { LockPeek, WaiterPeek } from './lock-peek.tsx';
import { MessagePeek } from './message-peek.tsx';
import styles from './peek.module.css';
import { QuestionPeek } from './question-peek.tsx';
import { TaskPeek } from './task-peek.tsx';

const BODIES: Record<VisibleKind, { word: string; Body: ComponentType<BodyProps> }> = {
  agent: { word: 'Agent', Body: AgentPeek },
  task: { word: 'Task', Body: TaskPeek },
  lock: { word: 'Lock', Body: LockPeek },
  waiter: { word: 'Claim', Body: WaiterPeek },
  message: { word: 'Message', Body: MessagePeek },
  directive: { word: 'Directive', Body: DirectivePeek },
  receipt: { word: 'Receipt', Body: ReceiptPeek },
  question: { word: 'Question', Body: QuestionPeek },
  alarm: { word: 'Alarm', Body: AlarmPeek },
};

export interface PeekPanelProps {
  target: PeekTarget;
  onClose: () => void;
  onOpen: (target: PeekTarget) => void;
}

/** Gives the focus to the panel when it opens, and back to where it was when it closes. */
function useBorrowedFocus() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    // Opened by the address alone, nobody has a focus to lend.
    if (before !== document.body) heading.current?.focus({ preventScroll: true });
    return () => {
      // Only when the focus went down with the panel: a person who is elsewhere by now stays there.
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return heading;
}

/** One object, live, beside the list it was found in. */
export function PeekPanel({ target, onClose, onOpen }: PeekPanelProps) {
  const titleId = useId();
  const heading = useBorrowedFocus();
  const { word, Body } = BODIES[target.kind];
  const key = `${target.kind}:${target.id}`;
  return (
    <section className={styles.panel} aria-labelledby={titleId} data-testid="peek-panel" data-entity={key}>
      <div className={styles.head}>
        <h2 id={titleId} className={styles.heading} ref={heading} tabIndex={-1}>
          {word} <span className={styles.mono}>{target.id}</span>
        </h2>
        <Button look="quiet" onClick={onClose} aria-label="Close the panel" title="Close (Esc)">
          ✕
        </Button>
      </div>
      {/* Keyed by object: nothing of the former one may flash under the new name. */}
      <div className={styles.body} key={key}>
        <Body id={target.id} onOpen={onOpen} />
      </div>
    </section>
  );
}
