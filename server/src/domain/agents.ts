import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { AgentProfile, AgentRecord } from '@signalbox/shared/records/agent';
import { HEARTBEAT_DEFAULT_MS, HOUR_MS } from '@signalbox/shared/time';
import { deriveAgent } from './agent-state.ts';
import { clearAlarm, raiseAlarm } from './alarms.ts';
import type { Context, Decision, DecisionOf } from './decision.ts';
import { callingAgent } from './fence.ts';
import { Load } from './load.ts';
import { spend } from './spending.ts';
import { endAttempt, loseTask, requeue } from './task-state.ts';
import type { Draft } from './view.ts';
import { dropWaiter } from './waiters.ts';

/** A live connection taken over twice within this time means two processes that fight for one id. */
const TAKEOVER_AGAIN_MS = 5_000;

export interface Registration {
  profile: AgentProfile;
  via: 'socket' | 'http';
  /** Undefined for the owner's token, which has no id. */
  tokenId?: string | undefined;
}

/** Registers or reconnects an agent; its connection is the seq of this transaction. */
export const decideRegister: Decision<Registration, { agent: AgentRecord }> = (
  draft,
  { profile, via, tokenId },
  context,
) => {
  const before = draft.get('agent', profile.id);
  const known = before !== undefined && before.state !== 'left' ? before : undefined;
  const live = known?.connected === true && known.presence === 'present';
  const same = known?.instance !== undefined && known.instance === profile.instance && known.tokenId === tokenId;
  const refusal = live && known !== undefined ? checkTakeover(known, { profile, same }, context) : undefined;
  if (refusal !== undefined) return refusal;
  // Another process under the same id: whatever the old one was doing has ended with it.
  const replaced = known !== undefined && !same;
  if (replaced && known.instance !== undefined) replaceProcess(draft, known, context);
  if (known?.presence === 'lost') clearAlarm(draft, 'AGENT_LOST', profile.id);
  const fresh: AgentRecord = {
    ...describe(profile, replaced ? undefined : known),
    kind: 'agent',
    id: profile.id,
    rev: context.seq,
    via,
    tokenId,
    state: 'idle',
    stateAt: known?.stateAt ?? context.at,
    stalled: false,
    presence: 'present',
    paused: known?.paused ?? false,
    draining: known?.draining,
    connected: true,
    connection: context.seq,
    node: context.node,
    takeoverClock: live ? context.clock : known?.takeoverClock,
    evidenceAt: known?.evidenceAt,
    taskIds: [],
    ...pickHistory(draft.get('agent', profile.id)),
    ...pickDone(before, context.at),
    registeredAt: known?.registeredAt ?? context.at,
  };
  const agent = draft.put(fresh);
  const derived = deriveAgent(draft, agent);
  return {
    agent: draft.put({ ...agent, ...derived, stateAt: derived.state === known?.state ? agent.stateAt : context.at }),
  };
};

function checkTakeover(
  known: AgentRecord,
  { profile, same }: { profile: AgentProfile; same: boolean },
  context: Context,
): Refusal | undefined {
  if (!same && profile.takeover !== true) {
    const where =
      [known.host, known.pid !== undefined && `pid ${known.pid}`].filter(Boolean).join(', ') || 'an unnamed process';
    const ageS = Math.round((context.at - known.registeredAt) / 1_000);
    return refuse(
      'CONFLICT',
      `${known.id} is connected from ${where}, registered ${ageS} s ago. Choose another id, or set takeover: true if that process is yours.`,
      {
        details: { host: known.host, pid: known.pid, ageMs: context.at - known.registeredAt },
      },
    );
  }
  const since = known.takeoverClock === undefined ? Infinity : context.clock - known.takeoverClock;
  if (since >= TAKEOVER_AGAIN_MS) return undefined;
  return refuse(
    'RATE_LIMITED',
    `${known.id} was taken over ${Math.round(since)} ms ago; are two processes fighting for this id?`,
    { retryAfterMs: TAKEOVER_AGAIN_MS - since },
  );
}

