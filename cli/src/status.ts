import { callOverHttp } from '@signalbox/sdk/http';
import { ALARMS } from '@signalbox/shared/alarms';
import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import { call, hubOf } from './call.ts';
import { CliError, type Io } from './io.ts';
import { plain } from './plain.ts';
import { table } from './render.ts';

const LIST_LIMIT = 1_000;
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
  const [{ project }, { agents }, { tasks }, { alarms }, { questions }, health] = await Promise.all([
    ask('project.get', {}),
    ask('agent.list', { limit: LIST_LIMIT }),
    ask('task.list', { limit: LIST_LIMIT }),
    ask('alarm.list', { limit: LIST_LIMIT }),
    ask('question.list', { state: 'open', limit: LIST_LIMIT }),
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
  const rows = agents
    .filter(({ state }) => state !== 'left')
    .slice(0, ROWS)
    .map(({ id, role, state, taskIds, activity }) => ({
      id,
      role,
      state,
      task: taskIds.join(' '),
      doing: activity?.doing,
    }));
  if (rows.length > 0) io.out(`\n${table(rows, '')}`);
  if (agents.length > ROWS) io.out(`… and more: signalbox agent list`);
}
