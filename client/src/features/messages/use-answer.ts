import type { MessageRecord } from '@signalbox/shared/records/message';
import { useCallback, useState } from 'react';
import { useHub } from '../../hub/use-hub.ts';
import { keyOf } from './conversation.ts';
import type { Places } from './places.tsx';
import { changeReply, draftKey } from './reply-drafts.ts';
import { answerTo, isMixed, placeOfReply } from './reply-target.ts';

/** Begins the answer to a message in the conversation it belongs to, and asks the box there to take the focus. */
export function useAnswer({ current, go }: Pick<Places, 'current' | 'go'>) {
  const { project } = useHub();
  const [request, setRequest] = useState({ key: '', count: 0 });
  const answer = useCallback(
    (message: MessageRecord) => {
      const here = current === null || isMixed(current) ? null : current;
      const place = here ?? placeOfReply(message);
      const key = keyOf(place);
      changeReply(draftKey(project, key), { replyTo: message.id, to: answerTo(message) });
      setRequest(({ count }) => ({ key, count: count + 1 }));
      if (here === null) go(place);
    },
    [project, current, go],
  );
  return { answer, request };
}
