import { welcome as welcomeSchema } from '@signalbox/shared/commands/agent';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { Project, Projects } from '../project.ts';
import { admitAgent } from './agent-handshake.ts';
import { type AgentNamespaceServer, AgentSession, type AgentSocket } from './agent-session.ts';
import type { Auth } from './auth.ts';
import { CommandLane } from './command-lane.ts';
import type { Dispatch } from './dispatch.ts';
import { answered, reconnectAfterMs } from './draining.ts';
import { HandshakeRefused } from './handshake-refused.ts';
import { ProjectAgents } from './project-agents.ts';
import { type RateLimit, tooFast } from './rate-limit.ts';
import { failed, readEvent } from './socket-commands.ts';

const LOOK_FOR_UNACKED_EVERY_MS = 5_000;

export interface AgentNamespaceOptions {
  namespace: AgentNamespaceServer;
  projects: Projects;
  dispatch: Dispatch;
  auth: Auth;
  rateLimit: RateLimit;
  bytesOf(input: unknown): number;
  onPresenceChange(projectId: string, agentId: string): void;
  /** Something threw that never should; says what the client is told. */
  onThrow(where: string, error: unknown): Refusal;
  monotonic?: () => number;
}

/** Agents on sockets: registration by handshake, commands in, pushes out. */
export class AgentNamespace {
  readonly #options: AgentNamespaceOptions;
  readonly #monotonic: () => number;
  readonly #projects = new Map<Project, ProjectAgents>();
  readonly #offRevoked: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Sockets this node closes itself say nothing about their agents. */
  readonly #drained = new WeakSet<AgentSession>();

  constructor(options: AgentNamespaceOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    options.namespace.use((socket, next) => void this.#letIn(socket, next));
    options.namespace.on('connection', (socket) => this.#connected(socket));
    this.#offRevoked = options.auth.onRevoked((tokenId) => {
      for (const session of this.#sessions()) if (session.principal.tokenId === tokenId) session.socket.conn.close();
    });
    this.#timer = setInterval(() => {
      for (const agents of this.#projects.values()) agents.redeliver();
    }, LOOK_FOR_UNACKED_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#offRevoked();
    for (const agents of this.#projects.values()) agents.close();
  }

  /** The hub stops: every agent is told when to come back. */
  async drain(): Promise<void> {
    await this.#drain([...this.#sessions()]);
  }

  async #drain(sessions: readonly AgentSession[]): Promise<void> {
    for (const session of sessions) {
      this.#drained.add(session);
      session.socket.emit('draining', { reconnectAfterMs: reconnectAfterMs(sessions.length) });
    }
    await answered(sessions.map(({ lane }) => lane));
    // Not a disconnect of the namespace: after that, most clients would stay away for good.
    for (const { socket } of sessions) socket.conn.close();
  }

  *#sessions(): Iterable<AgentSession> {
    for (const agents of this.#projects.values()) yield* agents.sessions;
  }

  #agentsOf(project: Project): ProjectAgents {
    const known = this.#projects.get(project);
    if (known !== undefined) return known;
    const agents = new ProjectAgents(project, (sessions) => void this.#drain([...sessions]));
    this.#projects.set(project, agents);
    return agents;
  }

  async #letIn(socket: AgentSocket, decide: (refused?: HandshakeRefused) => void): Promise<void> {
    let refusal: Refusal | undefined;
    try {
      refusal = await this.#register(socket);
    } catch (error) {
      refusal = this.#options.onThrow('agent handshake', error);
    }
    decide(refusal === undefined ? undefined : new HandshakeRefused(refusal));
  }

  async #register(socket: AgentSocket): Promise<Refusal | undefined> {
    const admitted = admitAgent(socket.handshake.auth, {
      tokens: this.#options.auth,
      projects: this.#options.projects,
    });
    if (isRefusal(admitted)) return admitted;
    const { principal, project, handshake } = admitted;
    const { seen } = handshake;
    const answer = await this.#options.dispatch({
      project: project.id,
      command: 'agent.register',
      input: handshake.agent,
      bytes: 0,
      principal,
      agent: undefined,
      seen,
      via: 'socket',
    });
    if (!answer.ok) return { refused: answer.error };
    const welcome = welcomeSchema.parse(answer);
    const agents = this.#agentsOf(project);
    const session = new AgentSession({
      socket,
      principal,
      welcome,
      seen,
      lane: new CommandLane(socket.conn, this.#options.onThrow),
      monotonic: this.#monotonic,
      onDelivered: (directiveId) => agents.delivered(welcome.agentId, welcome.connection, directiveId),
    });
    socket.data.session = session;
    agents.add(session);
    const end = (): void => this.#ended(project, session);
    socket.once('disconnect', end);
    socket.conn.once('close', end);
    const isCurrent = this.#options.auth.isCurrent(principal);
    if (isCurrent && socket.conn.readyState === 'open') return undefined;
    end();
    return isCurrent
      ? refuse('TIMEOUT', 'The connection closed during the handshake.')
      : refuse('UNAUTHENTICATED', 'This token was revoked; ask an admin of the hub for another.');
  }

  #connected(socket: AgentSocket): void {
    const { session } = socket.data;
    const project = session === undefined ? undefined : this.#options.projects.get(session.project);
    if (session === undefined || project === undefined) return void socket.disconnect();
    socket.onAny((name: string, ...args: unknown[]) => {
      project.presence.beat(session.agentId, session.connection);
      const event = readEvent(name, args);
      if ('refusal' in event) return event.answer(failed(event.refusal));
      session.lane.take(event, () => this.#run(session, event.name, event.input));
    });
    void this.#agentsOf(project).start(session);
  }

  async #run(session: AgentSession, command: string, input: unknown): Promise<object> {
    const afterMs = this.#options.rateLimit.take(`${session.project}/${session.agentId}`);
    if (afterMs > 0) return failed(tooFast(afterMs));
    if (command === 'agent.register')
      return failed(
        refuse(
          'INVALID_STATE',
          `This connection is registered as ${session.agentId} already; open another one for another agent.`,
        ),
      );
    return this.#options.dispatch({
      project: session.project,
      command,
      input,
      bytes: this.#options.bytesOf(input),
      principal: session.principal,
      agent: { agentId: session.agentId, connection: session.connection },
      seen: session.seen,
      via: 'socket',
    });
  }

  /** The socket is gone, however that came about; called twice, does it once. */
  #ended(project: Project, session: AgentSession): void {
    if (!this.#agentsOf(project).remove(session)) return;
    if (this.#drained.has(session)) project.presence.drained(session.agentId, session.connection);
    else project.presence.closed(session.agentId, session.connection);
    this.#options.onPresenceChange(project.id, session.agentId);
  }
}
