import type { VisibleKind } from '../../hub/record-types.ts';
import { useUi } from '../../hub/ui-store.ts';

/** A person deals with the first; hundreds of cards would only hold up the page. */
const TOP = 12;

/** The first of a list, and with them the one that is asked for from elsewhere. */
export function useTop<T extends { id: string }>(
  kind: VisibleKind,
  items: readonly T[],
): { shown: readonly T[]; hidden: number } {
  const wanted = useUi(({ attention }) => (attention?.kind === kind ? attention.id : null));
  const top = items.slice(0, TOP);
  const further = items.slice(TOP).find(({ id }) => id === wanted);
  return { shown: further === undefined ? top : [...top, further], hidden: items.length - top.length };
}
