import { type RefObject, useLayoutEffect, useRef } from 'react';

/** A card that goes while it has the focus hands it to the one that takes its place, so that nobody is thrown to the top. */
export function useKeepFocus(): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const focusedAt = useRef<number>(-1);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const cards = [...element.querySelectorAll<HTMLElement>(':scope > [data-attention]')];
    const now = cards.findIndex((card) => card.contains(document.activeElement));
    if (now < 0 && focusedAt.current >= 0 && document.activeElement === document.body)
      cards[Math.min(focusedAt.current, cards.length - 1)]?.focus();
    const remember = () => {
      const current = [...element.querySelectorAll<HTMLElement>(':scope > [data-attention]')];
      focusedAt.current = current.findIndex((card) => card.contains(document.activeElement));
    };
    const forget = (event: FocusEvent) => {
      // A card that is taken out of the page gives no related target, like a click beside; only the latter counts.
      if (event.target instanceof Node && event.target.isConnected && event.relatedTarget !== null)
        focusedAt.current = -1;
    };
    element.addEventListener('focusin', remember);
    element.addEventListener('focusout', forget);
    return () => {
      element.removeEventListener('focusin', remember);
      element.removeEventListener('focusout', forget);
    };
  });
  return list;
}
