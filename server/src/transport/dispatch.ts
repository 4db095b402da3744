import { type CommandDeclaration, rolesAllowed } from '@signalbox/shared/command';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import type { AccessRole } from '@signalbox/shared/records/hub';
import { heartbeat, registerAgent } from '../commands/agent-commands.ts';
import { type Answer, answered, type Call, failed, submission } from '../commands/call.ts';
import { HUB_COMMANDS, type HubServices } from '../commands/hub-commands.ts';
import { noteOutcome, refuseLoop } from '../commands/loops.ts';
import { parseInput } from '../commands/parse.ts';
import { type QueryServices, runQuery } from '../commands/query.ts';
import type { Decision } from '../domain/decision.ts';
import { DECISIONS } from '../domain/decisions.ts';
import { wholeReply } from '../domain/whole.ts';
import type { Projects } from '../project.ts';
import { declarationOf } from './declarations.ts';
import { findProject } from './find-project.ts';
import type { Principal } from './principal.ts';

/**
 * While Redis is away so many may wait to read one ledger. Answered in time or not, they stay until it is back; internal
 * readers are few, and never refused.
 */
const MAX_READERS = 20_000;

/** One command from any face, before anything about it was checked. */
export interface CommandRequest {
  project: string;
  command: string;
  /** As it came: parsed JSON, maybe with `requestId`. */
  input: unknown;
  /** Size of the encoded input. */
  bytes: number;
  principal: Principal;
  /** The registered agent the caller speaks as. */
  agent: { agentId: string; connection: number } | undefined;
  /** Answer only from state at least this new. */
  seen: { epoch: number; seq: number } | undefined;
  /** How the caller is connected, for `agent.register`. */
  via: 'socket' | 'http';
}

/** Checks, decides and answers commands, at once where nothing is waited for; the same for every face. Never rejects. */
export type Dispatch = (request: CommandRequest) => Promise<Answer> | Answer;

export interface DispatchOptions extends Omit<HubServices, 'hub'>, Omit<QueryServices, 'hub'> {
  projects: Projects;
  durability(): string;
  onThrow(command: string, error: unknown): void;
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { projects } = options;
  const hubServices: HubServices = { ...options, hub: projects.hub.ledger };
  const queryServices: QueryServices = { ...options, hub: projects.hub };

  const run = (call: Call): Promise<Answer> | Answer => {
    const { declaration } = call;
    if (declaration.kind === 'read') return runQuery(call, queryServices);
    if (declaration.name === 'agent.register') return registerAgent(call, options.durability());
    if (declaration.name === 'agent.heartbeat') return heartbeat(call);
    const hubCommand = HUB_COMMANDS[declaration.name];
    return hubCommand === undefined ? decide(call) : hubCommand(call, hubServices);
  };

  const perform = (call: Call): Promise<Answer> | Answer => {
    const { declaration, project } = call;
    const { ledger } = declaration.scope === 'hub' ? projects.hub : project;
    if (ledger.readers >= MAX_READERS) return failed(crowded());
    noteBeat(call);
    const thrown = (error: unknown): Answer => {
      options.onThrow(declaration.name, error);
      return failed(refuse('INTERNAL', 'The hub failed to answer this; its log says why.'));
    };
    try {
      const answer = run(call);
      return answer instanceof Promise ? answer.catch(thrown) : answer;
    } catch (error) {
      return thrown(error);
    }
  };

  return (request) => {
    const call = admit(projects, request);
    if (!isRefusal(call)) return perform(call);
    if (call.refused.code !== 'NOT_FOUND' || projects.get(request.project) !== undefined) return failed(call);
    // Another node may have created the project a moment ago.
    return findProject(projects, request.project).then((found) => {
      if (isRefusal(found)) return failed(found.refused.code === 'NOT_FOUND' ? call : found);
      const again = admit(projects, request);
      return isRefusal(again) ? failed(again) : perform(again);
    });
  };
}

/** Any command is a heartbeat, but only of the connection that stands in the record: a made-up one drowns nobody. */
function noteBeat({ project, caller, via }: Call): void {
  // Of a socket every frame counts, and was noted when it came.
  if (caller.kind !== 'agent' || via === 'socket') return;
  const { agentId, connection } = caller;
  void project.ledger.read((view) => {
    if (view.get('agent', agentId)?.connection === connection) project.presence.beat(agentId, connection);
  });
}

