import { type Agent, byNumber, overlap, type Task, type World } from './world.ts';

/** What becomes of tasks, whoever asks for it. */

export const isCompleted = (world: World, id: string): boolean => world.tasks.get(id)?.stage === 'completed';
export const waitsFor = (world: World, task: Task): string[] =>
  task.dependencies.filter((id) => !isCompleted(world, id));

/** The word people read. */
export function statusOf(world: World, task: Task): string {
  const stages = task.dependencies.map((id) => world.tasks.get(id)?.stage);
  if (task.stage === 'open')
    return stages.some((stage) => stage === 'failed' || stage === 'cancelled') ? 'blocked' : 'pending';
  return task.stage === 'assigned' ? 'pending' : task.stage;
}

export const tasksOf = (world: World, agentId: string): Task[] =>
  [...world.tasks.values()]
    .filter(({ assignee, stage }) => assignee === agentId && (stage === 'assigned' || stage === 'in_progress'))
    .sort(byNumber);

/** An attempt is over: what was claimed for it ends with it. */
export function endAttempt(world: World, task: Task): void {
  for (const claim of [...world.claims.values()])
    if (task.assignee !== null && claim.taskId === task.id && claim.agentId === task.assignee)
      world.claims.delete(claim.id);
  task.startBy = undefined;
}

export function backInLine(world: World, task: Task): void {
  endAttempt(world, task);
  task.stage = 'open';
  task.assignee = null;
}

const LOSSES = 3;

/** Its agent is gone without a word. It may still be writing: locks stay. */
export function lose(world: World, agentId: string): void {
  for (const task of tasksOf(world, agentId)) {
    if (task.stage === 'in_progress') task.losses++;
    task.stage = task.stage === 'in_progress' && task.losses >= LOSSES ? 'blocked' : 'open';
    task.assignee = null;
    task.startBy = undefined;
  }
  dropClaimsInLine(world, agentId);
}

export function dropClaimsInLine(world: World, agentId: string): void {
  for (const claim of [...world.claims.values()])
    if (claim.agentId === agentId && claim.fence === undefined) world.claims.delete(claim.id);
}

const START_WITHIN_MS = 60_000;

export function give(world: World, task: Task, agentId: string): void {
  task.stage = 'assigned';
  task.assignee = agentId;
  task.attempt++;
  task.startBy = world.clock + START_WITHIN_MS;
}

export function start(task: Task): void {
  task.stage = 'in_progress';
  task.startBy = undefined;
}

export function complete(task: Task): void {
  task.stage = 'completed';
  task.losses = 0;
}

export const isReady = (world: World, task: Task): boolean =>
  task.stage === 'open' && task.notBefore === undefined && waitsFor(world, task).length === 0;

export const canDo = (agent: Agent, task: Task): boolean =>
  task.requires.every((capability) => agent.capabilities.includes(capability));

export const isLockedFor = (world: World, task: Task, agentId: string): boolean =>
  [...world.claims.values()].some(
    (claim) =>
      claim.fence !== undefined &&
      claim.mode === 'exclusive' &&
      claim.agentId !== agentId &&
      overlap(claim.paths, task.files),
  );

const isWorkedOn = (world: World, task: Task, agentId: string): boolean =>
  [...world.tasks.values()].some(
    (other) =>
      other.assignee !== null &&
      other.assignee !== agentId &&
      (other.stage === 'assigned' || other.stage === 'in_progress') &&
      overlap(other.files, task.files),
  );

const STEP_MS = 1_800_000;
const CRITICAL = 1;
const HIGH = 2;

/** Critical ones before all; of the others each step below high is half an hour. */
const placeOf = ({ priority, createdAt }: Task): number =>
  priority === CRITICAL ? -1 : createdAt + (priority - HIGH) * STEP_MS;
export const byImportance = (a: Task, b: Task): number => placeOf(a) - placeOf(b) || byNumber(a, b);

/** For who asks: the most important one it can do, rather one nobody else is at work on. */
export function bestFor(world: World, agent: Agent): Task | undefined {
  const fitting = [...world.tasks.values()]
    .filter((task) => isReady(world, task) && canDo(agent, task) && !isLockedFor(world, task, agent.id))
    .sort(byImportance);
  return fitting.find((task) => !isWorkedOn(world, task, agent.id)) ?? fitting[0];
}
