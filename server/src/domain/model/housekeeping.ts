import assert from 'node:assert/strict';
import type { Replica } from '../../ledger/replica.ts';
import { free, grant } from './lock-rules.ts';
import { expireDirectives } from './talk-rules.ts';
import { backInLine, byImportance, canDo, give, isLockedFor, isReady, tasksOf } from './task-life.ts';
import { type Agent, isOver, known, type Task, type World } from './world.ts';

/** What the hub does by itself, as the model expects it. */

/** [LK6] [LK14] [TK14] [TK17] [QU4] [DR5] [SW1]: what is over, and nothing else. */
export function expectSweep(world: World): void {
  for (const { id, until } of [...world.claims.values()]) if (isOver(world, until)) world.claims.delete(id);
  for (const task of world.tasks.values()) {
    if (task.stage === 'assigned' && isOver(world, task.startBy)) backInLine(world, task);
    // A blocked one is looked at when it waits again.
    else if (task.stage === 'open' && isOver(world, task.notBefore) && !hasDeadDependency(world, task))
      task.notBefore = undefined;
  }
  for (const question of world.questions.values())
    if (question.state === 'open' && isOver(world, question.deadline)) {
      if (question.default !== undefined) question.state = 'answered';
      question.deadline = undefined;
    }
  expireDirectives(world, (until) => isOver(world, until));
}

const hasDeadDependency = (world: World, { dependencies }: Task): boolean =>
  dependencies.some((id) => ['failed', 'cancelled'].includes(world.tasks.get(id)?.stage ?? ''));

/** [LK12]: whatever is free is granted; in which order, the fences say. */
export function expectGrants(world: World, replica: Replica): void {
  for (let granted = free(world); granted.length > 0; granted = free(world)) {
    const fenced = granted.map((claim) => ({
      claim,
      fence: known(replica.get('lock', claim.id), `grant of ${claim.id}`).fence,
    }));
    const seqOf = (fence: string): number => Number(fence.split('.')[1]);
    for (const { claim, fence } of fenced.sort((a, b) => seqOf(a.fence) - seqOf(b.fence))) grant(world, claim, fence);
  }
}

/** [AS1] [AS2]: to whom is left to the hub, as long as it may be; nobody free goes without what it could do. */
export function expectAssignments(world: World, replica: Replica): void {
  const given = [...world.tasks.values()]
    .filter((task) => task.stage === 'open' && (replica.get('task', task.id)?.assignee ?? null) !== null)
    .sort(byImportance);
  for (const task of given) {
    const agent = known(world.agents.get(replica.get('task', task.id)?.assignee ?? ''), `assignee of ${task.id}`);
    assert(isReady(world, task), `${task.id} is not ready and was given to ${agent.id}`);
    assert(mayGet(world, agent, task), `${agent.id} must not be given ${task.id}`);
    give(world, task, agent.id);
  }
  for (const task of world.tasks.values())
    for (const agent of world.agents.values())
      assert(!isReady(world, task) || !mayGet(world, agent, task), `${agent.id} is free and was not given ${task.id}`);
}

const mayGet = (world: World, agent: Agent, task: Task): boolean =>
  agent.accepts === 'push' &&
  agent.presence === 'present' &&
  !agent.paused &&
  !agent.draining &&
  tasksOf(world, agent.id).length < agent.maxTasks &&
  ![...world.questions.values()].some(
    ({ from, state, blocking }) => from === agent.id && state === 'open' && blocking,
  ) &&
  canDo(agent, task) &&
  !isLockedFor(world, task, agent.id);
