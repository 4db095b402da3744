import { useCallback } from 'react';
import { useNavigation } from './navigation.ts';

/**
 * One choice of a page that lives in its address, e.g. `?view=table`. Anything else than the allowed words reads as the
 * first of them, which is also left out of the address.
 */
export function useParam<K extends string>(name: string, allowed: readonly [K, ...K[]]): [K, (value: K) => void] {
  const { params, setParams } = useNavigation();
  const [fallback] = allowed;
  const value = allowed.find((candidate) => candidate === params[name]) ?? fallback;
  const set = useCallback(
    (next: K) => setParams({ [name]: next === fallback ? undefined : next }),
    [setParams, name, fallback],
  );
  return [value, set];
}
