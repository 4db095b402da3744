import type { Numbered } from '@signalbox/shared/ids';
import type { Draft } from './view.ts';

/** The next `T-1`, `L-1`, … of the project. */
export function nextId(draft: Draft, letter: Numbered): string {
  const last = (draft.get('counter', letter)?.last ?? 0) + 1;
  draft.put({ kind: 'counter', id: letter, last });
  return `${letter}-${last}`;
}
