import type { AgentRecord } from '@signalbox/shared/records/agent';
import { classNames } from '../../ui/class-names.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import type { Attention } from './agent-attention.ts';
import styles from './cell.module.css';

export interface StateMarkProps {
  agent: AgentRecord;
  attention: Attention | null;
}

/** Glyph and word, always both. */
export function StateMark({ agent, attention }: StateMarkProps) {
  const word = attention === null || attention.word === agent.state ? agent.state : `${agent.state}, ${attention.word}`;
  return (
    <span className={styles.state} data-testid="agent-state" data-state={agent.state}>
      {attention === null ? (
        <StateGlyph state={agent.state} />
      ) : (
        <span className={classNames(styles.mark, styles[`mark-${attention.tone}`])} aria-hidden="true">
          {attention.glyph}
        </span>
      )}
      <span className={styles.word}>{word}</span>
      {agent.stalled && <span className={styles.word}>· stalled</span>}
    </span>
  );
}
