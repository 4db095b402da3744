import { welcome as welcomeSchema } from '@signalbox/shared/commands/agent';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { Project, Projects } from '../project.ts';
import { actorKey } from './actor-key.ts';
import { admitAgent } from './agent-handshake.ts';
import { type AgentNamespaceServer, AgentSession, type AgentSocket } from './agent-session.ts';
import type { Auth } from './auth.ts';
import type { Dispatch } from './dispatch.ts';
import { answered, reconnectAfterMs } from './draining.ts';
import type { Gate } from './gate.ts';
import { HandshakeRefused } from './handshake-refused.ts';
import { ProjectAgents } from './project-agents.ts';
import type { SettleInTime } from './settle-in-time.ts';
import type { SignIn } from './sign-in.ts';
import { failed, readEvent, type SocketCommand } from './socket-commands.ts';

const LOOK_FOR_UNACKED_EVERY_MS = 5_000;

export interface AgentNamespaceOptions {
  namespace: AgentNamespaceServer;
  projects: Projects;
  dispatch: Dispatch;
  auth: Auth;
  signIn: SignIn;
  gate: Gate;
  inTime: SettleInTime;
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
  readonly #offClosed: () => void;
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
    this.#offClosed = options.projects.onClosed((project) => this.#projectClosed(project));
    this.#timer = setInterval(() => {
      for (const agents of this.#projects.values()) agents.redeliver();
    }, LOOK_FOR_UNACKED_EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#offRevoked();
    this.#offClosed();
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

  /** Whoever comes back is told that there is no such project. */
  #projectClosed(project: Project): void {
    const agents = this.#projects.get(project);
    if (agents === undefined) return;
    this.#projects.delete(project);
    agents.close();
    for (const { socket } of [...agents.sessions]) socket.conn.close();
  }

  *#sessions(): Iterable<AgentSession> {
    for (const agents of this.#projects.values()) yield* agents.sessions;
  }

  #agentsOf(project: Project): ProjectAgents {
    const known = this.#projects.get(project);
    if (known !== undefined) return known;
    const agents = new ProjectAgents(project, (sessions) => void this.#drain(sessions));
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
    const { auth, address, headers } = socket.handshake;
    const { signIn, projects, gate } = this.#options;
    const admitted = await admitAgent(auth, { signIn, projects, origin: { address, headers } });
    if (isRefusal(admitted)) return admitted;
    const { principal, project, handshake } = admitted;
    const notNow = gate.refuseRegistration(actorKey(principal));
    if (notNow !== undefined) return notNow;
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
    const agents = this.#agentsOf(project);
    const { id } = handshake.agent;
    const welcome = welcomeSchema.parse({ ...answer, cutOff: agents.takeCutOff(id) });
    const session = new AgentSession({
      socket,
      principal,
      welcome,
      seen,
      onThrow: this.#options.onThrow,
      inTime: this.#options.inTime,
      monotonic: this.#monotonic,
      onDelivered: (directiveId) => agents.delivered(welcome.agentId, welcome.connection, directiveId),
    });
    socket.data.session = session;
    agents.add(session);
    const end = (reason = ''): void => this.#ended(project, session, reason);
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
    // Goes no further than here: nobody listens to single events.
    socket.use((frame) => {
      this.#heard(project, session);
      const event = readEvent(frame, this.#options.bytesOf);
      session.lane.take(event, () => this.#run(session, event));
    });
    void this.#agentsOf(project).start(session);
  }

  /** A connection that drains since another epoch began is its agent's only while the records still name it. */
  #heard({ ledger, presence }: Project, { agentId, connection, epoch }: AgentSession): void {
    if (epoch === ledger.epoch) presence.beat(agentId, connection);
    else
      void ledger.read((view) => {
        if (view.get('agent', agentId)?.connection === connection) presence.beat(agentId, connection);
      });
  }

  #run(session: AgentSession, { name, input, bytes, malformed }: SocketCommand): Promise<object> | object {
    const refusal = this.#options.gate.refuse(`${session.project}/${session.agentId}`, name) ?? malformed;
    if (refusal !== undefined) return failed(refusal);
    if (name === 'agent.register')
      return failed(
        refuse(
          'INVALID_STATE',
          `This connection is registered as ${session.agentId} already; open another one for another agent.`,
        ),
      );
    return this.#options.dispatch({
      project: session.project,
      command: name,
      input,
      bytes,
      principal: session.principal,
      agent: { agentId: session.agentId, connection: session.connection },
      seen: session.seen,
      via: 'socket',
    });
  }

  /** The socket is gone, however that came about; called twice, does it once. */
  #ended(project: Project, session: AgentSession, reason: string): void {
    const agents = this.#projects.get(project);
    if (agents?.remove(session) !== true) return;
    if (session.wasSlow(reason)) agents.wasSlow(session.agentId);
    if (this.#drained.has(session)) project.presence.drained(session.agentId, session.connection);
    else project.presence.closed(session.agentId, session.connection);
    this.#options.onPresenceChange(project.id, session.agentId);
  }
}
