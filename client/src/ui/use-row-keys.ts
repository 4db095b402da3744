import { type RefObject, useEffect, useRef } from 'react';

/** In these, letters are text or have a meaning of their own. */
const TYPED = 'input, textarea, select, [contenteditable="true"], [role="dialog"]';
const DIALOG = '[role="dialog"]';
const STEPS: Record<string, 1 | -1> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export interface RowKeysOptions {
  /** The list of the page: J and K work wherever the focus is, unless that is in another list. */
  main?: boolean;
  /** Called with the row that was moved to. */
  onMove?: (row: HTMLElement) => void;
}

const rowsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-row]')];

/** The row the focus is in, or behind: a row's own element is its first, other controls follow it. */
const rowAt = (rows: readonly HTMLElement[], focused: Element): number =>
  rows.findLastIndex(
    (row) => row.contains(focused) || (row.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
  );

/**
 * J and K, and within the list the arrows, move the focus between the elements marked `data-row`; the list itself is
 * marked `data-rows`. From elsewhere the way goes on where it was left, even when that row is gone by now.
 */
export function useRowKeys(list: RefObject<HTMLElement | null>, options: RowKeysOptions = {}): void {
  const last = useRef<{ row: HTMLElement | undefined; at: number }>({ row: undefined, at: -1 });
  const current = useRef(options);
  current.current = options;
  useEffect(() => {
    const remember = () => {
      const focused = document.activeElement;
      if (list.current === null || focused === null || !list.current.contains(focused)) return;
      const rows = rowsOf(list.current);
      const at = rowAt(rows, focused);
      last.current = { row: rows[at], at };
    };
    const onKey = (event: KeyboardEvent) => {
      const by = STEPS[event.key];
      const element = list.current;
      const focused = document.activeElement;
      if (by === undefined || element === null || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (focused?.closest(TYPED) || document.querySelector(DIALOG) !== null) return;
      const elsewhere = !element.contains(focused);
      if (elsewhere && (current.current.main !== true || event.key.startsWith('Arrow'))) return;
      if (elsewhere && focused?.closest('[data-rows]')) return;
      const rows = rowsOf(element);
      const known = last.current.row === undefined ? -1 : rows.indexOf(last.current.row);
      // A row that is gone has been followed by the one that stands in its place now.
      const next = known >= 0 ? known + by : last.current.at < 0 ? 0 : last.current.at + (by === 1 ? 0 : -1);
      const row = rows[Math.max(0, Math.min(next, rows.length - 1))];
      if (row === undefined) return;
      event.preventDefault();
      row.focus();
      current.current.onMove?.(row);
    };
    addEventListener('focusin', remember);
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('focusin', remember);
      removeEventListener('keydown', onKey);
    };
  }, [list]);
}
