import assert from 'node:assert/strict';
import type { ErrorCode } from '@signalbox/shared/errors';
import type { AgentProfile } from '@signalbox/shared/records/agent';
import { nothing, type Rule } from './rule.ts';
import { backInLine, dropClaimsInLine, lose, tasksOf } from './task-life.ts';
import { type Agent, known, type World } from './world.ts';

const TAKEOVER_AGAIN_MS = 5_000;

export type Registers = (reply: { agent: { connection: number } }) => void;

/** [AG1] [AG2] [AG3] */
export function register(world: World, profile: AgentProfile): ErrorCode | Registers {
  const record = world.agents.get(profile.id);
  const there = record !== undefined && record.presence !== 'left' ? record : undefined;
  const live = there?.presence === 'present' && there.connected;
  if (there !== undefined && live) {
    const sameProcess = profile.instance !== undefined && profile.instance === there.instance;
    if (!sameProcess && profile.takeover !== true) return 'CONFLICT';
    if (there.takenOverAt !== undefined && world.clock - there.takenOverAt < TAKEOVER_AGAIN_MS) return 'RATE_LIMITED';
  }
  return ({ agent: { connection } }) => {
    assert(connection > (record?.connection ?? 0), `connection ${connection} is not new`);
    if (there?.instance !== undefined && there.instance !== profile.instance) {
      lose(world, profile.id);
      withdrawQuestions(world, profile.id);
    }
    world.agents.set(profile.id, {
      id: profile.id,
      instance: profile.instance,
      accepts: profile.accepts ?? 'push',
      maxTasks: profile.maxTasks ?? 1,
      capabilities: profile.capabilities ?? [],
      presence: 'present',
      connected: true,
      paused: there?.paused ?? false,
      draining: there?.draining ?? false,
      connection,
      takenOverAt: live ? world.clock : there?.takenOverAt,
    });
  };
}

function withdrawQuestions(world: World, agentId: string): void {
  for (const question of world.questions.values())
    if (question.from === agentId && question.state === 'open') question.state = 'withdrawn';
}

/** [AG6] */
function depart(world: World, agent: Agent, releaseLocks: boolean): void {
  for (const task of tasksOf(world, agent.id)) {
    if (!releaseLocks) task.assignee = null;
    backInLine(world, task);
  }
  dropClaimsInLine(world, agent.id);
  if (releaseLocks)
    for (const claim of [...world.claims.values()]) if (claim.agentId === agent.id) world.claims.delete(claim.id);
  withdrawQuestions(world, agent.id);
  agent.presence = 'left';
  agent.connected = false;
}

/** [AG7] [AG8]: what was noticed of a connection. */
export function notice(world: World, agentId: string, connection: number, presence: 'present' | 'late' | 'lost'): void {
  const agent = world.agents.get(agentId);
  if (agent === undefined || agent.connection !== connection || agent.presence === 'left') return;
  if (presence === 'lost' && agent.presence !== 'lost') lose(world, agentId);
  agent.presence = presence;
  agent.connected = presence === 'present';
}

export const leave: Rule<'agent.leave'> = (world, actor) => () =>
  depart(world, known(world.agents.get(actor), actor), true);

export const evict: Rule<'agent.evict'> = (world, _actor, { agentId, releaseLocks = true }) => {
  const agent = world.agents.get(agentId);
  if (agent === undefined || agent.presence === 'left') return 'NOT_FOUND';
  return () => depart(world, agent, releaseLocks);
};

export const heartbeat: Rule<'agent.heartbeat'> = () => nothing;

export const update: Rule<'agent.update'> =
  (world, actor, { maxTasks }) =>
  () => {
    const agent = known(world.agents.get(actor), actor);
    agent.maxTasks = maxTasks ?? agent.maxTasks;
  };

/** [AG5] */
export function wordFor(world: World, agent: Agent): string {
  if (agent.presence === 'left' || agent.presence === 'lost') return agent.presence;
  if ([...world.questions.values()].some(({ from, state }) => from === agent.id && state === 'open')) return 'asking';
  if (agent.presence === 'late') return 'late';
  if (agent.paused) return 'paused';
  if (agent.draining) return 'draining';
  if ([...world.claims.values()].some(({ agentId, fence }) => agentId === agent.id && fence === undefined))
    return 'waiting';
  return tasksOf(world, agent.id).some(({ stage }) => stage === 'in_progress') ? 'working' : 'idle';
}
