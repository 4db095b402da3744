import { COORDINATOR_ROLE } from '../../hub/address.ts';
import { Age } from '../../hub/age.tsx';
import { plural } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useHub, useIds, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Chip } from '../../ui/badge.tsx';
import { type Conversation, groupWords, indexOf, isCoordinator, personOf } from './conversation.ts';
import styles from './conversation-head.module.css';
import { ConversationLink } from './places.tsx';
import { useUnreadOf } from './use-conversations.ts';
import { useDeadLetters } from './use-dead-letters.ts';

function ThreadTitle({ thread }: { thread: string }) {
  const task = useRecord('task', thread);
  const { open } = useNavigation();
  return (
    <>
      # {visibleText(thread)}{' '}
      {task !== undefined && (
        <>
          <Chip label="open task" onOpen={() => open({ kind: 'task', id: thread })} />{' '}
          <span className={styles.about}>{visibleText(task.title)}</span>
        </>
      )}
    </>
  );
}

/** Whoever has the role now. */
function CoordinatorTitle() {
  const { db } = useHub();
  const { open } = useNavigation();
  const ids = useIds(`agent.role:${COORDINATOR_ROLE}`).filter((id) => db.get('agent', id)?.state !== 'left');
  return (
    <>
      Coordinator {ids.length === 0 && <span className={styles.about}>nobody has this role now</span>}
      {ids.map((id) => (
        <AgentChip key={id} id={id} state={db.get('agent', id)?.state} onOpen={() => open({ kind: 'agent', id })} />
      ))}
    </>
  );
}

/** An agent with what lies in its inbox. */
function AgentTitle({ agentId }: { agentId: string }) {
  const agent = useRecord('agent', agentId);
  const { open } = useNavigation();
  const unread = useUnreadOf(agentId);
  const dead = useDeadLetters().letters.filter((letter) => letter.agentId === agentId).length;
  const person = personOf(agentId);
  if (person !== null) return <>{person}</>;
  return (
    <>
      <AgentChip id={agentId} state={agent?.state} onOpen={() => open({ kind: 'agent', id: agentId })} />{' '}
      <span className={styles.about} data-testid="inbox-state">
        {unread === null ? (
          'inbox not known yet'
        ) : dead > 0 ? (
          `gone for good, and never read ${plural(dead, 'message')}`
        ) : unread === undefined ? (
          'everything acknowledged'
        ) : (
          <>
            {unread.unread} not acknowledged, <Age at={unread.oldestAt} prefix="the oldest for " />
          </>
        )}
      </span>
    </>
  );
}

/** What is read here, and the way back to the list where that is not beside it. */
export function ConversationHead({ conversation }: { conversation: Conversation }) {
  const count = useIds(indexOf(conversation)).length;
  return (
    <div className={styles.head}>
      <ConversationLink to={null} className={styles.back}>
        ‹ All conversations
      </ConversationLink>
      <h2 className={styles.title}>
        {conversation.of === 'everything' && 'Everything'}
        {conversation.of === 'group' && groupWords(conversation.address)}
        {conversation.of === 'thread' &&
          (isCoordinator(conversation) ? <CoordinatorTitle /> : <ThreadTitle thread={conversation.thread} />)}
        {conversation.of === 'agent' && <AgentTitle agentId={conversation.agentId} />}
      </h2>
      <span className={styles.count}>{plural(count, 'message')}</span>
    </div>
  );
}
