import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { memo } from 'react';
import { useRecord } from '../../hub/use-hub.ts';
import { classNames } from '../../ui/class-names.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { type Attention, useAttention } from './agent-attention.ts';
import styles from './chip.module.css';
import { shortId } from './floor-model.ts';

export interface ChipCellProps {
  id: string;
  tabStop: boolean;
  selected: boolean;
}

/** Everything a chip shows, in words: `m_31, lost, retries out, T-12 62 %`. */
function chipWords(agent: AgentRecord, attention: Attention | null, task: TaskRecord | undefined): string {
  const progress = task?.progressAt === undefined ? '' : ` ${Math.round(task.progress)} %`;
  return [
    agent.id,
    agent.state,
    attention !== null && attention.word !== agent.state && attention.word,
    agent.stalled && 'stalled',
    task !== undefined && `${task.id}${progress}`,
  ]
    .filter((word) => word !== false)
    .join(', ');
}

/** How far its task is, three pixels high; a dashed line while nothing was said. */
function Progress({ task }: { task: TaskRecord }) {
  if (task.progressAt === undefined) return <span className={classNames(styles.progress, styles.unknown)} />;
  return (
    <span className={styles.progress}>
      <span className={styles.fill} style={{ inlineSize: `${Math.round(task.progress)}%` }} />
    </span>
  );
}

/**
 * One agent among hundreds. It listens to that agent, its task and its alarms alone; pointing, clicking and the keys
 * are heard by the floor around it.
 */
export const ChipCell = memo(function ChipCell({ id, tabStop, selected }: ChipCellProps) {
  const agent = useRecord('agent', id);
  const task = useRecord('task', agent?.taskIds[0] ?? '');
  const attention = useAttention(agent, id);
  if (agent === undefined) return null;
  const left = agent.state === 'left';
  return (
    <li
      className={classNames(
        styles.chip,
        attention !== null && styles[attention.tone],
        agent.stalled && styles.stalled,
        left && styles.hole,
      )}
      data-testid="agent-cell"
      data-entity={`agent:${id}`}
      data-attention-tone={attention?.tone}
      data-state={agent.state}
      data-selected={selected || undefined}
    >
      <button
        type="button"
        className={styles.open}
        data-cell
        tabIndex={tabStop ? 0 : -1}
        aria-label={chipWords(agent, attention, task)}
      >
        <span className={styles.id}>{shortId(id)}</span>
        {attention === null ? (
          <StateGlyph state={agent.state} />
        ) : (
          <span className={styles.glyph} aria-hidden="true">
            {attention.glyph}
          </span>
        )}
        {task !== undefined && !left && <Progress task={task} />}
      </button>
    </li>
  );
});
