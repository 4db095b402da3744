import type { MessageRecord } from '@signalbox/shared/records/message';
import { memo } from 'react';
import { formatDateTime, formatTime } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Badge, Chip } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { FoldedText } from '../../ui/folded-text.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { groupWords, personOf } from './conversation.ts';
import styles from './message-item.module.css';
import { ConversationLink } from './places.tsx';
import { ReadBy } from './read-by.tsx';
import { useMessageWhole } from './use-messages.ts';

/** A body may have 16 kB; of more than this only the beginning is shown at first. */
const FOLD_AT = 4_000;

function Actor({ id }: { id: string }) {
  const agent = useRecord('agent', id);
  const { open } = useNavigation();
  const person = personOf(id);
  if (person !== null) return <strong>{person}</strong>;
  return <AgentChip id={id} state={agent?.state} onOpen={() => open({ kind: 'agent', id })} />;
}

function To({ message: { to, recipients } }: { message: MessageRecord }) {
  if (recipients.length === 1 && recipients[0] === to) return <Actor id={to} />;
  return (
    <ConversationLink to={{ of: 'group', address: to }} className={styles.link}>
      {groupWords(to).replace(/^To /, '')}
    </ConversationLink>
  );
}

function Body({ message }: { message: MessageRecord }) {
  const { entry, retry } = useMessageWhole(message.id);
  if (entry === undefined) return <Skeleton label={`${message.id} is loading`} height={20} />;
  if ('error' in entry) {
    return (
      <p className={styles.error}>
        {message.id} could not be read: {entry.error.message}{' '}
        <Button size="small" onClick={retry}>
          Retry
        </Button>
      </p>
    );
  }
  const { body, data, unreadBy } = entry.whole;
  return (
    <>
      <FoldedText text={visibleText(body ?? '—')} foldAt={FOLD_AT} className={styles.body} />
      {data !== undefined && (
        <details className={styles.data}>
          <summary>Data</summary>
          <FoldedText text={visibleText(JSON.stringify(data, null, 2))} foldAt={FOLD_AT} className={styles.mono} />
        </details>
      )}
      <ReadBy recipients={message.recipients} unreadBy={unreadBy} />
    </>
  );
}

export interface MessageItemProps {
  id: string;
  /** The thread that is shown: it is not said again. */
  thread: string | undefined;
  /** Undefined: the person may not reply. */
  onReply: ((message: MessageRecord) => void) | undefined;
}

/** One message: who to whom, what, when, and who has acknowledged it. */
export const MessageItem = memo(function MessageItem({ id, thread, onReply }: MessageItemProps) {
  const message = useRecord('message', id);
  const { open, peek } = useNavigation();
  if (message === undefined) return null;
  const { replyTo } = message;
  return (
    <li
      className={styles.item}
      data-testid="message"
      data-entity={`message:${id}`}
      data-selected={(peek?.kind === 'message' && peek.id === id) || undefined}
    >
      <div className={styles.head}>
        <button
          type="button"
          className={styles.time}
          data-row
          title={`${id} · ${formatDateTime(message.at)}`}
          aria-label={`${id}, ${formatTime(message.at)}`}
          onClick={() => open({ kind: 'message', id })}
        >
          {formatTime(message.at)}
        </button>
        <Actor id={message.from} />
        <span aria-hidden="true">→</span>
        <span className="visually-hidden">to</span>
        <To message={message} />
        <Badge>{visibleText(message.type)}</Badge>
        {message.thread !== undefined && message.thread !== thread && (
          <ConversationLink to={{ of: 'thread', thread: message.thread }} className={styles.link}>
            # {visibleText(message.thread)}
          </ConversationLink>
        )}
        {replyTo !== undefined && (
          <Chip label={`re ${replyTo}`} onOpen={() => open({ kind: 'message', id: replyTo })} />
        )}
        {onReply !== undefined && (
          <Button
            size="small"
            look="quiet"
            className={styles.reply}
            onClick={() => onReply(message)}
            aria-label={`Reply to ${id}`}
          >
            Reply
          </Button>
        )}
      </div>
      <Body message={message} />
    </li>
  );
});
