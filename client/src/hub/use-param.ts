import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * One choice of a page that lives in its address, e.g. `?view=table`. Anything else than the allowed words reads as the
 * first of them, which is also left out of the address.
 */
export function useParam<K extends string>(name: string, allowed: readonly [K, ...K[]]): [K, (value: K) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const [fallback] = allowed;
  const value = allowed.find((candidate) => candidate === search[name]) ?? fallback;
  const set = useCallback(
    (next: K) => {
      const change = (before: Record<string, unknown>) => ({ ...before, [name]: next === fallback ? undefined : next });
      void navigate({ to: '.', search: change, replace: true });
    },
    [navigate, name, fallback],
  );
  return [value, set];
}
