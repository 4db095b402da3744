import { type ReactNode, useMemo, useRef, useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { useNavigation } from '../../hub/navigation.ts';
import { useHeldOrder } from '../../hub/use-held-order.ts';
import { useHub, useIds, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { HeldNote } from '../../ui/held-note.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import {
  COORDINATOR,
  type Conversation,
  EVERYTHING,
  groupWords,
  indexOf,
  isCoordinator,
  keyOf,
} from './conversation.ts';
import styles from './conversation-list.module.css';
import { DeadLetters } from './dead-letters.tsx';
import { ConversationLink, usePlaces } from './places.tsx';
import type { Topic } from './summaries.ts';
import { useInboxes, useTopics, useUnreadMap, useUnreadOf } from './use-conversations.ts';

function Entry({ to, end, children }: { to: Conversation; end?: ReactNode; children: ReactNode }) {
  const { current } = usePlaces();
  return (
    <li>
      <ConversationLink to={to} className={styles.entry} row current={keyOf(current ?? EVERYTHING) === keyOf(to)}>
        <span className={styles.name}>{children}</span>
        <span className={styles.end}>{end}</span>
      </ConversationLink>
    </li>
  );
}

/** A place that is always there. */
function Fixed({ to, children }: { to: Conversation; children: string }) {
  const { db } = useHub();
  const last = db.get('message', useIds(indexOf(to)).at(-1) ?? '');
  return (
    <Entry to={to} end={last && <Age at={last.at} />}>
      {children}
    </Entry>
  );
}

function ThreadEntry({ topic }: { topic: Topic }) {
  const task = useRecord('task', topic.name);
  return (
    <Entry to={{ of: 'thread', thread: topic.name }} end={<Age at={topic.lastAt} />}>
      # {visibleText(topic.name)}
      {task !== undefined && <span className={styles.about}> {visibleText(task.title)}</span>}
    </Entry>
  );
}

function InboxEntry({ agentId }: { agentId: string }) {
  const agent = useRecord('agent', agentId);
  const unread = useUnreadOf(agentId);
  return (
    <Entry
      to={{ of: 'agent', agentId }}
      end={
        unread && (
          <>
            <Age at={unread.oldestAt} />{' '}
            <Badge title="not acknowledged, the oldest for this long">{unread.unread}</Badge>
          </>
        )
      }
    >
      <StateGlyph state={agent?.state ?? ''} /> {agentId}
      {(agent?.state === 'lost' || agent?.state === 'late') && <span className={styles.about}> {agent.state}</span>}
    </Entry>
  );
}

interface SectionProps {
  title: string;
  ids: readonly string[];
  step: number;
  query: string;
  children: (id: string) => ReactNode;
}

/** A part of the list, its order held while somebody points at it. */
function Section({ title, ids: live, step, query, children }: SectionProps) {
  const { ids, words, apply, holder } = useHeldOrder(live, query);
  const [shown, setShown] = useState(step);
  if (ids.length === 0) return null;
  const hidden = ids.length - shown;
  return (
    <section className={styles.section} aria-label={title} {...holder}>
      <div className={styles.head}>
        <h3>
          {title} <span className={styles.count}>{live.length}</span>
        </h3>
        <HeldNote words={words} onApply={apply} place="line" />
      </div>
      <ul>{ids.slice(0, shown).map(children)}</ul>
      {hidden > 0 && (
        <Button size="small" look="quiet" onClick={() => setShown(shown + step * 4)}>
          Show {Math.min(hidden, step * 4)} more
        </Button>
      )}
    </section>
  );
}

const THREADS = 8;
const INBOXES = 40;

/** Everything that can be read: by topic, by group, by inbox. */
export function ConversationList() {
  const list = useRef<HTMLElement>(null);
  useRowKeys(list);
  const { query } = useNavigation();
  const { db } = useHub();
  const { threads, groups } = useTopics();
  const inboxes = useInboxes(useUnreadMap());
  const wanted = query.toLowerCase();
  const byName = useMemo(() => new Map([...threads, ...groups].map((topic) => [topic.name, topic])), [threads, groups]);
  const threadNames = useMemo(
    () =>
      threads
        .map(({ name }) => name)
        .filter((name) => !isCoordinator({ of: 'thread', thread: name }))
        .filter((name) => `${name} ${db.get('task', name)?.title ?? ''}`.toLowerCase().includes(wanted)),
    [threads, wanted, db],
  );
  const agents = useMemo(() => inboxes.filter((id) => id.toLowerCase().includes(wanted)), [inboxes, wanted]);
  return (
    <nav ref={list} className={styles.list} aria-label="Conversations" data-testid="conversations" data-rows>
      <ul>
        <Fixed to={EVERYTHING}>Everything</Fixed>
        <Fixed to={COORDINATOR}>Coordinator</Fixed>
        <Fixed to={{ of: 'group', address: 'people' }}>To people</Fixed>
        <Fixed to={{ of: 'group', address: 'all' }}>To all agents</Fixed>
        {groups.map(({ name }) => (
          <Fixed key={name} to={{ of: 'group', address: name }}>
            {groupWords(name)}
          </Fixed>
        ))}
      </ul>
      <Section title="Threads" ids={threadNames} step={THREADS} query={query}>
        {(name) => {
          const topic = byName.get(name);
          return topic && <ThreadEntry key={name} topic={topic} />;
        }}
      </Section>
      <DeadLetters />
      <Section title="Inboxes" ids={agents} step={INBOXES} query={query}>
        {(agentId) => <InboxEntry key={agentId} agentId={agentId} />}
      </Section>
    </nav>
  );
}
