import { type FocusEvent, type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';

/** Sweeping across the fleet shows nothing; resting on an agent does. */
const SHOW_AFTER_MS = 150;
const ENTITY = '[data-entity]';
const LAYER = '[data-cell-layer]';

export interface PointedCell {
  id: string;
  /** Where the cell is on the screen. */
  box: DOMRect;
}

export interface PointedCellHandlers {
  onPointerOver: (event: PointerEvent) => void;
  onPointerLeave: () => void;
  onFocus: (event: FocusEvent) => void;
  onBlur: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * Which cell a person rests on with the pointer or the keyboard. It stays while he points at what is shown about it, and
 * goes with Esc.
 */
export function usePointedCell(active: boolean): [PointedCell | null, PointedCellHandlers] {
  const [pointed, setPointed] = useState<PointedCell | null>(null);
  const next = useRef<{ timer: ReturnType<typeof setTimeout>; cell: Element } | undefined>(undefined);
  const forget = () => {
    clearTimeout(next.current?.timer);
    next.current = undefined;
  };
  useEffect(() => () => clearTimeout(next.current?.timer), []);
  const rest = (target: EventTarget) => {
    const cell = target instanceof Element ? target.closest(ENTITY) : null;
    if (cell === null || cell === next.current?.cell) return;
    forget();
    const id = cell.getAttribute('data-entity')?.replace('agent:', '') ?? '';
    const timer = setTimeout(() => setPointed({ id, box: cell.getBoundingClientRect() }), SHOW_AFTER_MS);
    next.current = { timer, cell };
  };
  const leave = () => {
    forget();
    setPointed(null);
  };
  const handlers: PointedCellHandlers = {
    onPointerOver: ({ target, pointerType }) => {
      if (!active || pointerType === 'touch') return;
      if (target instanceof Element && target.closest(LAYER) !== null) forget();
      else rest(target);
    },
    onPointerLeave: leave,
    onFocus: ({ target }) => {
      if (active && target.matches(':focus-visible')) rest(target);
    },
    onBlur: leave,
    onKeyDown: (event) => {
      if (event.key !== 'Escape' || pointed === null) return;
      // This layer is the topmost: the one below stays for the next Esc.
      event.preventDefault();
      leave();
    },
  };
  return [active ? pointed : null, handlers];
}
