import type { QuestionRecord } from '@signalbox/shared/records/question';
import { useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { formatDateTime, formatDuration, formatMinute, UNKNOWN } from '../../hub/format.ts';
import { useCan, useCommand, useNow, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import styles from './peek.module.css';
import { AgentRef, TaskRef } from './refs.tsx';
import { Actions, Lead, Refused, Said, Section } from './section.tsx';

/** The options as buttons and a place for own words. The first answer wins; the hub decides which was first. */
function Answer({ question }: { question: QuestionRecord }) {
  const can = useCan();
  const { run, pending, error, disabled } = useCommand(['question', question.id]);
  const [words, setWords] = useState('');
  if (!can('question.answer')) return null;
  const unavailable = disabled ? 'Available when live' : undefined;
  const body = words.trim() === '' ? {} : { body: words.trim() };
  return (
    <Section title="Answer">
      <Field
        label="In your own words"
        hint={question.options === undefined ? undefined : 'Optional; sent along with the option you press'}
      >
        <TextArea rows={2} value={words} onChange={(event) => setWords(event.target.value)} />
      </Field>
      <Actions>
        {question.options?.map((choice) => (
          <Button
            key={choice}
            pending={pending}
            unavailable={unavailable}
            onClick={() => void run('question.answer', { questionId: question.id, choice, ...body })}
          >
            {visibleText(choice)}
          </Button>
        ))}
        <Button
          pending={pending}
          unavailable={unavailable}
          disabled={words.trim() === ''}
          onClick={() => void run('question.answer', { questionId: question.id, ...body })}
        >
          Answer with the text only
        </Button>
        {pending && <span className={styles.word}>Sending…</span>}
      </Actions>
      <Refused error={error} />
    </Section>
  );
}

function Deadline({ question }: { question: QuestionRecord }) {
  const now = useNow();
  if (question.deadlineAt === undefined) return <>none; it stays open</>;
  const left = question.deadlineAt - now;
  const then =
    question.default === undefined ? 'it stays open then' : `the hub answers “${visibleText(question.default)}” then`;
  return (
    <>
      {formatMinute(question.deadlineAt)}, {left > 0 && now > 0 ? `in ${formatDuration(left)}` : 'due'}; {then}
    </>
  );
}

export function QuestionPeek({ id, onOpen }: BodyProps) {
  const question = useRecord('question', id);
  if (question === undefined) return <Gone id={id} />;
  const { answer } = question;
  return (
    <>
      <Lead>
        <Badge tone={question.state === 'open' ? 'ask' : 'plain'}>
          {question.state === 'open' ? '? waits for you' : question.state}
        </Badge>{' '}
        <Age at={question.at} prefix="asked " suffix=" ago" />
      </Lead>
      <Said>{question.body}</Said>
      {question.state === 'open' && <Answer question={question} />}
      {answer !== undefined && (
        <Section title="Answered">
          <Said>{[answer.choice, answer.body].filter((part) => part !== undefined).join(' — ')}</Said>
          <p className={styles.word}>
            by {answer.by}, {formatDateTime(answer.at)}
          </p>
        </Section>
      )}
      <Facts
        facts={[
          ['From', <AgentRef key="from" id={question.from} onOpen={onOpen} />],
          [
            'Task',
            question.taskId === undefined ? UNKNOWN : <TaskRef key="task" id={question.taskId} onOpen={onOpen} />,
          ],
          ['Meanwhile', question.blocking ? 'it waits' : 'it goes on'],
          question.state === 'open' && ['Deadline', <Deadline key="deadline" question={question} />],
          question.state !== 'open' &&
            question.options !== undefined && ['Options', visibleText(question.options.join(' · '))],
        ]}
      />
    </>
  );
}
