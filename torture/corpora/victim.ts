import { z } from 'zod';
import type { Agent, Cast, Headers } from './cast.ts';

const claimed = z.looseObject({ lockId: z.string(), fence: z.string() });
const told = z.looseObject({ directiveId: z.string() });
const sent = z.looseObject({ messageId: z.string() });
const asked = z.looseObject({ questionId: z.string() });
const given = z.looseObject({
  task: z.looseObject({ id: z.string(), attempt: z.int() }),
});

export type Order = readonly [command: string, input: object];

const RECEIPTS = ['read', 'acknowledged', 'declined', 'done', 'failed'];
/** Nobody ends it during a run but who is not to. */
const LONG_MS = 600_000;

/** One agent with something of everything, all of it there and known to everybody: what others try to pass for. */
export interface Victim {
  agent: Agent;
  instance: string;
  lockId: string;
  fence: string;
  directiveId: string;
  messageId: string;
  questionId: string;
  taskId: string;
  attempt: number;
}

export async function victimOf(cast: Cast, operator: Headers): Promise<Victim> {
  const instance = 'what only the process of alice knows';
  const agent = await cast.agent('alice', { instance, accepts: 'pull' });
  const { lockId, fence } = claimed.parse(
    await cast.must('lock.claim', { paths: ['src/'], ttlMs: LONG_MS }, agent.headers),
  );
  const order = { to: 'alice', action: 'say', body: 'x' };
  const { directiveId } = told.parse(await cast.must('directive.send', order, operator));
  const message = { to: 'alice', type: 'note', body: 'x' };
  const { messageId } = sent.parse(await cast.must('message.send', message, operator));
  const { questionId } = asked.parse(await cast.must('question.ask', { body: 'x' }, agent.headers));
  await cast.must('task.create', { title: 'what alice does' }, agent.headers);
  const { task } = given.parse(await cast.must('task.next', {}, agent.headers));
  return { agent, instance, lockId, fence, directiveId, messageId, questionId, taskId: task.id, attempt: task.attempt };
}

/** What only she may do with what is hers, with inputs that are right: everybody can read them. */
export function onlyForHer(victim: Victim): readonly Order[] {
  const { lockId, fence, directiveId, messageId, questionId, taskId, attempt } = victim;
  const task = { taskId, attempt };
  return [
    ...RECEIPTS.map((state): Order => ['directive.receipt', { directiveId, state }]),
    ['message.ack', { messageIds: [messageId] }],
    ['lock.release', { lockId, fence }],
    ['lock.renew', { lockId, fence }],
    ['question.withdraw', { questionId }],
    ['task.start', task],
    ['task.progress', { ...task, progress: 50 }],
    ['task.complete', { ...task, result: { summary: 'x' } }],
    ['task.fail', { ...task, reason: 'x' }],
    ['task.block', { ...task, reason: 'x' }],
    ['task.submit', { ...task, result: { summary: 'x' } }],
    ['checkpoint.save', { ...task, note: 'x' }],
  ];
}

/** What she may and people may, but no other agent. */
export const forHerAndPeople = ({ lockId, fence, taskId }: Victim, other: string): readonly Order[] => [
  ['lock.transfer', { lockId, fence, to: other }],
  ['task.update', { taskId, maxAttempts: 9 }],
  ['task.cancel', { taskId, reason: 'x' }],
  ['task.assign', { taskId, agentId: other }],
];

/** What only people may do to her, and only an admin to the hub, with inputs that are right. */
export const forPeople = ({ lockId, questionId }: Victim): readonly Order[] => [
  ['directive.send', { to: 'alice', action: 'say', body: 'x' }],
  ['directive.send', { to: 'all', action: 'pause' }],
  ['agent.evict', { agentId: 'alice', reason: 'x' }],
  ['lock.forceRelease', { lockId, reason: 'x' }],
  ['question.answer', { questionId, body: 'x' }],
];
export const forAdmins = (tokenId: string): readonly Order[] => [
  ['project.update', { name: 'x' }],
  ['project.create', { id: 'taken-over' }],
  ['project.remove', {}],
  ['token.create', { role: 'admin', name: 'x' }],
  ['token.link', { role: 'admin', name: 'x' }],
  ['token.list', {}],
  ['token.revoke', { tokenId }],
];

/** All of it as the hub shows it, without the times that pass. */
export async function stateOf(cast: Cast, { directiveId, messageId, taskId }: Victim): Promise<string> {
  const read = (command: string, input: object): Promise<unknown> => cast.must(command, input, cast.owner);
  const shown = [
    await read('agent.get', { agentId: 'alice' }),
    await read('lock.list', {}),
    await read('directive.get', { directiveId }),
    await read('message.get', { messageIds: [messageId] }),
    await read('question.list', {}),
    await read('task.get', { taskId }),
  ];
  return JSON.stringify(shown, (key, value: unknown) =>
    /At$|Clock$|Ms$|^(rev|seq|epoch|stalled)$/.test(key) ? undefined : value,
  );
}
