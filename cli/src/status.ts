import { callOverHttp } from '@signalbox/sdk/http';
import { ALARMS } from '@signalbox/shared/alarms';
import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import { LIST_MAX } from '@signalbox/shared/limits';
import { call, hubOf } from './call.ts';
import { CliError, type Io } from './io.ts';
import { plain } from './plain.ts';
import { table } from './render.ts';

const ROWS = 20;

/** One screen: who needs a person, who is there, what is being done. */
export async function status(io: Io, options: { project?: string; json?: boolean }): Promise<void> {
  // Says what to do where there is no such project.
  await call(io, 'project.get', {}, { project: options.project });
  const settings = await hubOf(io, options.project);
  const ask = async <N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> => {
    const answer = await callOverHttp(settings, name, input);
    if (!answer.ok) throw new CliError(answer.error.message);
    return answer;
  };
  const [{ project }, agents, tasks, alarms, questions, health] = await Promise.all([
    ask('project.get', {}),
    every(async (page) => {
      const { agents: items, next } = await ask('agent.list', page);
      return { items, next };
    }),
    every(async (page) => {
      const { tasks: items, next } = await ask('task.list', page);
      return { items, next };
    }),
    every(async (page) => {
      const { alarms: items, next } = await ask('alarm.list', page);
      return { items, next };
    }),
    every(async (page) => {
      const { questions: items, next } = await ask('question.list', { ...page, state: 'open' });
      return { items, next };
    }),
    ask('health.get', {}),
  ]);
  if (options.json) {
    io.out(JSON.stringify({ project: settings.project, health, agents, tasks, alarms, questions }, null, 2));
    return;
  }
  const count = (words: string[]): string => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return [...counts].map(([word, n]) => `${n} ${word.replace('_', ' ')}`).join(', ') || 'none';
  };
  const word = health.word === null ? 'no agents and tasks yet' : `${health.word.toLowerCase()} (${health.score})`;
  const simulated = project.simulated === true ? ' (simulated)' : '';
  io.out(`${settings.project}${simulated} at ${settings.url}: ${word}`);
  io.out(`Agents  ${count(agents.map(({ state }) => state))}`);
  io.out(`Tasks   ${count(tasks.map(({ status: state }) => state))}`);
  // What is over, or was put aside, asks nothing of anybody now.
  for (const { id, code, summary } of alarms.filter(({ state }) => state === 'unacked' || state === 'acked'))
    io.out(`Alarm   ${id} ${code}: ${plain(summary)} — ${ALARMS[code].action}`);
  for (const { id, from, body } of questions)
    io.out(`Asks    ${id} ${from}: ${plain(body)} — signalbox question answer --questionId ${id}`);
  const there = agents.filter(({ state }) => state !== 'left');
  const rows = there.slice(0, ROWS).map(({ id, role, state, taskIds, activity }) => ({
    id,
    role,
    state,
    task: taskIds.join(' '),
    doing: activity?.doing,
  }));
  if (rows.length > 0) io.out(`\n${table(rows, '')}`);
  if (there.length > ROWS) io.out(`… and more: signalbox agent list`);
}

interface Page {
  limit: number;
  after?: string;
}

/** All of a list, page by page. */
async function every<T>(read: (page: Page) => Promise<{ items: T[]; next: string | undefined }>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await read({ limit: LIST_MAX, ...(after !== undefined && { after }) });
    all.push(...items);
    if (next === undefined) return all;
    after = next;
  }
}
