import { useState } from 'react';
import { formatDuration, formatTime } from '../hub/format.ts';
import { useConn, useHub } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import styles from './banners.module.css';
import { connectionWords, durabilityWarning } from './connection-words.ts';
import { useOnline } from './use-online.ts';
import { useTick } from './use-tick.ts';

/** Says that the picture is not current, and what is done about it. Gone only when the picture is current again. */
export function ConnectionBanner() {
  const { feed } = useHub();
  const [status, live] = useConn((conn) => [conn.status, conn.live] as const);
  const browserOnline = useOnline();
  const now = useTick(!live);
  const words = connectionWords({ status, now, clockOffsetMs: feed.serverNow() - Date.now(), browserOnline });
  if (words === null) return null;
  return (
    <div className={styles.warning} data-testid="connection-banner" data-state={status.state}>
      <span className={styles.icon} aria-hidden="true">
        ⚠
      </span>
      <span className={styles.text}>{words.text}</span>
      {words.canTry && (
        <Button size="small" onClick={() => feed.tryNow()}>
          Try now
        </Button>
      )}
    </div>
  );
}

export function DurabilityBanner() {
  const durability = useConn((conn) => conn.durability);
  const warning = durabilityWarning(durability);
  if (warning === null) return null;
  return (
    <div className={styles.warning} data-testid="durability-banner">
      <span className={styles.icon} aria-hidden="true">
        ⚠
      </span>
      <span className={styles.text}>{warning}</span>
    </div>
  );
}

/** What happened to the hub meanwhile. Stays until it is taken note of. */
export function HubNotice() {
  const [restart, restored] = useConn((conn) => [conn.restart, conn.restored] as const);
  const [seen, setSeen] = useState<readonly unknown[]>([]);
  const news =
    restored !== null && !seen.includes(restored)
      ? restored
      : restart !== null && !seen.includes(restart)
        ? restart
        : null;
  if (news === null) return null;
  const text =
    news === restored
      ? `Redis was started anew at ${formatTime(news.at)}; everything was loaded again, and what you see is what it has.`
      : `Hub restarted ${formatTime(news.at)}; ${formatDuration(restart?.gapMs)} gap.`;
  return (
    <div className={styles.notice} data-testid="hub-notice">
      <span className={styles.text}>{text}</span>
      <Button size="small" look="quiet" aria-label="Dismiss" onClick={() => setSeen([restart, restored])}>
        ✕
      </Button>
    </div>
  );
}
