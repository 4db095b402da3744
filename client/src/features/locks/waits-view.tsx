import { type ReactNode, useId, useRef, useState } from 'react';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { Button } from '../../ui/button.tsx';
import { HeldNote } from '../../ui/held-note.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { useWaits } from './use-locks.ts';
import { WaitingClaim } from './waiting-claim.tsx';
import styles from './waits-view.module.css';

const STEP = 50;

export interface WaitsViewProps {
  query: string;
  /** What stands here while there is nothing to show. */
  empty: ReactNode;
  onRelease: (lockId: string) => void;
}

/** Only the blocked, the longest wait first: who waits for whom, and why. */
export function WaitsView({ query, empty, onRelease }: WaitsViewProps) {
  const titleId = useId();
  const list = useRef<HTMLElement>(null);
  const live = useWaits(query);
  const { ids, words, apply, holder } = useHeldOrder(live, query);
  const [shown, setShown] = useState(STEP);
  useRowKeys(list, { main: true });
  const hidden = ids.length - shown;
  return (
    <section ref={list} aria-labelledby={titleId} data-rows {...holder}>
      <h2 id={titleId} className="visually-hidden">
        Who waits for whom
      </h2>
      {ids.length === 0 && empty}
      <ol className={styles.list}>
        {ids.slice(0, shown).map((id) => (
          <WaitingClaim key={id} id={id} onRelease={onRelease} />
        ))}
      </ol>
      {hidden > 0 && <Button onClick={() => setShown(shown + STEP)}>Show {Math.min(hidden, STEP)} more</Button>}
      <HeldNote words={words} onApply={apply} />
    </section>
  );
}
