import type { CommandDeclaration } from '@signalbox/shared/command';
import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { type Cursor, controlHandshake, type SubscribeAnswer, subscribeInput } from '@signalbox/shared/protocol';
import { badInput } from '../commands/parse.ts';
import type { Project, Projects } from '../project.ts';
import { actorKey } from './actor-key.ts';
import type { Auth } from './auth.ts';
import { CommandLane } from './command-lane.ts';
import { declarationOf } from './declarations.ts';
import type { Dispatch } from './dispatch.ts';
import { answered, reconnectAfterMs } from './draining.ts';
import { Feed } from './feed.ts';
import { findProject } from './find-project.ts';
import type { Gate } from './gate.ts';
import { HandshakeRefused } from './handshake-refused.ts';
import { refuseLargeHandshake } from './handshake-size.ts';
import { Outbox } from './outbound.ts';
import type { Principal } from './principal.ts';
import { refuseProject } from './scope.ts';
import type { SettleInTime } from './settle-in-time.ts';
import type { SignIn } from './sign-in.ts';
import { failed, readEvent, type SocketCommand } from './socket-commands.ts';
import type { ControlNamespaceServer, ControlSocket, Viewer } from './viewer.ts';
import { cutOff } from './wire.ts';

export interface ControlNamespaceOptions {
  namespace: ControlNamespaceServer;
  projects: Projects;
  dispatch: Dispatch;
  auth: Auth;
  signIn: SignIn;
  gate: Gate;
  inTime: SettleInTime;
  durability(): string;
  /** The session token in a Cookie header, if there is one. */
  sessionOf(cookieHeader: string | undefined): string | undefined;
  bytesOf(input: unknown): number;
  onThrow(where: string, error: unknown): Refusal;
}

/** One control room, or whoever else subscribes. */
interface Control {
  readonly socket: ControlSocket;
  readonly principal: Principal;
  readonly outbox: Outbox;
  readonly lane: CommandLane;
  /** The newest subscribe under way: whatever an older one finds is of no use any more. */
  asking: Asking | undefined;
  subscription: { project: Project; feed: Feed; viewer: Viewer } | undefined;
}

interface Asking {
  /** As soon as it has taken the place of the subscription before it. */
  viewer: Viewer | undefined;
}

/** Control rooms: subscriptions to projects, and every command a person may call. */
export class ControlNamespace {
  readonly #options: ControlNamespaceOptions;
  readonly #principals = new WeakMap<ControlSocket, Principal>();
  readonly #controls = new Set<Control>();
  readonly #feeds = new Map<Project, Feed>();
  readonly #offRevoked: () => void;
  readonly #offClosed: () => void;

