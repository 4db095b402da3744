import { createHash } from 'node:crypto';
import { refuse } from '@signalbox/shared/errors';
import type { AgentProfile, AgentRecord } from '@signalbox/shared/records/agent';
import { LEASE_DEFAULT_MS, lateAfterMs, lostAfterMs } from '@signalbox/shared/time';
import { decideHeartbeat, decideRegister } from '../domain/agents.ts';
import { wholeMessage, wholeTask } from '../domain/whole.ts';
import type { Settled } from '../ledger/submission.ts';
import type { Project } from '../project.ts';
import { type Answer, type Call, failed, inputOf, submission } from './call.ts';

const PENDING_MESSAGES = 100;
/** Answers are not acknowledged: a caller that beats at its pace sees each at least once in this time. */
const ANSWERS_FOR_MS = 10 * 60_000;

export async function registerAgent(call: Call, durability: string): Promise<Answer> {
  const { project, onlyAgent } = call;
  const profile = inputOf(call, 'agent.register');
  if (onlyAgent !== undefined && onlyAgent !== profile.id)
    return failed(refuse('FORBIDDEN', `Your token is for the agent ${onlyAgent}, not for ${profile.id}.`));
  const settled = await project.ledger.execute({
    ...submission(call, decideRegister, { profile: sealed(profile), via: call.via, tokenId: call.tokenId }),
    // Whatever token it came with, this is the agent's own act: in the log it stands under its name.
    caller: { kind: 'newcomer', agentId: profile.id },
    ...(profile.takeover === true && { reason: 'takeover: true' }),
  });
  if (!settled.ok) return settled;
  const { agent } = settled.reply;
  project.presence.beat(agent.id, agent.connection);
  return { ok: true, ...welcome(project, agent, settled), durability };
}

/** Everybody may read an agent's record, and whoever knew the instance of a process could pass for it. */
function sealed({ instance, ...said }: AgentProfile): AgentProfile {
  if (instance === undefined) return said;
  return { ...said, instance: createHash('sha256').update(instance).digest('base64url') };
}

const welcome = (project: Project, agent: AgentRecord, { epoch, seq }: { epoch: number; seq: number }) => ({
  project: project.id,
  agentId: agent.id,
  node: project.ledger.node,
  connection: agent.connection,
  epoch,
  seq,
  clock: project.ledger.now(),
  serverTime: Date.now(),
  heartbeatEveryMs: agent.heartbeatEveryMs,
  lateAfterMs: lateAfterMs(agent.heartbeatEveryMs),
  lostAfterMs: lostAfterMs(agent.heartbeatEveryMs),
  leaseMs: LEASE_DEFAULT_MS,
  protocol: 1,
});

/** A plain heartbeat touches no ledger: presence has noted it before we came here. */
export function heartbeat(call: Call): Promise<Answer> | Answer {
  const { project, caller, via } = call;
  if (caller.kind !== 'agent') throw new Error('a heartbeat needs an agent');
  const { ledger } = project;
  const { activity, usage } = inputOf(call, 'agent.heartbeat');
  const agent =
    activity === undefined && usage === undefined ? ledger.resting?.get('agent', caller.agentId) : undefined;
  if (via === 'socket' && agent?.connection === caller.connection && agent.state !== 'left')
    return { ok: true, epoch: ledger.epoch, seq: ledger.seq, state: agent.state };
  return fullHeartbeat(call);
}

/** One that says something, was sent over HTTP, or has to wait for the batch on the wire. */
async function fullHeartbeat(call: Call): Promise<Answer> {
  const { project, caller, via } = call;
  if (caller.kind !== 'agent') throw new Error('a heartbeat needs an agent');
  const { ledger } = project;
  const { activity, usage } = inputOf(call, 'agent.heartbeat');
  const agent = await ledger.read((view) => view.get('agent', caller.agentId));
  const silent =
    sameJson(activity ?? agent?.activity, agent?.activity) && sameJson(usage ?? agent?.usage, agent?.usage);
  const settled: Settled<Record<string, unknown>> =
    silent && agent?.connection === caller.connection && agent.state !== 'left'
      ? { ok: true, epoch: ledger.epoch, seq: ledger.seq, reply: { state: agent.state } }
      : await ledger.execute(submission(call, decideHeartbeat, { activity, usage }));
  if (!settled.ok) return settled;
  const { epoch, seq, reply } = settled;
  return {
    ok: true,
    epoch,
    seq,
    ...reply,
    ...(via === 'http' && { pending: await pendingFor(project, caller.agentId) }),
  };
}

const sameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What a socket would have been pushed. */
const pendingFor = (project: Project, agentId: string) =>
  project.ledger.read((view) => {
    const since = Date.now() - ANSWERS_FOR_MS;
    const task = view.tasksOf(agentId)[0];
    return {
      messages: view
        .unackedOf(agentId)
        .slice(0, PENDING_MESSAGES)
        .map((message) => wholeMessage(view, message)),
      directives: view.openReceiptsOf(agentId).flatMap(({ directiveId }) => view.get('directive', directiveId) ?? []),
      answers: [...view.values('question')].filter(
        (question) => question.from === agentId && question.answer !== undefined && question.answer.at > since,
      ),
      locks: view.locksOf(agentId),
      ...(task !== undefined && { task: wholeTask(view, task) }),
    };
  });
