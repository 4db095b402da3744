import { memo } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { CardBody } from './card-body.tsx';
import styles from './cell.module.css';
import type { Form } from './floor-model.ts';
import { StateMark } from './state-mark.tsx';
import { TileBody } from './tile-body.tsx';
import { useAgent } from './use-agent.ts';

export interface AgentCellProps {
  id: string;
  form: Exclude<Form, 'chips'>;
  /** The one cell that is reached with Tab; arrows lead on. */
  tabStop: boolean;
  withRole: boolean;
  selected: boolean;
}

/**
 * One agent. Normal is a quiet grey; what needs a person changes its shape and not only its colour. Clicks and keys are
 * heard by the floor around it.
 */
export const AgentCell = memo(function AgentCell({ id, form, tabStop, withRole, selected }: AgentCellProps) {
  const facts = useAgent(id);
  if (facts === undefined) return null;
  const { agent, attention } = facts;
  const left = agent.state === 'left';
  return (
    <li
      className={classNames(
        styles.cell,
        styles[form],
        form === 'cards' && withRole && styles.withRole,
        attention !== null && styles[attention.tone],
        left && styles.hole,
      )}
      data-testid="agent-cell"
      data-entity={`agent:${id}`}
      data-attention-tone={attention?.tone}
      data-selected={selected || undefined}
    >
      <div className={styles.head}>
        <button type="button" className={styles.open} data-cell tabIndex={tabStop ? 0 : -1}>
          {id}
        </button>
        <StateMark agent={agent} attention={attention} />
      </div>
      {!left && (form === 'cards' ? <CardBody facts={facts} withRole={withRole} /> : <TileBody facts={facts} />)}
    </li>
  );
});
