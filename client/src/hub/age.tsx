import { useLayoutEffect, useRef } from 'react';
import { formatAge, formatDateTime } from './format.ts';
import { useHub } from './use-hub.ts';

export interface AgeProps {
  /** Server time; unknown is a dash. */
  at: number | null | undefined;
  /** Written around the age: `hb `, ` ago`. */
  prefix?: string;
  suffix?: string;
  className?: string | undefined;
}

/** How long ago, ticking. Written straight into the node: a thousand of them cost no render. */
export function Age({ at, prefix = '', suffix = '', className }: AgeProps) {
  const { clock } = useHub();
  const node = useRef<HTMLTimeElement>(null);
  useLayoutEffect(() => {
    const write = () => {
      const { now, frozen } = clock.getState();
      const text = `${prefix}${formatAge(at, now, { frozen })}${suffix}`;
      if (node.current !== null && node.current.textContent !== text) node.current.textContent = text;
    };
    write();
    return clock.subscribe(write);
  }, [clock, at, prefix, suffix]);
  return <time ref={node} className={className} title={formatDateTime(at)} />;
}
