import { Age } from '../../hub/age.tsx';
import styles from './conversation-list.module.css';
import { Forward } from './forward.tsx';
import { ConversationLink } from './places.tsx';
import { useDeadLetters } from './use-dead-letters.ts';

/** Messages whose recipient is gone for good and has not read them: somebody may have to be told instead. */
export function DeadLetters() {
  const { letters, count } = useDeadLetters();
  if (letters.length === 0) return null;
  return (
    <section className={styles.section} aria-label="Dead letters" data-testid="dead-letters">
      <div className={styles.head}>
        <h3>
          Dead letters <span className={styles.count}>{count}</span>
        </h3>
      </div>
      <ul>
        {letters.map(({ message, agentId }) => (
          <li key={`${message.id} ${agentId}`}>
            <ConversationLink to={{ of: 'agent', agentId }} className={styles.entry} row>
              <span className={styles.name}>
                {agentId} never read {message.id}{' '}
                <span className={styles.about}>of {message.from.replace(/^human:/, '')}</span>
              </span>
              <span className={styles.end}>
                <Age at={message.at} />
              </span>
            </ConversationLink>
            <Forward message={message} agentId={agentId} />
          </li>
        ))}
      </ul>
    </section>
  );
}
