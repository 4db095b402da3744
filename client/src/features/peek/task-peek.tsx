import type { TaskRecord } from '@signalbox/shared/records/task';
import { Age } from '../../hub/age.tsx';
import { formatBytes, formatDateTime, formatMinute, formatPercent, UNKNOWN } from '../../hub/format.ts';
import type { PeekTarget } from '../../hub/navigation.ts';
import { lastReport } from '../../hub/task-progress.ts';
import { whyNotMoving } from '../../hub/task-waiting.ts';
import { useIds, useNow, useRecord } from '../../hub/use-hub.ts';
import { useSurroundings } from '../../hub/use-surroundings.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Facts } from '../../ui/facts.tsx';
import { PriorityGlyph, priorityWord } from '../../ui/priority-glyph.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { SentenceText } from '../../ui/sentence.tsx';
import { StatusGlyph } from '../../ui/state-glyph.tsx';
import { activityLine } from './agent-facts.ts';
import { Attempts } from './attempts.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import { LockRef } from './lock-ref.tsx';
import styles from './peek.module.css';
import { AgentRef, RefList, TaskRef } from './refs.tsx';
import { Lead, Said, Section } from './section.tsx';
import { TaskActions } from './task-actions.tsx';
import { TaskText } from './task-text.tsx';
import { WayOut } from './way-out.tsx';

interface TaskProps {
  task: TaskRecord;
  onOpen: (target: PeekTarget) => void;
}

function WhyBox({ task, onOpen }: TaskProps) {
  const sentence = whyNotMoving(task, useSurroundings());
  if (sentence === null) return null;
  return (
    <section className={styles.why} data-testid="why-not-moving">
      <h3 className={styles.sectionTitle}>Why is it not moving?</h3>
      <SentenceText parts={sentence} onOpen={onOpen} />
      <WayOut taskId={task.id} />
    </section>
  );
}

function Progress({ task, onOpen }: TaskProps) {
  const { etaAt, assignee } = task;
  const report = lastReport(task, useNow());
  return (
    <Section title="Progress">
      <ProgressBar label={`Progress of ${task.id}`} value={report?.percent ?? null} old={report?.old ?? false} />
      <p>
        {formatPercent(report?.percent)} ·{' '}
        {report === null ? 'not reported yet' : <Age at={report.at} prefix="reported " suffix=" ago" />}
        {etaAt !== undefined &&
          ` · ≈ ${formatMinute(etaAt)}${task.etaBasis === undefined ? '' : ` (${task.etaBasis})`}`}
      </p>
      <p>by {assignee === null ? UNKNOWN : <AgentRef id={assignee} onOpen={onOpen} />}</p>
      <Said>{activityLine(task.activity)}</Said>
    </Section>
  );
}

function About({ task, onOpen }: TaskProps) {
  const locks = useIds(`lock.task:${task.id}`);
  const { checkpoint } = task;
  return (
    <Facts
      facts={[
        [
          'Priority',
          <span key="priority">
            <PriorityGlyph priority={task.priority} /> {priorityWord(task.priority)}
          </span>,
        ],
        ['Type', visibleText(task.type) || UNKNOWN],
        [
          'Tries',
          `${task.failures} of ${task.maxAttempts} failed${task.losses > 0 ? `, ${task.losses} agents lost in a row` : ''}`,
        ],
        checkpoint !== undefined && [
          'Checkpoint',
          <span key="checkpoint">
            {checkpoint.note === undefined ? 'without a note' : visibleText(checkpoint.note)} ·{' '}
            <Age at={checkpoint.at} suffix=" ago" /> · {formatBytes(checkpoint.bytes)}, attempt {checkpoint.attempt}
          </span>,
        ],
        [
          'Files',
          task.files.length === 0 ? (
            UNKNOWN
          ) : (
            <span key="files" className={styles.mono}>
              {visibleText(task.files.join('\n'))}
            </span>
          ),
        ],
        locks.length > 0 && [
          'Holds',
          <RefList key="locks" ids={locks} render={(id) => <LockRef id={id} onOpen={onOpen} />} />,
        ],
        ['Requires', visibleText(task.requires.join(', ')) || UNKNOWN],
        ['Estimate', task.estimatedMinutes === null ? UNKNOWN : `${task.estimatedMinutes} m`],
        ['Created', `${formatDateTime(task.createdAt)} by ${task.createdBy}`],
        ['Started', formatDateTime(task.startedAt)],
        ['Finished', formatDateTime(task.finishedAt)],
      ]}
    />
  );
}

export function TaskPeek({ id, onOpen }: BodyProps) {
  const task = useRecord('task', id);
  const frees = useIds(`task.dependency:${id}`);
  if (task === undefined) return <Gone id={id} />;
  return (
    <>
      <p className={styles.title}>{visibleText(task.title)}</p>
      <Lead>
        <StatusGlyph status={task.status} /> {task.status.replace('_', ' ')}
        {task.finishedAt !== undefined && <Age at={task.finishedAt} prefix=" " suffix=" ago" />}
      </Lead>
      <WhyBox task={task} onOpen={onOpen} />
      {task.status === 'in_progress' && <Progress task={task} onOpen={onOpen} />}
      <TaskActions task={task} />
      <Section title="Depends on">
        <RefList ids={task.dependencies} render={(taskId) => <TaskRef id={taskId} onOpen={onOpen} />} />
      </Section>
      <Section title="Needed by">
        <RefList ids={frees} render={(taskId) => <TaskRef id={taskId} onOpen={onOpen} />} />
      </Section>
      <Section title="Attempts">
        <Attempts task={task} onOpen={onOpen} />
      </Section>
      <TaskText task={task} />
      <Section title="About">
        <About task={task} onOpen={onOpen} />
      </Section>
    </>
  );
}
