import { useRef, useState } from 'react';

export interface HeldOrder {
  ids: readonly string[];
  /** How many rows would move, come or go if the order were taken over now. */
  waiting: number;
  apply: () => void;
  /** Spread on the element in which the order is held while it is pointed at or focused. */
  holder: { onPointerEnter: () => void; onPointerLeave: () => void; onFocus: () => void; onBlur: () => void };
}

const changes = (shown: readonly string[], live: readonly string[]): number => {
  const place = new Map(shown.map((id, i) => [id, i]));
  const moved = live.filter((id, i) => place.get(id) !== i).length;
  return Math.max(moved, Math.abs(live.length - shown.length));
};

/**
 * Values move, rows don't: while a person points into a list or has the focus in it, its order stays as it was. A change
 * of `key` (another sorting, another filter) is the person's own and takes effect at once.
 */
export function useHeldOrder(live: readonly string[], key: string): HeldOrder {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [, applyNow] = useState(0);
  const shown = useRef({ ids: live, key });
  if (!(pointed || focused) || shown.current.key !== key) shown.current = { ids: live, key };
  const { ids } = shown.current;
  const apply = () => {
    shown.current = { ids: live, key };
    applyNow((count) => count + 1);
  };
  return {
    ids,
    waiting: ids === live ? 0 : changes(ids, live),
    apply,
    holder: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: () => setFocused(false),
    },
  };
}
