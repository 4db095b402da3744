import type { MessageRecord } from '@signalbox/shared/records/message';
import { createContext, createElement, type ReactNode, useContext } from 'react';
import { useRead } from '../../hub/use-read.ts';

const ASK_EVERY_MS = 10_000;
const ASKED_FOR = 20;

/** A message, and one of those who are gone for good and have not read it. */
export interface DeadLetter {
  message: MessageRecord;
  agentId: string;
}

interface DeadLetters {
  letters: readonly DeadLetter[];
  /** Messages; how many more there are is not known. */
  count: string;
}

const NONE: DeadLetters = { letters: [], count: '0' };
const DeadLettersContext = createContext<DeadLetters>(NONE);

/** Asks once for the whole page what nobody will read any more. */
export function DeadLettersProvider({ children }: { children: ReactNode }) {
  const { data } = useRead('message.list', { state: 'dead', limit: ASKED_FOR }, { everyMs: ASK_EVERY_MS });
  const value: DeadLetters =
    data === undefined
      ? NONE
      : {
          letters: data.messages.flatMap(({ deadFor = [], ...message }) =>
            deadFor.map((agentId) => ({ message, agentId })),
          ),
          count: `${data.messages.length}${data.next === undefined ? '' : '+'}`,
        };
  return createElement(DeadLettersContext, { value }, children);
}

export const useDeadLetters = (): DeadLetters => useContext(DeadLettersContext);
