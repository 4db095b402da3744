import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { UNKNOWN } from '../../hub/format.ts';
import type { PeekTarget } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { StateGlyph, StatusGlyph } from '../../ui/state-glyph.tsx';
import styles from './peek.module.css';

interface RefProps {
  id: string;
  onOpen: (target: PeekTarget) => void;
}

/** An agent with its state in a word. Actors that are no agents (`human:kim`, `hub`) are only text. */
export function AgentRef({ id, onOpen }: RefProps) {
  const agent = useRecord('agent', id);
  if (agent === undefined) return <span className={styles.mono}>{id}</span>;
  return (
    <span className={styles.ref}>
      <Chip label={id} onOpen={() => onOpen({ kind: 'agent', id })} />
      <span className={styles.word}>
        <StateGlyph state={agent.state} /> {agent.state}
      </span>
    </span>
  );
}

/** A task with its status in a word and its title. */
export function TaskRef({ id, onOpen }: RefProps) {
  const task = useRecord('task', id);
  return (
    <span className={styles.ref}>
      <Chip label={id} onOpen={() => onOpen({ kind: 'task', id })} />
      {task === undefined ? (
        <span className={styles.word}>not here any more</span>
      ) : (
        <span className={styles.word}>
          <StatusGlyph status={task.status} /> {task.status.replace('_', ' ')} · {visibleText(task.title)}
        </span>
      )}
    </span>
  );
}

/** What something is about, of any kind that can be opened. */
export function SubjectRef({ subject, onOpen }: { subject: { kind: string; id: string }; onOpen: RefProps['onOpen'] }) {
  const kind = VISIBLE_KINDS.find((known) => known === subject.kind);
  if (kind === 'agent') return <AgentRef id={subject.id} onOpen={onOpen} />;
  if (kind === 'task') return <TaskRef id={subject.id} onOpen={onOpen} />;
  return <Chip label={`${subject.kind} ${subject.id}`} onOpen={kind && (() => onOpen({ kind, id: subject.id }))} />;
}

/** A list of objects, or a dash. */
export function RefList({ ids, render }: { ids: readonly string[]; render: (id: string) => React.ReactNode }) {
  if (ids.length === 0) return <>{UNKNOWN}</>;
  return (
    <ul className={styles.refs}>
      {ids.map((id) => (
        <li key={id}>{render(id)}</li>
      ))}
    </ul>
  );
}
