import { useEffect, useRef } from 'react';
import { useUi } from './ui-store.ts';

/** Calls `apply` when the person asks for what was held back (the key `.`), wherever he asks it. */
export function useApplyRequest(apply: () => void): void {
  const request = useUi((ui) => ui.applyRequest);
  const seen = useRef(request);
  useEffect(() => {
    if (seen.current === request) return;
    seen.current = request;
    apply();
  }, [request, apply]);
}
