import { Age } from '../../hub/age.tsx';
import { useRead } from '../../hub/use-read.ts';
import styles from './conversation-list.module.css';
import { ConversationLink } from './places.tsx';

const ASK_EVERY_MS = 10_000;
const SHOWN = 20;

/** Messages whose recipient is gone for good and has not read them: somebody may have to be told instead. */
export function DeadLetters() {
  const { data } = useRead('message.list', { state: 'dead', limit: SHOWN }, { everyMs: ASK_EVERY_MS });
  const messages = data?.messages ?? [];
  if (messages.length === 0) return null;
  return (
    <section className={styles.section} aria-label="Dead letters" data-testid="dead-letters">
      <div className={styles.head}>
        <h3>
          Dead letters{' '}
          <span className={styles.count}>
            {messages.length}
            {data?.next !== undefined && '+'}
          </span>
        </h3>
      </div>
      <ul>
        {messages.flatMap(({ id, from, at, deadFor = [] }) =>
          deadFor.map((agentId) => (
            <li key={`${id} ${agentId}`}>
              <ConversationLink to={{ of: 'agent', agentId }} className={styles.entry} row>
                <span className={styles.name}>
                  {agentId} never read {id} <span className={styles.about}>of {from.replace(/^human:/, '')}</span>
                </span>
                <span className={styles.end}>
                  <Age at={at} />
                </span>
              </ConversationLink>
            </li>
          )),
        )}
      </ul>
    </section>
  );
}
