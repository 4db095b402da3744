import { useLayoutEffect, useRef } from 'react';
import { HeartbeatAge } from '../../hub/heartbeat-age.tsx';
import { visibleText } from '../../hub/visible-text.ts';
import styles from './chip-tooltip.module.css';
import { roleWord } from './floor-model.ts';
import { StateMark } from './state-mark.tsx';
import { activityLine, useAgent } from './use-agent.ts';
import type { PointedCell } from './use-pointed-cell.ts';

const GAP = 6;

/** Below the cell, above it where there is no room, and never beyond the edge of the window. */
export function placeOf(
  cell: Pick<DOMRect, 'left' | 'top' | 'bottom'>,
  size: { width: number; height: number },
  room: { width: number; height: number },
): { left: number; top: number } {
  const below = cell.bottom + GAP;
  const top = below + size.height <= room.height ? below : Math.max(0, cell.top - GAP - size.height);
  return { left: Math.max(GAP, Math.min(cell.left, room.width - size.width - GAP)), top };
}

/** What a chip has no room for. All of it is in the panel too, so a screen reader is not told twice. */
export function ChipTooltip({ pointed }: { pointed: PointedCell }) {
  const facts = useAgent(pointed.id);
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = layer.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    const { left, top } = placeOf(pointed.box, { width, height }, { width: innerWidth, height: innerHeight });
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  });
  if (facts === undefined) return null;
  const { agent, attention, task, title, why } = facts;
  const activity = activityLine(facts.activity);
  return (
    <div ref={layer} className={styles.layer} data-cell-layer data-testid="chip-tooltip" aria-hidden="true">
      <p className={styles.head}>
        <strong className={styles.id}>{agent.id}</strong>
        <StateMark agent={agent} attention={attention} />
      </p>
      <p className={styles.quiet}>
        {roleWord(agent.role)}
        {agent.host !== undefined && ` · ${visibleText(agent.host)}`}
      </p>
      {task !== undefined && (
        <p>
          {task.id} {title} · {task.progressAt === undefined ? 'no progress said' : `${Math.round(task.progress)} %`}
        </p>
      )}
      {(why ?? activity) !== null && <p>{why ?? activity}</p>}
      <p className={styles.quiet}>
        <HeartbeatAge agentId={agent.id} prefix="heartbeat " suffix=" ago" />
      </p>
    </div>
  );
}
