import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** So many of the newest are shown; older ones are asked for. */
const WINDOW = 50;
/** Nearer to the end than this is at the end. */
const END_PX = 32;

export interface ReadingPlace {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLOListElement | null>;
  onScroll: () => void;
  shown: readonly string[];
  /** Older ones that are not shown. */
  older: number;
  showOlder: () => void;
  /** How many came since the reader left the end. */
  unseen: number;
  toEnd: () => void;
}

/**
 * Follows the newest while the reader is at the end; once he has gone up to read, what he reads stays where it is, and
 * what comes is counted.
 */
export function useReadingPlace(ids: readonly string[]): ReadingPlace {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  /** While he reads: the first message that is shown and the last one he has seen; null: he follows the end. */
  const [reading, setReading] = useState<{ first: string; last: string } | null>(null);
  const following = reading === null;
  const from = reading === null ? -1 : ids.indexOf(reading.first);
  const start = from < 0 ? Math.max(0, ids.length - WINDOW) : from;
  const shown = ids.slice(start);
  /** Distance to the end of the content before older ones were put on top of it. */
  const fromEnd = useRef<number | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever what is shown has changed
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (fromEnd.current !== null) element.scrollTop = element.scrollHeight - fromEnd.current;
    fromEnd.current = null;
    if (following) element.scrollTop = element.scrollHeight;
  }, [following, start, ids]);
  useEffect(() => {
    const element = scroller.current;
    if (!following || element === null || content.current === null) return;
    // Bodies come after their messages and make them higher; a banner above takes from the height there is.
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(content.current);
    observer.observe(element);
    return () => observer.disconnect();
  }, [following]);

  const onScroll = () => {
    const element = scroller.current;
    const [first, last] = [shown[0], ids.at(-1)];
    if (element === null || first === undefined || last === undefined) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_PX;
    if (atEnd) setReading(null);
    else if (following) setReading({ first, last });
  };
  return {
    scroller,
    content,
    onScroll,
    shown,
    older: start,
    showOlder: () => {
      const element = scroller.current;
      const first = ids[Math.max(0, start - WINDOW)];
      const last = ids.at(-1);
      if (element === null || first === undefined || last === undefined) return;
      fromEnd.current = element.scrollHeight - element.scrollTop;
      setReading({ first, last: reading?.last ?? last });
    },
    unseen: reading === null ? 0 : ids.length - 1 - ids.lastIndexOf(reading.last),
    toEnd: () => setReading(null),
  };
}
