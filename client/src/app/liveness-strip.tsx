import { formatNumber, formatTime, plural, UNKNOWN } from '../hub/format.ts';
import { useClock, useConn } from '../hub/use-hub.ts';
import { CONNECTION_LABEL } from './connection-words.ts';
import styles from './liveness-strip.module.css';

const ms = (value: number | null): string => (value === null ? UNKNOWN : `${Math.round(value)} ms`);

/** Always ticking while the picture is live: quiet has to be provably alive. */
export function LivenessStrip() {
  const { now } = useClock();
  const conn = useConn((state) => state);
  const { live, beat, status } = conn;
  const facts = [
    ['Epoch', conn.epoch ?? UNKNOWN],
    ['Sequence', conn.seq ?? UNKNOWN],
    ['Round trip', ms(conn.rttMs)],
    ['Hub process', beat?.node ?? UNKNOWN],
    ['Durability', conn.durability ?? UNKNOWN],
  ] as const;
  return (
    <footer className={styles.strip} data-testid="liveness" data-live={live}>
      <details className={styles.more}>
        <summary className={styles.state} title={facts.map(([name, value]) => `${name} ${value}`).join('\n')}>
          <span className={live ? styles.dot : styles.ring} aria-hidden="true" />
          {CONNECTION_LABEL[status.state]} <span data-testid="server-clock">{formatTime(now)}</span>
        </summary>
        <dl className={styles.details}>
          {facts.map(([name, value]) => (
            <div key={name} className={styles.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      <span>{formatNumber(live ? conn.eventsPerSecond : null)} ev/s</span>
      <span>lag {live ? ms(conn.lagMs) : UNKNOWN}</span>
      <span className={styles.viewers}>{live && beat !== null ? plural(beat.viewers, 'viewer') : UNKNOWN}</span>
    </footer>
  );
}
