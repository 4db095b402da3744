import { useMemo, useSyncExternalStore } from 'react';
import type { EntityDb } from '../hub/entity-db.ts';
import { useConn, useCounts, useHub, useNow } from '../hub/use-hub.ts';
import { useRead } from '../hub/use-read.ts';
import { HealthLine } from './health-line.tsx';
import { RemoveSimulation, SimulatedMark } from './simulated.tsx';
import styles from './status-bar.module.css';
import { statusSentence } from './status-sentence.ts';

const HOUR_MS = 3_600_000;
/** Who worked in the last hour changes slowly; looking through the finished tasks more often would cost for nothing. */
const RECOUNT_EVERY_MS = 5_000;
const READ_HEALTH_EVERY_MS = 2_000;
/** Some deductions come with time alone. */
const READ_HEALTH_AT_LEAST_EVERY_MS = 15_000;

const completedSince = (db: EntityDb, at: number): number =>
  db.ids('task.status:completed').reduce((sum, id) => sum + ((db.get('task', id)?.finishedAt ?? 0) >= at ? 1 : 0), 0);

const oldestQuestionAt = (db: EntityDb): number | null =>
  db.ids('question.state:open').reduce<number | null>((oldest, id) => {
    const at = db.get('question', id)?.at ?? null;
    return at !== null && (oldest === null || at < oldest) ? at : oldest;
  }, null);

/** The state of the fleet in one line, and under it the health with what was deducted. */
export function StatusBar({ page }: { page: string }) {
  const { db, project } = useHub();
  const counts = useCounts();
  const { data: health, error } = useRead(
    'health.get',
    {},
    { everyMs: READ_HEALTH_EVERY_MS, atLeastEveryMs: READ_HEALTH_AT_LEAST_EVERY_MS },
  );
  const now = useNow();
  const [loaded, lagMs, lagging] = useConn(
    (conn) => [conn.loaded, conn.lagMs, conn.status.state === 'lagging'] as const,
  );
  const oldestAt = useSyncExternalStore(
    (listener) => db.subscribeIndex('question.state:open', listener),
    () => oldestQuestionAt(db),
  );
  const hourAgo = Math.floor((now - HOUR_MS) / RECOUNT_EVERY_MS) * RECOUNT_EVERY_MS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: counts stand for the records that are looked through
  const completedLastHour = useMemo(() => completedSince(db, hourAgo), [db, hourAgo, counts]);
  const sentence = statusSentence({
    counts,
    oldestQuestionMs: oldestAt === null ? null : now - oldestAt,
    completedLastHour,
    lagMs: lagging ? lagMs : null,
    health: health?.word ?? null,
  });
  return (
    <section className={styles.bar} aria-label="Status">
      <h1 className="visually-hidden">
        {page} · {project}
      </h1>
      <p className={styles.sentence} data-testid="status-sentence" data-calm={loaded && sentence.calm}>
        <SimulatedMark place="sentence" />
        {loaded ? (
          <>
            {sentence.lead !== '' && <strong className={styles.lead}>{sentence.lead}</strong>} {sentence.rest}
          </>
        ) : (
          '—'
        )}
      </p>
      <div className={styles.below}>
        <HealthLine health={health} error={error} />
        <RemoveSimulation />
      </div>
    </section>
  );
}
