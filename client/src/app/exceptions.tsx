import { sumOf } from '../hub/counts.ts';
import { useConn, useCounts } from '../hub/use-hub.ts';
import { Badge } from '../ui/badge.tsx';

export interface Exceptions {
  questions: number;
  /** Those that nobody has acknowledged. */
  alarms: number;
  alarmTone: 'p1' | 'p2' | 'ink';
}

/** How much is in the rail, wherever that is said. */
export function useExceptions(): Exceptions {
  const { openQuestions, unackedAlarms: alarms } = useCounts();
  return {
    questions: openQuestions,
    alarms: sumOf(alarms),
    alarmTone: alarms[1] > 0 ? 'p1' : alarms[2] > 0 ? 'p2' : 'ink',
  };
}

export interface CountedProps {
  word: string;
  count: number;
  tone: 'ask' | 'p1' | 'p2' | 'ink';
}

/** A word with its count; none is said of nothing, and none in colour that is not current. */
export function Counted({ word, count, tone }: CountedProps) {
  const live = useConn((conn) => conn.live);
  return (
    <>
      {word} {count > 0 && <Badge tone={live ? tone : 'plain'}>{count}</Badge>}
    </>
  );
}
