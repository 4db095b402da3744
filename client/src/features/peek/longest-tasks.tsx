import { formatDuration } from '../../hub/format.ts';
import { useRead } from '../../hub/use-read.ts';
import type { BodyProps } from './body-props.ts';
import { RefList, TaskRef } from './refs.tsx';
import { Section } from './section.tsx';

const ASK_EVERY_MS = 10_000;
const ROWS = 3;

/** What took this agent longest, of what the hub still keeps. */
export function LongestTasks({ agentId, onOpen }: { agentId: string; onOpen: BodyProps['onOpen'] }) {
  const { data } = useRead('task.stats', { agentId }, { everyMs: ASK_EVERY_MS });
  const longest = data?.longestFinished.slice(0, ROWS) ?? [];
  if (longest.length === 0) return null;
  return (
    <Section title="Took longest">
      <RefList
        ids={longest.map(({ taskId }) => taskId)}
        render={(id) => (
          <>
            {formatDuration(longest.find(({ taskId }) => taskId === id)?.tookMs)} <TaskRef id={id} onOpen={onOpen} />
          </>
        )}
      />
    </Section>
  );
}
