import { useEffect, useState } from 'react';
import { formatDuration, formatTime } from '../../hub/format.ts';
import { useConn, useHub, useIds, useNow } from '../../hub/use-hub.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { type Check, checksFor } from './checks.ts';
import { AgentCard } from './first-agent.tsx';
import styles from './welcome.module.css';

const CHECKS_AFTER_MS = 60_000;
const CARDS = 3;

const MARKS = { true: '✓', false: '✕', null: '—' } as const;
const WORDS = { true: 'good', false: 'wrong', null: 'to be checked' } as const;

function Checks({ checks, url }: { checks: readonly Check[]; url: string }) {
  const probe = `curl -sS ${url}/healthz`;
  return (
    <div className={styles.stack} data-testid="checks">
      <p>No agent yet. What is known from here:</p>
      <ul className={styles.checks}>
        {checks.map(({ good, text }) => (
          <li key={text}>
            <span role="img" aria-label={WORDS[`${good}`]}>
              {MARKS[`${good}`]}
            </span>{' '}
            {text}
          </li>
        ))}
      </ul>
      <p className={styles.row}>
        On the agent’s machine this must answer: <code>{probe}</code> <CopyButton text={probe} label="Copy the probe" />
      </p>
    </div>
  );
}

/** When listening began, in server time; known with the first frame. */
function useListeningSince(now: number): number {
  const [since, setSince] = useState(0);
  useEffect(() => {
    if (since === 0 && now > 0) setSince(now);
  }, [since, now]);
  return since;
}

/** Waits, and becomes the agent's card by itself. */
export function HeartbeatStep({ url, tokenMade }: { url: string; tokenMade: boolean }) {
  const { feed } = useHub();
  const ids = useIds('agent.here:yes');
  const now = useNow();
  const { live, loaded } = useConn((conn) => ({ live: conn.live, loaded: conn.loaded }));
  const since = useListeningSince(now);
  if (!loaded) return <p className={styles.note}>Connecting to the hub…</p>;
  if (ids.length > 0) {
    return (
      <div className={styles.stack}>
        {ids.slice(0, CARDS).map((id) => (
          <AgentCard key={id} id={id} />
        ))}
        {ids.length > CARDS && <p className={styles.note}>and {ids.length - CARDS} more on the floor</p>}
      </div>
    );
  }
  const waited = since === 0 ? 0 : now - since;
  const clockAheadMs = feed.serverNow() - Date.now();
  return (
    <div className={styles.stack}>
      <p data-testid="waiting">
        ◌ Waiting for the first heartbeat… listening since {formatTime(since)}, {formatDuration(waited)}
      </p>
      {waited >= CHECKS_AFTER_MS && (
        <Checks url={url} checks={checksFor({ live, hostname: location.hostname, tokenMade, clockAheadMs })} />
      )}
    </div>
  );
}
