import type { TaskRecord } from '@signalbox/shared/records/task';
import { useMemo } from 'react';
import { useRead } from '../../hub/use-read.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ExternalLinks } from './external-links.tsx';
import styles from './peek.module.css';
import { Said, Section } from './section.tsx';

/**
 * Description and result of a task: long text is not part of the live records, so it is asked for when it was written,
 * and not again with every report.
 */
export function TaskText({ task }: { task: TaskRecord }) {
  const { description, result } = task.bodies;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text changes when it is written anew, not with each rev
  const minSeq = useMemo(() => task.rev, [task.id, description, result]);
  if (description === undefined && result === undefined) return null;
  return <Texts taskId={task.id} minSeq={minSeq} />;
}

function Texts({ taskId, minSeq }: { taskId: string; minSeq: number }) {
  const { data, error, reload } = useRead('task.get', { taskId, minSeq });
  if (error !== null) {
    return (
      <p className={styles.refused}>
        The text of {taskId} could not be read: {error.message} <Button onClick={reload}>Retry</Button>
      </p>
    );
  }
  if (data === undefined) return <Skeleton label={`The text of ${taskId} is loading`} height={80} />;
  const { description, result } = data.task;
  return (
    <>
      {result !== undefined && (
        <Section title="Result">
          <Said>{result.summary}</Said>
          <Facts
            facts={[
              result.commit !== undefined && [
                'Commit',
                <span key="commit" className={styles.mono}>
                  {visibleText(result.commit)}
                </span>,
              ],
              result.branch !== undefined && [
                'Branch',
                <span key="branch" className={styles.mono}>
                  {visibleText(result.branch)}
                </span>,
              ],
              result.files !== undefined &&
                result.files.length > 0 && [
                  'Files',
                  <span key="files" className={styles.mono}>
                    {visibleText(result.files.join('\n'))}
                  </span>,
                ],
              result.links !== undefined &&
                result.links.length > 0 && ['Links', <ExternalLinks key="links" links={result.links} />],
            ]}
          />
        </Section>
      )}
      {description !== undefined && (
        <Section title="Description">
          <Said>{description}</Said>
        </Section>
      )}
    </>
  );
}
