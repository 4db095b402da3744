import { plural } from '../../hub/format.ts';
import { useRecord } from '../../hub/use-hub.ts';
import styles from './message-item.module.css';

const NAMED = 4;

function Missing({ id }: { id: string }) {
  const agent = useRecord('agent', id);
  const away = agent === undefined ? 'not here' : agent.state === 'lost' || agent.state === 'left' ? agent.state : null;
  return (
    <>
      {id}
      {away !== null && ` (${away})`}
    </>
  );
}

function Names({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {ids.slice(0, NAMED).map((id, i) => (
        <span key={id}>
          {i > 0 && ', '}
          <Missing id={id} />
        </span>
      ))}
      {ids.length > NAMED && <span title={ids.join(', ')}> and {ids.length - NAMED} more</span>}
    </>
  );
}

/** Who has acknowledged a message: that alone is known, not who has looked at it. */
export function ReadBy({ recipients, unreadBy }: { recipients: readonly string[]; unreadBy: readonly string[] }) {
  if (recipients.length === 0) return null;
  const acknowledged = recipients.length - unreadBy.length;
  if (unreadBy.length === 0) {
    return (
      <p className={styles.readBy} data-testid="read-by">
        <span aria-hidden="true">●</span>{' '}
        {recipients.length === 1 ? 'acknowledged' : `acknowledged by all ${recipients.length}`}
      </p>
    );
  }
  return (
    <p className={styles.readBy} data-testid="read-by">
      <span aria-hidden="true">◌</span>{' '}
      {recipients.length === 1
        ? 'not acknowledged yet: '
        : `${acknowledged} of ${plural(recipients.length, 'agent')} acknowledged · not yet: `}
      <Names ids={unreadBy} />
    </p>
  );
}
