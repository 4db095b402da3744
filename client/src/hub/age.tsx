import { useLayoutEffect, useRef } from 'react';
import { formatAge, formatDateTime, UNKNOWN } from './format.ts';
import { useHub } from './use-hub.ts';

export interface AgeProps {
  /** Server time; unknown is a dash. */
  at: number | null | undefined;
  /** Written around the age: `hb `, ` ago`; nothing is written after a dash. */
  prefix?: string;
  suffix?: string;
  /** What it means that the time is not known. */
  unknownTitle?: string;
  className?: string | undefined;
}

/** How long ago, ticking. Written straight into the node: a thousand of them cost no render. */
export function Age({ at, prefix = '', suffix = '', unknownTitle, className }: AgeProps) {
  const { clock } = useHub();
  const node = useRef<HTMLTimeElement>(null);
  useLayoutEffect(() => {
    const write = () => {
      const { now, frozen } = clock.getState();
      const age = formatAge(at, now, { frozen });
      const text = `${prefix}${age}${age === UNKNOWN ? '' : suffix}`;
      if (node.current !== null && node.current.textContent !== text) node.current.textContent = text;
    };
    write();
    return clock.subscribe(write);
  }, [clock, at, prefix, suffix]);
  const known = at !== undefined && at !== null;
  return <time ref={node} className={className} title={known ? formatDateTime(at) : (unknownTitle ?? UNKNOWN)} />;
}
