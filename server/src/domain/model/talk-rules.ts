import assert from 'node:assert/strict';
import type { Rule } from './rule.ts';
import { backInLine, tasksOf } from './task-life.ts';
import { type Agent, known, type Question, type World } from './world.ts';

/** [MS1]: nobody who left, and of a group not the sender. */
function reached(world: World, actor: string, to: string): string[] {
  const there = [...world.agents.values()].filter(({ presence }) => presence !== 'left');
  const others = there.filter(({ id }) => id !== actor);
  const ids = (agents: typeof there): string[] => agents.map(({ id }) => id).sort();
  if (to === 'people') return [];
  if (to === 'all' || to === 'role:coder') return ids(others);
  if (to === 'capability:sql') return ids(others.filter(({ capabilities }) => capabilities.includes('sql')));
  return ids(there.filter(({ id }) => id === to));
}

const isGroup = (to: string): boolean => to === 'all' || to === 'people' || to.includes(':');

const send: Rule<'message.send'> = (world, actor, { to }) => {
  const ids = reached(world, actor, to);
  if (ids.length === 0 && !isGroup(to)) return 'NOT_FOUND';
  return ({ messageId, recipients }) => {
    assert.deepEqual([...recipients].sort(), ids);
    world.mail.set(messageId, { to: ids, unread: new Set(ids) });
  };
};

/** [MS3] [MS4] */
const ack: Rule<'message.ack'> = (world, actor, { messageIds }) => {
  const strange = messageIds.some((id) => world.mail.get(id)?.to.includes(actor) === false);
  if (strange) return 'FORBIDDEN';
  return () => {
    for (const id of messageIds) world.mail.get(id)?.unread.delete(actor);
  };
};

const EXPIRES_MS = 7_200_000;

/** [DR2] [DR6] */
function obey(world: World, agent: Agent, action: string): void {
  if (action === 'pause' || action === 'resume') agent.paused = action === 'pause';
  if (action === 'drain' || action === 'resume') agent.draining = action === 'drain';
  if (action !== 'drain') return;
  for (const task of tasksOf(world, agent.id)) if (task.stage === 'assigned') backInLine(world, task);
}

/** [DR1] */
const order: Rule<'directive.send'> = (world, actor, { to, action, expiresMs = EXPIRES_MS }) => {
  const ids = reached(world, actor, String(to));
  if (ids.length === 0) return 'NOT_FOUND';
  return ({ directiveId, recipients }) => {
    assert.deepEqual([...recipients].sort(), ids);
    const receipts = new Map(ids.map((id) => [id, 'queued']));
    world.directives.set(directiveId, { id: directiveId, receipts, until: world.clock + expiresMs, expired: false });
    for (const id of ids) obey(world, known(world.agents.get(id), id), action);
  };
};

const STEPS = [['queued'], ['delivered'], ['read'], ['acknowledged', 'declined'], ['done', 'failed']];
const stepOf = (state: string): number => STEPS.findIndex((states) => states.includes(state));

/** [DR3] [DR4] */
const receipt: Rule<'directive.receipt'> = (world, actor, { directiveId, state }) => {
  const directive = world.directives.get(directiveId);
  if (directive === undefined) return 'NOT_FOUND';
  const now = directive.receipts.get(actor);
  if (now === undefined) return 'FORBIDDEN';
  if (now === 'expired') return 'EXPIRED';
  if (now === 'declined' || stepOf(now) === 4) return 'INVALID_STATE';
  return () => void (stepOf(state) > stepOf(now) && directive.receipts.set(actor, state));
};

/** [DR3]: the process of the recipient has confirmed the frame. */
export function delivered(world: World, directiveId: string, agentId: string): void {
  const receipts = world.directives.get(directiveId)?.receipts;
  if (receipts?.get(agentId) === 'queued') receipts.set(agentId, 'delivered');
}

/** [DR5] */
export function expireDirectives(world: World, isOver: (until: number) => boolean): void {
  for (const directive of world.directives.values()) {
    if (directive.expired || !isOver(directive.until)) continue;
    directive.expired = true;
    for (const [id, state] of directive.receipts)
      if (['queued', 'delivered', 'read'].includes(state)) directive.receipts.set(id, 'expired');
  }
}

const OPEN_QUESTIONS = 20;

/** [QU1] [QU6] */
const ask: Rule<'question.ask'> = (world, actor, { default: fallback, deadlineMs, blocking = false }) => {
  const open = [...world.questions.values()].filter(({ from, state }) => from === actor && state === 'open');
  if (open.length >= OPEN_QUESTIONS) return 'QUOTA';
  return ({ questionId }) => {
    assert(!world.questions.has(questionId), `${questionId} is in use`);
    world.questions.set(questionId, {
      id: questionId,
      from: actor,
      state: 'open',
      default: fallback,
      blocking,
      deadline: deadlineMs === undefined ? undefined : world.clock + deadlineMs,
    });
  };
};

const end = (question: Question, state: 'answered' | 'withdrawn') => {
  if (question.state !== 'open') return 'INVALID_STATE';
  return () => {
    question.state = state;
  };
};

/** [QU2] */
const answer: Rule<'question.answer'> = (world, _actor, { questionId }) => {
  const question = world.questions.get(questionId);
  if (question === undefined) return 'NOT_FOUND';
  return end(question, 'answered');
};

/** [QU3] */
const withdraw: Rule<'question.withdraw'> = (world, actor, { questionId }) => {
  const question = world.questions.get(questionId);
  if (question === undefined) return 'NOT_FOUND';
  if (question.from !== actor) return 'FORBIDDEN';
  return end(question, 'withdrawn');
};

export const TALK_RULES = {
  'message.send': send,
  'message.ack': ack,
  'directive.send': order,
  'directive.receipt': receipt,
  'question.ask': ask,
  'question.answer': answer,
  'question.withdraw': withdraw,
};
