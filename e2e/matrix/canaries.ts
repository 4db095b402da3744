import type { TestHub } from '../support/hub.ts';

/** Stands in every text of a project that none of the callers may see. */
export const CANARY = 'canary-7f3a';
export const CANARY_PROJECT = 'elsewhere';

/** One object of every kind, under the very ids that the callers ask for in their own project. */
export async function plantCanaries(hub: TestHub): Promise<void> {
  const profile = {
    id: 'alice',
    role: 'coordinator',
    accepts: 'pull',
    name: CANARY,
    branch: CANARY,
    heartbeatEveryMs: 60_000,
  };
  const { connection } = await hub.call(CANARY_PROJECT, 'agent.register', profile);
  const alice = { 'signalbox-agent': 'alice', 'signalbox-connection': String(connection) };
  const plant = async (command: string, input: object, headers = {}): Promise<void> => {
    const answer = await hub.call(CANARY_PROJECT, command, input, headers);
    if (answer.ok !== true) throw new Error(`${command}: ${JSON.stringify(answer)}`);
  };
  await plant('project.update', { name: CANARY });
  await plant('task.create', { title: CANARY, description: CANARY, files: [CANARY] });
  await plant('task.next', {}, alice);
  await plant('checkpoint.save', { taskId: 'T-1', attempt: 1, note: CANARY, data: CANARY }, alice);
  await plant('lock.claim', { paths: [CANARY, 'src/'], reason: CANARY }, alice);
  await plant('message.send', { to: 'alice', type: 'note', body: CANARY, thread: CANARY });
  await plant('directive.send', { to: 'alice', action: 'say', body: CANARY });
  await plant('question.ask', { body: CANARY }, alice);
}

const LISTS = ['agent', 'task', 'lock', 'message', 'directive', 'question'];

/** All that was planted, as it is now; the clock of the project goes on by itself. */
export async function recordsElsewhere(hub: TestHub): Promise<unknown[]> {
  const answers = await Promise.all(LISTS.map((noun) => hub.call(CANARY_PROJECT, `${noun}.list`)));
  return answers.map(({ seq: _, ...records }) => records);
}
