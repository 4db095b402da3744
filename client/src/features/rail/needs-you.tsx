import type { QuestionRecord } from '@signalbox/shared/records/question';
import { useMemo } from 'react';
import { alarmIds, openQuestionIds } from '../../hub/attention.ts';
import { formatMinute } from '../../hub/format.ts';
import { showRail } from '../../hub/ui-store.ts';
import { useConn, useHub, useIds } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AlarmCard } from './alarm-card.tsx';
import styles from './card.module.css';
import { QuestionCard } from './question-card.tsx';
import { useKeepFocus } from './use-keep-focus.ts';

const ANSWERED_SHOWN = 5;
const ALARMS_SHOWN = 12;

const byName = (actor: string): string => (actor === 'hub' ? 'its default' : actor.replace(/^human:/, ''));

/** So that everybody sees who answered what, the one who was too late too. */
function Answered() {
  const { db } = useHub();
  const ids = useIds('question.state:answered');
  const last = useMemo(
    () =>
      ids
        .map((id) => db.get('question', id))
        .filter((question): question is QuestionRecord => question?.answer !== undefined)
        .sort((a, b) => (b.answer?.at ?? 0) - (a.answer?.at ?? 0))
        .slice(0, ANSWERED_SHOWN),
    [db, ids],
  );
  if (last.length === 0) return null;
  return (
    <section className={styles.past} aria-label="Answered">
      <h3 className={styles.pastTitle}>Answered</h3>
      <ul>
        {last.map(({ id, from, answer }) => (
          <li key={id} data-entity={`question:${id}`} data-testid="answered-question">
            {from}: “{visibleText(answer?.choice ?? answer?.body ?? '')}” by {byName(answer?.by ?? '')}{' '}
            {formatMinute(answer?.at)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Alarms that nobody has taken yet: on the same page as the questions, so that neither hides the other. */
function Untaken() {
  const { db } = useHub();
  const unacked = useIds('alarm.state:unacked');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index tells when to look again
  const ids = useMemo(() => alarmIds(db).filter((id) => db.get('alarm', id)?.state === 'unacked'), [db, unacked]);
  const list = useKeepFocus();
  if (ids.length === 0) return null;
  return (
    <section className={styles.alarms} aria-label="Alarms nobody has taken">
      <ul ref={list} className={styles.list}>
        {ids.slice(0, ALARMS_SHOWN).map((id) => (
          <AlarmCard key={id} id={id} />
        ))}
      </ul>
      {ids.length > ALARMS_SHOWN && (
        <Button onClick={() => showRail('alarms')}>and {ids.length - ALARMS_SHOWN} more alarms</Button>
      )}
    </section>
  );
}

/** The raised hands: agents that wait for a person, the longest waiting first. */
export function NeedsYou() {
  const { db } = useHub();
  const loaded = useConn((conn) => conn.loaded);
  const open = useIds('question.state:open');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index tells when to look again
  const ids = useMemo(() => openQuestionIds(db), [db, open]);
  const list = useKeepFocus();
  return (
    <div data-testid="needs-you">
      {loaded && ids.length === 0 && <EmptyState title="No agent waits for you." />}
      <ul ref={list} className={styles.list}>
        {ids.map((id) => (
          <QuestionCard key={id} id={id} />
        ))}
      </ul>
      <Untaken />
      <Answered />
    </div>
  );
}
