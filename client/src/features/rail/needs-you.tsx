import type { QuestionRecord } from '@signalbox/shared/records/question';
import { useMemo, useState } from 'react';
import { openQuestionIds } from '../../hub/attention.ts';
import { formatMinute } from '../../hub/format.ts';
import { showRail } from '../../hub/ui-store.ts';
import { useAlarmGroups } from '../../hub/use-alarm-groups.ts';
import { useConn, useHub, useIds } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useKeepFocus } from '../../ui/use-keep-focus.ts';
import { AlarmCard } from './alarm-card.tsx';
import styles from './card.module.css';
import { QuestionCard } from './question-card.tsx';
import { useTop } from './use-top.ts';

const ANSWERED_SHOWN = 5;

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
  const groups = useAlarmGroups().filter(({ state }) => state === 'unacked');
  const { shown, hidden } = useTop('alarm', groups);
  const list = useKeepFocus();
  if (groups.length === 0) return null;
  return (
    <section className={styles.alarms} aria-label="Alarms nobody has taken">
      <ul ref={list} className={styles.list}>
        {shown.map((group) => (
          <AlarmCard key={group.id} group={group} />
        ))}
      </ul>
      {hidden > 0 && <Button onClick={() => showRail('alarms')}>and {hidden} more alarms</Button>}
    </section>
  );
}

/** The raised hands: agents that wait for a person, the longest waiting first. */
export function NeedsYou() {
  const { db } = useHub();
  const loaded = useConn((conn) => conn.loaded);
  const open = useIds('question.state:open');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index tells when to look again
  const questions = useMemo(() => openQuestionIds(db).map((id) => ({ id })), [db, open]);
  const [all, setAll] = useState(false);
  const { shown, hidden } = useTop('question', questions);
  const list = useKeepFocus();
  return (
    <div data-testid="needs-you">
      {loaded && questions.length === 0 && <EmptyState title="No agent waits for you." />}
      <ul ref={list} className={styles.list}>
        {(all ? questions : shown).map(({ id }) => (
          <QuestionCard key={id} id={id} />
        ))}
      </ul>
      {hidden > 0 && !all && <Button onClick={() => setAll(true)}>and {hidden} more questions</Button>}
      <Untaken />
      <Answered />
    </div>
  );
}
