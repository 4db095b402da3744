import { type RefObject, useEffect, useRef } from 'react';
import type { VisibleKind } from '../../hub/record-types.ts';
import { useUi } from '../../hub/ui-store.ts';

/** The card takes the focus when the person asked for the next thing that needs attention and this is it. */
export function useAttentionFocus<E extends HTMLElement>(kind: VisibleKind, id: string): RefObject<E | null> {
  const card = useRef<E>(null);
  const request = useUi(({ attention }) => (attention?.kind === kind && attention.id === id ? attention.count : 0));
  useEffect(() => {
    if (request === 0) return;
    card.current?.focus();
    card.current?.scrollIntoView({ block: 'nearest' });
  }, [request]);
  return card;
}