/** The way of most commands: decided over the records of the project. */
function decide(call: Call): Promise<Answer> | Answer {
  const slowed = refuseLoop(call);
  if (slowed !== undefined) return failed(slowed);
  const decision = DECISIONS[call.declaration.name as keyof typeof DECISIONS] as Decision<
    unknown,
    Record<string, unknown>
  >;
  const { ledger } = call.project;
  return ledger.execute(submission(call, decision, call.parsed.input)).then((settled) => {
    noteOutcome(call, settled);
    return settled.ok && 'task' in settled.reply
      ? // A reply about one task carries its long text, which the ledger keeps apart.
        ledger.read((view) => answered({ ...settled, reply: wholeReply(view, settled.reply) }))
      : answered(settled);
  });
}

/** Permission first, then input. */
function admit(projects: Projects, request: CommandRequest): Call | Refusal {
  const { principal, agent } = request;
  const declaration = declarationOf(request.command);
  if (declaration === undefined)
    return refuse('NOT_FOUND', `There is no command ${request.command}; /openapi.json lists them.`);
  // Whoever speaks as an agent may do what agents may, whatever else the token would allow.
  const role = agent === undefined || principal.role === 'viewer' ? principal.role : 'agent';
  if (!rolesAllowed(declaration.access).includes(role))
    return refuse(
      'FORBIDDEN',
      `${declaration.name} needs the role ${rolesAllowed(declaration.access).join(' or ')}; yours is ${role}.`,
    );
  if (
    principal.project !== undefined &&
    principal.project !== request.project &&
    !isOpenToAll(request.project, declaration)
  )
    return refuse('FORBIDDEN', `Your token is for the project ${principal.project}.`);
  const project = projects.get(request.project) ?? (declaration.name === 'project.create' ? projects.hub : undefined);
  if (project === undefined)
    return refuse('NOT_FOUND', `There is no project ${request.project}; create it with project.create.`);
  const notOfHub = request.project === HUB_PROJECT ? refuseOfHub(declaration, role) : undefined;
  if (notOfHub !== undefined) return notOfHub;
  const parsed = parseInput(declaration, request.input, request.bytes);
  if (isRefusal(parsed)) return parsed;
  if (agent === undefined && needsAgent(declaration, role)) return notAnAgent();
  return {
    declaration,
    project,
    address: request.project,
    caller:
      agent === undefined
        ? { kind: 'person', name: principal.name, role: principal.role }
        : { kind: 'agent', ...agent },
    parsed,
    via: request.via,
    tokenId: principal.tokenId,
    onlyAgent: principal.agentId,
    onlyProject: principal.project,
    seen: request.seen,
  };
}

function refuseOfHub({ scope, ofHub, name }: CommandDeclaration, role: AccessRole): Refusal | undefined {
  if (scope === 'hub') return undefined;
  if (ofHub === undefined) return refuse('NOT_FOUND', `${HUB_PROJECT} is the hub's own; name a project.`);
  const allowed = rolesAllowed(ofHub);
  return allowed.includes(role)
    ? undefined
    : refuse('FORBIDDEN', `${name} of ${HUB_PROJECT} needs the role ${allowed.join(' or ')}; yours is ${role}.`);
}

/** What there is on the hub; the query shows everybody his own part of it. */
const isOpenToAll = (project: string, { scope, kind, access }: CommandDeclaration): boolean =>
  project === HUB_PROJECT && scope === 'hub' && kind === 'read' && access === 'viewer';

/** Reading needs no registration; what an agent writes is written in its name. */
const needsAgent = (declaration: CommandDeclaration, role: string): boolean =>
  declaration.identity === 'agent' ||
  (role === 'agent' &&
    declaration.access === 'member' &&
    declaration.kind === 'write' &&
    declaration.name !== 'agent.register');

const notAnAgent = (): Refusal =>
  refuse(
    'BAD_INPUT',
    'Only a registered agent can do this; call agent.register first and send its connection (over HTTP in the header Signalbox-Connection).',
  );

const crowded = (): Refusal =>
  refuse(
    'OVERLOADED',
    'Too many wait for the ledger to be read, since Redis does not answer; send it again after the delay.',
  );
