import type { AgentRecord } from '@signalbox/shared/records/agent';
import { Age } from '../../hub/age.tsx';
import { useNavigation } from '../../hub/navigation.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import styles from './floor.module.css';

/** More is what the hub keeps, not what a person reads. */
const SHOWN = 50;

export function RecentlyGone({ agents }: { agents: readonly AgentRecord[] }) {
  const { open } = useNavigation();
  if (agents.length === 0) return null;
  return (
    <details className={styles.gone} data-testid="recently-gone">
      <summary>Recently gone ({agents.length})</summary>
      <ul className={styles.goneList}>
        {agents.slice(0, SHOWN).map(({ id, state, stateAt }) => (
          <li key={id} data-entity={`agent:${id}`}>
            <button type="button" className={styles.goneAgent} onClick={() => open({ kind: 'agent', id })}>
              <StateGlyph state={state} /> {id} {state} <Age at={stateAt} suffix=" ago" />
            </button>
          </li>
        ))}
      </ul>
      {agents.length > SHOWN && <p>and {agents.length - SHOWN} more</p>}
    </details>
  );
}