const describe = (profile: AgentProfile, known: AgentRecord | undefined) => ({
  name: profile.name,
  role: profile.role,
  capabilities: profile.capabilities ?? [],
  instance: profile.instance,
  client: profile.client,
  version: profile.version,
  host: profile.host,
  pid: profile.pid,
  cwd: profile.cwd,
  branch: profile.branch,
  links: profile.links,
  accepts: profile.accepts ?? 'push',
  maxTasks: profile.maxTasks ?? 1,
  heartbeatEveryMs: profile.heartbeatEveryMs ?? HEARTBEAT_DEFAULT_MS,
  activity: known?.activity,
  activityAt: known?.activityAt,
  usage: known?.usage,
});

export const decideHeartbeat: DecisionOf<'agent.heartbeat'> = (draft, { activity, usage }, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const said = activity === undefined ? {} : { activity, activityAt: context.at };
  if (usage !== undefined) spend(draft, agent.usage, usage);
  return { state: draft.put({ ...agent, ...said, usage: usage ?? agent.usage }).state };
};

export const decideAgentUpdate: DecisionOf<'agent.update'> = (draft, input, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  const said = input.activity === undefined ? {} : { activity: input.activity, activityAt: context.at };
  const { capabilities = agent.capabilities, maxTasks = agent.maxTasks, links = agent.links } = input;
  return { agent: draft.put({ ...agent, ...said, capabilities, maxTasks, links }) };
};

export const decideLeave: DecisionOf<'agent.leave'> = (draft, { reason }, context) => {
  const agent = callingAgent(draft, context);
  if (isRefusal(agent)) return agent;
  depart(draft, agent, { releaseLocks: true, reason }, context);
  return {};
};

export const decideEvict: DecisionOf<'agent.evict'> = (draft, { agentId, reason, releaseLocks = true }, context) => {
  const agent = draft.get('agent', agentId);
  if (agent === undefined || agent.state === 'left')
    return refuse('NOT_FOUND', `There is no agent ${agentId} in this project.`);
  return { agent: depart(draft, agent, { releaseLocks, reason }, context) };
};

interface Departure {
  releaseLocks: boolean;
  reason: string | undefined;
}

/** Gone on purpose: its tasks go back in line, its claims and questions end with it. */
function depart(draft: Draft, agent: AgentRecord, { releaseLocks, reason }: Departure, context: Context): AgentRecord {
  for (const task of draft.tasksOf(agent.id)) {
    // Without an assignee its locks stay: whoever is taken out may still be writing.
    const ended = endAttempt(draft, releaseLocks ? task : { ...task, assignee: null }, 'left', context);
    requeue(draft, { ...ended, reason });
  }
  abandonClaims(draft, agent);
  if (releaseLocks) for (const lock of draft.locksOf(agent.id)) draft.remove('lock', lock.id);
  withdrawQuestions(draft, agent);
  clearAlarm(draft, 'AGENT_LOST', agent.id);
  return draft.put({
    ...agent,
    presence: 'left',
    state: 'left',
    stateAt: context.at,
    connected: false,
    taskIds: [],
    waitingFor: undefined,
  });
}

function replaceProcess(draft: Draft, agent: AgentRecord, context: Context): void {
  abandonWork(draft, agent, context);
  withdrawQuestions(draft, agent);
}

/** Nobody waits for the answers any more. */
export function withdrawQuestions(draft: Draft, agent: AgentRecord): void {
  for (const question of draft.openQuestionsOf(agent.id)) {
    clearAlarm(draft, 'ASK_LATE', question.id);
    draft.put({ ...question, state: 'withdrawn' });
  }
}

function abandonWork(draft: Draft, agent: AgentRecord, context: Context): void {
  for (const task of draft.tasksOf(agent.id)) loseTask(draft, task, context);
  abandonClaims(draft, agent);
}

function abandonClaims(draft: Draft, agent: AgentRecord): void {
  for (const waiter of draft.waitersOf(agent.id)) dropWaiter(draft, waiter);
}

/** What the presence of this connection has become. Only a change is a transaction. */
export interface PresenceChange {
  agentId: string;
  connection: number;
  presence: 'present' | 'late' | 'lost';
  connected: boolean;
}

