import type { History } from '../history/history.ts';

/** What several rules derive from the same history is derived once. */
export function once<T>(derive: (history: History) => T): (history: History) => T {
  const known = new WeakMap<History, { value: T }>();
  return (history) => {
    const entry = known.get(history) ?? { value: derive(history) };
    known.set(history, entry);
    return entry.value;
  };
}