  constructor(options: ControlNamespaceOptions) {
    this.#options = options;
    options.namespace.use((socket, next) => void this.#letIn(socket, next));
    options.namespace.on('connection', (socket) => this.#connected(socket));
    this.#offRevoked = options.auth.onRevoked((tokenId) => {
      for (const { principal, socket } of this.#controls) if (principal.tokenId === tokenId) socket.conn.close();
    });
    this.#offClosed = options.projects.onClosed((project) => this.#projectClosed(project));
  }

  close(): void {
    this.#offRevoked();
    this.#offClosed();
    for (const feed of this.#feeds.values()) feed.close();
  }

  /** Whoever subscribes again is told that there is no such project. */
  #projectClosed(project: Project): void {
    this.#feeds.get(project)?.close();
    this.#feeds.delete(project);
    for (const { socket, subscription } of this.#controls) if (subscription?.project === project) socket.conn.close();
  }

  /** The hub stops: every control room is told when to come back. */
  async drain(): Promise<void> {
    const controls = [...this.#controls];
    for (const { socket } of controls) socket.emit('draining', { reconnectAfterMs: reconnectAfterMs(controls.length) });
    await answered(controls.map(({ lane }) => lane));
    for (const { socket } of controls) socket.conn.close();
  }

  async #letIn(socket: ControlSocket, decide: (refused?: HandshakeRefused) => void): Promise<void> {
    const principal = await this.#admit(socket);
    if (isRefusal(principal)) return decide(new HandshakeRefused(principal));
    this.#principals.set(socket, principal);
    decide();
  }

  async #admit(socket: ControlSocket): Promise<Principal | Refusal> {
    const { auth, address, headers } = socket.handshake;
    const large = refuseLargeHandshake(auth);
    if (large !== undefined) return large;
    const parsed = controlHandshake.safeParse(auth);
    if (!parsed.success) return badInput(parsed.error);
    const token = parsed.data.token ?? this.#options.sessionOf(headers.cookie);
    if (token === undefined)
      return refuse(
        'UNAUTHENTICATED',
        'Sign in with a link of the hub (npx signalbox open), or connect with auth: { token }.',
      );
    return this.#options.signIn.principalOf(token, { address, headers });
  }

  #connected(socket: ControlSocket): void {
    const principal = this.#principals.get(socket);
    if (principal === undefined) return void socket.disconnect();
    const { onThrow, bytesOf, inTime } = this.#options;
    // One that does not even read its answers is of no use to anybody.
    const outbox = new Outbox(socket.conn, () => cutOff(socket.conn));
    const lane = new CommandLane(socket.conn, { outbox, inTime, onThrow });
    const control: Control = { socket, principal, outbox, lane, asking: undefined, subscription: undefined };
    this.#controls.add(control);
    // Goes no further than here: nobody listens to single events.
    socket.use((frame) => {
      const event = readEvent(frame, bytesOf);
      lane.take(event, () => this.#run(control, event));
    });
    const end = (): void => {
      this.#controls.delete(control);
      control.asking = undefined;
      this.#unsubscribe(control);
    };
    socket.once('disconnect', end);
    // Revoked between the handshake and now.
    if (!this.#options.auth.isCurrent(principal)) socket.conn.close();
  }

  async #run(control: Control, command: SocketCommand): Promise<object> {
    const refusal = this.#options.gate.refuse(actorKey(control.principal), command.name) ?? command.malformed;
    if (refusal !== undefined) return failed(refusal);
    return command.name === 'subscribe' ? this.#subscribe(control, command.input) : this.#command(control, command);
  }

  #subscribe(control: Control, input: unknown): Promise<object> {
    const asking: Asking = { viewer: undefined };
    control.asking = asking;
    return this.#options.inTime.run<object>(this.#ask(control, asking, input), () => {
      if (control.asking !== asking) return failed(takenOver());
      control.asking = undefined;
      if (asking.viewer !== undefined) this.#unsubscribe(control);
      return failed(refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; subscribe again after the delay.'));
    });
  }

  async #ask(control: Control, asking: Asking, input: unknown): Promise<object> {
    const asked = await this.#readSubscription(control, input);
    if (isRefusal(asked)) return failed(asked);
    if (control.asking !== asking) return failed(takenOver());
    this.#unsubscribe(control);
    const feed = this.#feedOf(asked.project);
    const viewer = feed.viewer(control.socket, asked.cursor);
    asking.viewer = viewer;
    control.subscription = { project: asked.project, feed, viewer };
    const start = await feed.prepare(viewer);
    if (viewer.state === 'gone') return failed(takenOver());
    // After the answer, which is sent in this turn of the event loop, and read when the client comes to it.
    setImmediate(() => control.outbox.send([() => feed.start(viewer)]));
    const { name, role } = control.principal;
    const said: SubscribeAnswer = { mode: start.mode, you: { name, role }, durability: this.#options.durability() };
    return { ok: true, epoch: start.epoch, seq: start.seq, ...said };
  }

  async #readSubscription(
    { principal }: Control,
    input: unknown,
  ): Promise<{ project: Project; cursor: Cursor | undefined } | Refusal> {
    const parsed = subscribeInput.safeParse(input ?? {});
    if (!parsed.success) return badInput(parsed.error);
    const { project: id, cursor } = parsed.data;
    const foreign = refuseProject(principal, id);
    if (foreign !== undefined) return foreign;
    const project = await findProject(this.#options.projects, id);
    return isRefusal(project) ? project : { project, cursor };
  }

  #unsubscribe(control: Control): void {
    const { subscription } = control;
    control.subscription = undefined;
    subscription?.feed.leave(subscription.viewer);
  }

  #feedOf(project: Project): Feed {
    const known = this.#feeds.get(project);
    if (known !== undefined) return known;
    const feed = new Feed({ project, namespace: this.#options.namespace });
    this.#feeds.set(project, feed);
    return feed;
  }

  async #command({ principal, subscription }: Control, { name, input, bytes }: SocketCommand): Promise<object> {
    const refusal = refuseHere(principal, subscription !== undefined, declarationOf(name));
    if (refusal !== undefined) return failed(refusal);
    const requestId = requestIdOf(input);
    const answered = requestId === undefined ? undefined : subscription?.feed.expectOwn(subscription.viewer, requestId);
    const answer = await this.#options.dispatch({
      project: subscription?.project.id ?? principal.project ?? HUB_PROJECT,
      command: name,
      input,
      bytes,
      principal,
      agent: undefined,
      seen: undefined,
      // An agent registered from here has no socket of its own: it lives by its heartbeats over HTTP.
      via: name === 'agent.register' ? 'http' : 'socket',
    });
    answered?.();
    return answer;
  }
}

const takenOver = (): Refusal => refuse('CONFLICT', 'A newer subscribe on this connection has taken over.');

/** What is refused on this namespace beside what every face refuses. */
function refuseHere(
  { role }: Principal,
  subscribed: boolean,
  declaration: CommandDeclaration | undefined,
): Refusal | undefined {
  if (declaration === undefined) return undefined;
  if (role === 'agent' && declaration.access !== 'viewer')
    return refuse(
      'FORBIDDEN',
      `An agent's token only reads on /control; send ${declaration.name} on /agent or over HTTP.`,
    );
  if (!subscribed && declaration.scope !== 'hub')
    return refuse('INVALID_STATE', `Subscribe to a project first; ${declaration.name} acts on it.`);
  return undefined;
}

const requestIdOf = (input: unknown): string | undefined =>
  typeof input === 'object' && input !== null && 'requestId' in input && typeof input.requestId === 'string'
    ? input.requestId
    : undefined;