export const decidePresence: Decision<PresenceChange, Record<string, never>> = (draft, change, context) => {
  const agent = draft.get('agent', change.agentId);
  if (agent === undefined || agent.connection !== change.connection || agent.presence === 'left') return {};
  if (agent.presence === change.presence && agent.connected === change.connected) return {};
  if (change.presence === 'lost' && agent.presence !== 'lost') loseAgent(draft, agent, context);
  if (change.presence === 'present' && agent.presence === 'lost') clearAlarm(draft, 'AGENT_LOST', agent.id);
  const now = draft.get('agent', agent.id) ?? agent;
  draft.put({ ...now, presence: change.presence, connected: change.connected });
  return {};
};

/** Its tasks go to others and its claims end; what it holds stays locked until the lease ends, for it may still write. */
function loseAgent(draft: Draft, agent: AgentRecord, context: Context): void {
  const tasks = draft.tasksOf(agent.id);
  const locks = draft.locksOf(agent.id);
  abandonWork(draft, agent, context);
  if (tasks.length === 0 && locks.length === 0) return;
  const held = [
    tasks.length > 0 && `had ${tasks.map((task) => task.id).join(', ')}`,
    locks.length > 0 && `held ${locks.length === 1 ? (locks[0]?.paths.join(', ') ?? '') : `${locks.length} locks`}`,
  ].filter(Boolean);
  raiseAlarm(draft, context, {
    code: 'AGENT_LOST',
    subject: { kind: 'agent', id: agent.id },
    summary: `${agent.id} is lost; it ${held.join(' and ')}`,
  });
}

/** Sockets end with the node that carried them, whatever the records say. What is too many for once is noticed again. */
export const decideDisconnected: Decision<{ nodes: readonly string[] }, Record<string, never>> = (draft, { nodes }) => {
  const load = new Load();
  for (const agent of draft.presentAgents()) {
    if (load.isFull) break;
    if (agent.via === 'socket' && agent.connected && nodes.includes(agent.node))
      load.add(draft.put({ ...agent, connected: false }));
  }
  return {};
};

/** The agent with `add` more tasks done in this hour, and what is older than a day forgotten. */
export const withDone = (agent: AgentRecord, add: number, at: number): AgentRecord => {
  const hour = Math.floor(at / HOUR_MS);
  const kept = agent.doneByHour.filter(([of]) => of > hour - 24);
  const now = (kept.find(([of]) => of === hour)?.[1] ?? 0) + add;
  const doneByHour = now === 0 ? kept : [...kept.filter(([of]) => of !== hour), [hour, now] satisfies [number, number]];
  return { ...agent, doneByHour, doneLast24h: doneByHour.reduce((sum, [, n]) => sum + n, 0) };
};

/** What it has shown so far: an id keeps it over processes, and over leaving. */
const pickHistory = (known: AgentRecord | undefined) => ({
  score: known?.score ?? { value: null, n: 0 },
  points: known?.points,
  recentFolders: known?.recentFolders,
});

function pickDone(before: AgentRecord | undefined, at: number): Pick<AgentRecord, 'doneByHour' | 'doneLast24h'> {
  if (before === undefined) return { doneByHour: [], doneLast24h: 0 };
  const { doneByHour, doneLast24h } = withDone(before, 0, at);
  return { doneByHour, doneLast24h };
}

/** Counts of the last day shrink without anybody doing anything. */
export const hasDoneToForget = (agent: AgentRecord, at: number): boolean =>
  agent.state !== 'left' && withDone(agent, 0, at).doneLast24h !== agent.doneLast24h;

/** Internal: forgets it, of as many agents as one transaction takes. */
export const decideForgetDone: Decision<Record<string, never>, Record<string, never>> = (draft, _input, { at }) => {
  const load = new Load();
  for (const agent of draft.presentAgents()) {
    if (load.isFull) break;
    if (hasDoneToForget(agent, at)) load.add(draft.put(withDone(agent, 0, at)));
  }
  return {};
};
