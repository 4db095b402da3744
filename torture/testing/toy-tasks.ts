import type { ToyContext } from './toy-locks.ts';
import { type Decided, type Request, refuse, type ToyState, type ToyTask, text, texts } from './toy-state.ts';

export function decideTask(request: Request, context: ToyContext): Decided {
  const { command, input, agent } = request;
  const { state, bug, now, nextId } = context;
  if (command === 'task.create') {
    const dependencies = texts(input.dependencies);
    const id = nextId('T');
    return one({ kind: 'task', id, status: 'pending', assignee: null, attempt: 0, dependencies, progress: 0 });
  }
  if (command === 'task.next') {
    const task = nextFor(agent, context);
    return task === undefined ? { reply: { task: null, reason: 'EMPTY' } } : one(task);
  }
  const task = state.tasks.get(text(input.taskId));
  if (task === undefined) return refuse('NOT_FOUND');
  if (command === 'task.assign') {
    const to = text(input.agentId);
    if (task.status !== 'pending' || task.assignee !== null || !isReady(task, state)) return refuse('INVALID_STATE');
    const given: ToyTask = { ...task, assignee: to, attempt: task.attempt + 1 };
    return { ...one(given), pushes: [{ agent: to, event: 'task.assigned', data: { task: given } }] };
  }
  if (task.attempt !== input.attempt || task.assignee !== agent || task.status === 'completed') {
    const stale = task.attempt !== input.attempt || task.assignee !== agent;
    if (!stale || command !== 'task.progress' || !bug.strikes('no fencing of attempts', now))
      return refuse(stale ? 'STALE_ATTEMPT' : 'INVALID_STATE');
    bug.tookEffect = true;
  }
  switch (command) {
    case 'task.start':
      return task.status === 'in_progress' ? { reply: { task } } : one({ ...task, status: 'in_progress' });
    case 'task.complete': {
      if (task.status !== 'in_progress') return refuse('INVALID_STATE');
      const done: ToyTask = { ...task, status: 'completed', progress: 100 };
      // What waits for this one only is no early start any more.
      const next = input.next === true ? nextFor(agent, context, false) : undefined;
      return { reply: { task: done, next: next ?? null }, puts: next === undefined ? [done] : [done, next] };
    }
    case 'task.fail':
      return one({ ...task, status: 'pending', assignee: null });
    default:
      return one({ ...task, progress: task.progress + 1 });
  }
}

const one = (task: ToyTask) => ({ reply: { task }, puts: [task] });

const isReady = (task: ToyTask, { tasks }: ToyState): boolean =>
  task.dependencies.every((id) => tasks.get(id)?.status === 'completed');

function nextFor(agent: string, { state, bug, now }: ToyContext, mayStartEarly = true): ToyTask | undefined {
  const tasks = [...state.tasks.values()];
  const taken = tasks.find(({ status, assignee }) => status === 'in_progress' && assignee !== agent);
  if (taken !== undefined && bug.strikes('double assignment', now)) {
    bug.tookEffect = true;
    return { ...taken, assignee: agent };
  }
  const pending = tasks.filter(({ status, assignee }) => status === 'pending' && assignee === null);
  const early = mayStartEarly ? pending.find((task) => !isReady(task, state)) : undefined;
  const chosen =
    early !== undefined && bug.strikes('early start', now) ? early : pending.find((task) => isReady(task, state));
  if (chosen === undefined) return undefined;
  bug.tookEffect ||= chosen === early;
  return { ...chosen, status: 'in_progress', assignee: agent, attempt: chosen.attempt + 1 };
}
