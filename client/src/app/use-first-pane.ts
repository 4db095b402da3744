import { useEffect, useRef } from 'react';
import { sumOf } from '../hub/counts.ts';
import { useNavigation } from '../hub/navigation.ts';
import { setUi } from '../hub/ui-store.ts';
import { useConn, useHub } from '../hub/use-hub.ts';
import { useNarrow } from '../ui/use-narrow.ts';

/**
 * On a phone, whoever opens the floor while something waits for a person sees that first. On any other page, or with an
 * object open, he sees what he asked for.
 */
export function useFirstPane(onFloor: boolean): void {
  const { db } = useHub();
  const { peek } = useNavigation();
  const narrow = useNarrow();
  const loaded = useConn((conn) => conn.loaded);
  const decided = useRef(false);
  useEffect(() => {
    if (!loaded || decided.current) return;
    decided.current = true;
    const { openQuestions, unackedAlarms } = db.counts();
    if (narrow && onFloor && peek === null && openQuestions + sumOf(unackedAlarms) > 0)
      setUi({ pane: 'needs', railTab: 'needs' });
  }, [db, loaded, narrow, onFloor, peek]);
}
