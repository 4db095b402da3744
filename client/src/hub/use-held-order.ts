import { type FocusEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useApplyRequest } from './use-apply-request.ts';

export interface HeldOrder {
  ids: readonly string[];
  /** How many rows would move, come or go if the order were taken over now, with `apply` or the key `.`. */
  waiting: number;
  /** The same in words: `4 moved, 1 new`. */
  words: string;
  apply: () => void;
  /** Spread on the element in which the order is held while it is pointed at or focused. */
  holder: {
    onPointerEnter: (event?: PointerEvent) => void;
    onPointerLeave: () => void;
    onFocus: (event?: FocusEvent) => void;
    onBlur: (event?: FocusEvent) => void;
  };
}

interface Changes {
  moved: number;
  added: number;
  gone: number;
}

function changesBetween(shown: readonly string[], live: readonly string[]): Changes {
  const after = new Set(live);
  const staying = shown.filter((id) => after.has(id));
  const before = new Set(staying);
  const kept = live.filter((id) => before.has(id));
  return {
    moved: kept.filter((id, i) => staying[i] !== id).length,
    added: live.length - kept.length,
    gone: shown.length - staying.length,
  };
}

const NOTHING: Changes = { moved: 0, added: 0, gone: 0 };
const wordsFor = ({ moved, added, gone }: Changes): string =>
  [moved > 0 && `${moved} moved`, added > 0 && `${added} new`, gone > 0 && `${gone} gone`].filter(Boolean).join(', ');

/**
 * Values move, rows don't: while a person points into a list or has the focus in it, its order stays as it was. A change
 * of `key` (another sorting, another filter) is the person's own and takes effect at once.
 */
export function useHeldOrder(live: readonly string[], key: string): HeldOrder {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [, applyNow] = useState(0);
  const list = useRef<Element | null>(null);
  // What is taken out of the page while it is pointed at or focused says goodbye to nobody.
  useEffect(() => {
    if (list.current === null) return;
    if (focused && !list.current.contains(document.activeElement)) setFocused(false);
    if (pointed && !list.current.isConnected) setPointed(false);
  });
  const shown = useRef({ ids: live, key });
  if (!(pointed || focused) || shown.current.key !== key) shown.current = { ids: live, key };
  const { ids } = shown.current;
  const apply = () => {
    shown.current = { ids: live, key };
    applyNow((count) => count + 1);
  };
  useApplyRequest(apply);
  const held = ids === live ? NOTHING : changesBetween(ids, live);
  return {
    ids,
    waiting: held.moved + held.added + held.gone,
    words: wordsFor(held),
    apply,
    holder: {
      onPointerEnter: (event) => {
        list.current = event?.currentTarget ?? null;
        setPointed(true);
      },
      onPointerLeave: () => setPointed(false),
      onFocus: (event) => {
        list.current = event?.currentTarget ?? null;
        setFocused(true);
      },
      // From row to row within the list the focus has not left it.
      onBlur: (event) => {
        const { currentTarget: list, relatedTarget: to } = event ?? {};
        if (!(list instanceof Node && to instanceof Node && list.contains(to))) setFocused(false);
      },
    },
  };
}
