import { useSyncExternalStore } from 'react';

/** A phone: the same border as in the style sheets. */
const NARROW = '(max-width: 639px)';

const subscribe = (listener: () => void) => {
  const query = matchMedia(NARROW);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
};

/** For what a style sheet cannot do: another order, fewer things. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
