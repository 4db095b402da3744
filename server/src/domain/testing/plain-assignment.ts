import { compareIds, numberOf } from '@signalbox/shared/ids';
import { pathsOverlap } from '@signalbox/shared/paths';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { foldersOf } from '../folders.ts';
import { AGING_STEP_MS } from '../market.ts';
import type { View } from '../view.ts';

/** Who would be given what by whoever looks at every task and every agent, without any index: `T-1 alice`, in order. */
export function plainAssignment(view: View): string[] {
  const agents = view.all('agent').map((agent) => ({ agent, load: underWay(view, agent.id).length }));
  const given: { task: TaskRecord; agentId: string }[] = [];
  const samples = agents.reduce((sum, { agent }) => sum + agent.score.n, 0);
  const mean = samples === 0 ? 0 : agents.reduce((sum, { agent }) => sum + (agent.points ?? 0), 0) / samples;
  for (const task of waiting(view)) {
    const overlaps = (paths: readonly string[]) =>
      paths.some((path) => task.files.some((file) => pathsOverlap(path, file)));
    const locking = view.all('lock').filter((lock) => lock.mode === 'exclusive' && overlaps(lock.paths));
    const working = [
      ...view
        .all('task')
        .flatMap((other) => (isUnderWay(other) && overlaps(other.files) ? (other.assignee ?? []) : [])),
      ...given.flatMap((other) => (overlaps(other.task.files) ? other.agentId : [])),
    ];
    const declined = task.attempts.filter(({ outcome }) => outcome === 'not started').map(({ agentId }) => agentId);
    const fitting = agents
      .filter(({ agent, load }) => isFree(view, agent) && load < agent.maxTasks)
      .filter(({ agent }) => task.requires.every((capability) => agent.capabilities.includes(capability)))
      .filter(({ agent }) => locking.every(({ holder }) => holder === agent.id))
      .map((candidate) => {
        const { agent } = candidate;
        const passedOver = declined.includes(agent.id);
        const inTheWay = working.some((id) => id !== agent.id);
        const near = (agent.recentFolders ?? []).some((folder) => foldersOf(task).includes(folder));
        const weights = [
          Number(passedOver),
          passedOver ? 0 : Number(inTheWay),
          candidate.load / agent.maxTasks,
          passedOver || near ? 0 : 1,
          -(agent.score.value ?? mean),
          agent.capabilities.length,
          agent.stateAt,
        ];
        return { candidate, weights };
      })
      .sort((a, b) => compare(a.weights, b.weights) || compareIds(a.candidate.agent.id, b.candidate.agent.id));
    const best = fitting[0]?.candidate;
    if (best === undefined) continue;
    best.load++;
    given.push({ task, agentId: best.agent.id });
  }
  return given.map(({ task, agentId }) => `${task.id} ${agentId}`);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, weight] of a.entries()) if (weight !== b[at]) return weight - (b[at] ?? 0);
  return 0;
}

const waiting = (view: View): TaskRecord[] =>
  view
    .all('task')
    .filter((task) => task.status === 'pending' && task.assignee === null && task.notBeforeClock === undefined)
    .filter((task) => task.dependencies.every((id) => view.get('task', id)?.status === 'completed'))
    .sort((a, b) => compare(order(a), order(b)));

const order = ({ id, priority, createdAt }: TaskRecord): number[] =>
  priority === 1 ? [0, numberOf(id)] : [1, createdAt + (priority - 2) * AGING_STEP_MS, numberOf(id)];

const isUnderWay = ({ assignee, status }: TaskRecord): boolean =>
  assignee !== null && (status === 'pending' || status === 'in_progress');
const underWay = (view: View, agentId: string) =>
  view.all('task').filter((task) => isUnderWay(task) && task.assignee === agentId);

const isFree = (view: View, agent: AgentRecord): boolean =>
  agent.accepts === 'push' &&
  agent.presence === 'present' &&
  !agent.paused &&
  agent.draining !== true &&
  !view.all('question').some(({ from, state, blocking }) => from === agent.id && state === 'open' && blocking);
