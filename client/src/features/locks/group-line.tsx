import { memo } from 'react';
import { plural } from '../../hub/format.ts';
import { AgentCell } from './agent-cell.tsx';
import styles from './lock-table.module.css';

export interface GroupLineProps {
  id: string;
  name: string;
  depth: number;
  held: number;
  waiting: number;
  open: boolean;
  /** The group is an agent, not a folder. */
  agent: boolean;
  columns: number;
  index: number;
  onFold: (id: string, open: boolean) => void;
}

/** A folder or a holder, with what stands below it counted. */
export const GroupLine = memo(function GroupLine(props: GroupLineProps) {
  const { id, name, depth, held, waiting, open, agent, columns, index, onFold } = props;
  return (
    <tr
      className={styles.group}
      data-testid="lock-group"
      data-entity={agent ? `agent:${id}` : undefined}
      aria-rowindex={index + 2}
    >
      <th scope="row" colSpan={columns} style={{ paddingInlineStart: 8 + depth * 16 }}>
        <button type="button" className={styles.fold} data-row aria-expanded={open} onClick={() => onFold(id, !open)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span>{' '}
          <span className={agent ? 'visually-hidden' : styles.path}>{name}</span>
        </button>{' '}
        {agent && <AgentCell id={id} />}{' '}
        <span className={styles.tally}>
          {plural(held, 'path')} held
          {waiting > 0 && (
            <>
              {' · '}
              <strong>{waiting} waiting</strong>
            </>
          )}
        </span>
      </th>
    </tr>
  );
});

export interface MoreLineProps extends Pick<GroupLineProps, 'depth' | 'columns' | 'index' | 'onFold'> {
  /** The group of which not everything is shown. */
  of: string;
  more: number;
}

/** What is normal, where only the abnormal is shown. */
export const MoreLine = memo(function MoreLine({ of, more, depth, columns, index, onFold }: MoreLineProps) {
  return (
    <tr className={styles.group} aria-rowindex={index + 2}>
      <td colSpan={columns} style={{ paddingInlineStart: 8 + depth * 16 }}>
        <button type="button" className={styles.fold} data-row onClick={() => onFold(of, true)}>
          <span className={styles.tally}>… {more} more that nobody waits for</span>
        </button>
      </td>
    </tr>
  );
});
