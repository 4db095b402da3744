import type { PeekTarget } from '../../hub/navigation.ts';
import { useIds, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import styles from './peek.module.css';

function OpenQuestion({ id, onOpen }: { id: string; onOpen: (target: PeekTarget) => void }) {
  const question = useRecord('question', id);
  if (question?.state !== 'open') return null;
  return (
    <p className={styles.ref}>
      <Chip label={id} onOpen={() => onOpen({ kind: 'question', id })} />{' '}
      <span className={styles.word}>asks: {visibleText(question.body)}</span>
    </p>
  );
}

/** What an agent asks people right now. */
export function OpenQuestions({ agentId, onOpen }: { agentId: string; onOpen: (target: PeekTarget) => void }) {
  const ids = useIds(`question.from:${agentId}`);
  return ids.map((id) => <OpenQuestion key={id} id={id} onOpen={onOpen} />);
}
