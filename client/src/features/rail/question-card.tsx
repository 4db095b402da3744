import type { QuestionRecord } from '@signalbox/shared/records/question';
import { type KeyboardEvent, useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { formatDuration } from '../../hub/format.ts';
import { untilLedgerClock } from '../../hub/ledger-time.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useCan, useCommand, useConn, useNow, usePending, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { AgentText } from './agent-text.tsx';
import styles from './card.module.css';
import { useAttentionFocus } from './use-attention-focus.ts';

/** What the hub does at the deadline, and when. */
function Deadline({ question }: { question: QuestionRecord }) {
  const beat = useConn((conn) => conn.beat);
  const now = useNow();
  if (question.deadlineClock === undefined)
    return question.blocking ? <p className={styles.note}>Works on nothing else until it is answered.</p> : null;
  const left = untilLedgerClock(question.deadlineClock, beat, now);
  const when = left === null ? '' : left <= 0 ? ' now' : ` in ${formatDuration(left)}`;
  return (
    <p className={styles.note}>
      {question.default === undefined ? `Answer wanted${when}` : `Default “${visibleText(question.default)}”${when}`}
    </p>
  );
}

function Context({ question }: { question: QuestionRecord }) {
  const agent = useRecord('agent', question.from);
  const task = useRecord('task', question.taskId ?? agent?.taskIds[0] ?? '');
  const { open } = useNavigation();
  if (task === undefined) return null;
  return (
    <p className={styles.context}>
      <Chip label={task.id} onOpen={() => open({ kind: 'task', id: task.id })} />{' '}
      <span title={visibleText(task.title)}>{visibleText(task.title)}</span>
    </p>
  );
}

function Answer({ question }: { question: QuestionRecord }) {
  const { run, disabled } = useCommand(['question', question.id]);
  const pending = usePending('question', question.id);
  const sent = pending.find(({ state }) => state !== 'rejected');
  const refused = pending.find(({ state }) => state === 'rejected');
  const options = question.options ?? [];
  const [writing, setWriting] = useState(options.length === 0);
  const [words, setWords] = useState('');
  const unavailable = disabled ? 'Available when live' : undefined;
  const choose = (choice: string) => void run('question.answer', { questionId: question.id, choice });
  const write = () => {
    if (words.trim() !== '' && !disabled && sent === undefined)
      void run('question.answer', { questionId: question.id, body: words.trim() });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) write();
  };
  return (
    <>
      {options.length > 0 && (
        <div className={styles.actions}>
          {options.map((option) => (
            <Button key={option} unavailable={unavailable} disabled={sent !== undefined} onClick={() => choose(option)}>
              {visibleText(option)}
            </Button>
          ))}
        </div>
      )}
      {writing ? (
        <div className={styles.words}>
          <TextArea
            aria-label={`Answer to ${question.from}`}
            rows={2}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={onKey}
          />
          <Button unavailable={unavailable} disabled={sent !== undefined || words.trim() === ''} onClick={write}>
            Answer
          </Button>
        </div>
      ) : (
        <button type="button" className={styles.more} onClick={() => setWriting(true)}>
          Answer in your own words…
        </button>
      )}
      {sent !== undefined && (
        <p className={styles.pending}>
          {sent.state === 'unknown' ? 'no answer from the hub yet, asking again…' : 'sending…'}
        </p>
      )}
      {refused?.error !== undefined && (
        <p className={styles.error} role="alert">
          {refused.error.message}
        </p>
      )}
    </>
  );
}

/** An agent that asks a person, to be answered where it stands. */
export function QuestionCard({ id }: { id: string }) {
  const question = useRecord('question', id);
  const card = useAttentionFocus<HTMLLIElement>('question', id);
  const can = useCan();
  const { open } = useNavigation();
  if (question === undefined) return null;
  return (
    <li
      ref={card}
      className={`${styles.card} ${styles.ask}`}
      tabIndex={-1}
      data-testid="question-card"
      data-entity={`question:${id}`}
      data-attention={`question:${id}`}
    >
      <p className={styles.head}>
        <span className={`${styles.glyph} ${styles.askGlyph}`} aria-hidden="true">
          ?
        </span>
        <Chip label={question.from} onOpen={() => open({ kind: 'agent', id: question.from })} />
        <strong>asks</strong>
        <Age at={question.at} className={styles.age} />
      </p>
      <AgentText text={question.body} />
      <Context question={question} />
      {can('question.answer') && <Answer question={question} />}
      <Deadline question={question} />
    </li>
  );
}
