import type { MessageRecord } from '@signalbox/shared/records/message';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { formatDateTime, plural } from '../../hub/format.ts';
import { useApplyRequest } from '../../hub/use-apply-request.ts';
import { useCan, useHub, useIds } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { type Conversation, indexOf, isCoordinator } from './conversation.ts';
import { ConversationHead } from './conversation-head.tsx';
import styles from './conversation-view.module.css';
import { EmptyConversation } from './empty-conversation.tsx';
import { MessageItem } from './message-item.tsx';
import { NoCoordinator } from './no-coordinator.tsx';
import { ReplyBox } from './reply-box.tsx';
import { useReadingPlace } from './use-reading-place.ts';
import { useReply } from './use-reply.ts';

const dayOf = (at: number): string => formatDateTime(at).slice(0, 10);

/** Messages in the order in which they were sent, a line between two days. */
function Items({ ids, children }: { ids: readonly string[]; children: (id: string) => ReactNode }) {
  const { db } = useHub();
  let before: string | undefined;
  return ids.map((id) => {
    const message = db.get('message', id);
    const day = message === undefined ? before : dayOf(message.at);
    const turned = before !== undefined && day !== before;
    before = day;
    return [
      turned && (
        <li key={`${id} day`} className={styles.day}>
          {day}
        </li>
      ),
      children(id),
    ];
  });
}

export interface ConversationViewProps {
  conversation: Conversation;
  /** Answers a message where it belongs, which may be another conversation. */
  onAnswer: (message: MessageRecord) => void;
  /** Grows when the box for the answer should take the focus. */
  request: number;
}

/** One conversation, oldest first. Mounted anew for another one. */
export function ConversationView({ conversation, onAnswer, request }: ConversationViewProps) {
  const ids = useIds(indexOf(conversation));
  const { scroller, content, onScroll, shown, older, showOlder, unseen, toEnd } = useReadingPlace(ids);
  useApplyRequest(toEnd);
  const { db } = useHub();
  const can = useCan();
  const reply = useReply(conversation, ids);
  useRowKeys(scroller, { main: true });
  const lastKey = useRef('');
  const onKey = (event: KeyboardEvent) => {
    const id = document.activeElement?.closest('[data-entity^="message:"]')?.getAttribute('data-entity')?.slice(8);
    const message = id === undefined ? undefined : db.get('message', id);
    // After G the letter is a page.
    if (event.key === 'r' && lastKey.current !== 'g' && message !== undefined && can('message.send')) {
      event.preventDefault();
      onAnswer(message);
    }
    lastKey.current = event.key;
  };
  const thread = conversation.of === 'thread' ? conversation.thread : undefined;
  const begun = reply.draft.replyTo !== null || reply.draft.body !== '';
  return (
    <section className={styles.conversation} aria-label="Conversation" data-testid="conversation">
      <ConversationHead conversation={conversation} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable to be scrolled by keys */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: R answers the message that has the focus in it */}
      <div ref={scroller} className={styles.scroller} onScroll={onScroll} onKeyDown={onKey} tabIndex={0} data-rows>
        {older > 0 && (
          <Button className={styles.older} onClick={showOlder}>
            Show older ({older})
          </Button>
        )}
        {ids.length === 0 && <EmptyConversation conversation={conversation} />}
        <ol ref={content} className={styles.items}>
          <Items ids={shown}>
            {(id) => (
              <MessageItem key={id} id={id} thread={thread} onReply={can('message.send') ? onAnswer : undefined} />
            )}
          </Items>
        </ol>
      </div>
      {unseen > 0 && (
        <div className={styles.news}>
          <Button size="small" look="strong" onClick={toEnd} data-testid="unseen">
            {plural(unseen, 'new message')} ↓
          </Button>
        </div>
      )}
      {isCoordinator(conversation) && reply.recipients === 0 && <NoCoordinator reply={reply} />}
      {can('message.send') && (reply.targets.length > 0 || begun) && <ReplyBox reply={reply} request={request} />}
    </section>
  );
}
