import { Age } from '../../hub/age.tsx';
import { HeartbeatAge } from '../../hub/heartbeat-age.tsx';
import { useNavigation } from '../../hub/navigation.ts';
import { usePresence, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import styles from './welcome.module.css';

/** An agent that is here, live. */
export function AgentCard({ id }: { id: string }) {
  const agent = useRecord('agent', id);
  const presence = usePresence(id);
  const { open } = useNavigation();
  if (agent === undefined) return null;
  const said = presence?.activity ?? agent.activity;
  return (
    <article className={styles.card} data-testid="first-agent" data-entity={`agent:${id}`}>
      <p className={styles.row}>
        <b className={styles.mono}>{id}</b>
        <span>
          <StateGlyph state={agent.state} /> {agent.state}
        </span>
        <span className={styles.note}>{agent.role}</span>
      </p>
      <p>{said === undefined ? 'Has not said yet what it does.' : visibleText(said.doing)}</p>
      <p className={styles.note}>
        heartbeat <HeartbeatAge agentId={id} suffix=" ago" /> · registered <Age at={agent.registeredAt} suffix=" ago" />
        {agent.host !== undefined && ` · ${visibleText(agent.host)}`}
        {agent.pid !== undefined && ` · pid ${agent.pid}`}
      </p>
      <Button onClick={() => open({ kind: 'agent', id })}>Open it on the floor</Button>
    </article>
  );
}
