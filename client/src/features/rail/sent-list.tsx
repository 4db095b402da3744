import { useMemo, useState } from 'react';
import { useConn, useIds } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './card.module.css';
import { DirectiveCard } from './directive-card.tsx';

const PAGE = 30;

/** Directives of all people, the newest first. */
export function SentList() {
  const loaded = useConn((conn) => conn.loaded);
  const ids = useIds('directive');
  const [shown, setShown] = useState(PAGE);
  // Ids are numbered in the order in which they were sent.
  const newest = useMemo(() => [...ids].reverse(), [ids]);
  return (
    <div data-testid="sent-list">
      {loaded && newest.length === 0 && (
        <EmptyState title="Nothing was sent yet.">Write to your agents below, or press M.</EmptyState>
      )}
      <ul className={styles.list}>
        {newest.slice(0, shown).map((id) => (
          <DirectiveCard key={id} id={id} />
        ))}
      </ul>
      {newest.length > shown && (
        <Button onClick={() => setShown(shown + PAGE)}>Show older ({newest.length - shown})</Button>
      )}
    </div>
  );
}
