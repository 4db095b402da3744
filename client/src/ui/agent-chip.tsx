import styles from './agent-chip.module.css';
import { Chip } from './badge.tsx';
import { StateGlyph } from './state-glyph.tsx';

/** Said in words only when it is not the usual; else for those alone who do not see the mark. */
const USUAL = ['working', 'idle', 'waiting'];

export interface AgentChipProps {
  id: string;
  /** Undefined: no agent of this id is known here. */
  state: string | undefined;
  onOpen: () => void;
}

/** An agent in a line of text, with the mark of its state. */
export function AgentChip({ id, state, onOpen }: AgentChipProps) {
  if (state === undefined) return <Chip label={id} />;
  return (
    <span className={styles.agent}>
      <Chip label={id} onOpen={onOpen} />
      <span className={styles.state} title={state}>
        <StateGlyph state={state} />{' '}
        <span className={USUAL.includes(state) ? 'visually-hidden' : undefined}>{state}</span>
      </span>
    </span>
  );
}
