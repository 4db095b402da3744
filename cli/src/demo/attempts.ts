import type { AgentClient } from '@signalbox/sdk/agent-client';
import type { TaskRecord } from '@signalbox/shared/records/task';

/** Who had a task, in order, and whether the last of them went on from somebody's checkpoint. */
export interface Attempts {
  taskId: string;
  title: string;
  agents: string[];
  startedFromCheckpoint: boolean;
}

const PAGE = 1_000;

export const attemptsOf = ({ id, title, attempts }: TaskRecord): Attempts => ({
  taskId: id,
  title,
  agents: attempts.map(({ agentId }) => agentId),
  startedFromCheckpoint: attempts.at(-1)?.fromCheckpoint ?? false,
});

export async function allTasks(client: AgentClient): Promise<TaskRecord[]> {
  const all: TaskRecord[] = [];
  for (let after: string | undefined; ; ) {
    const page = await client.command('task.list', { limit: PAGE, ...(after === undefined ? {} : { after }) });
    all.push(...page.tasks);
    if (page.next === undefined) return all;
    after = page.next;
  }
}
