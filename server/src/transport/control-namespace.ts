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
import { Feed, type Start } from './feed.ts';
import { HandshakeRefused } from './handshake-refused.ts';
import { refuseLargeHandshake } from './handshake-size.ts';
import type { Principal } from './principal.ts';
import { type RateLimit, tooFast } from './rate-limit.ts';
import { refuseProject } from './scope.ts';
import type { SettleInTime } from './settle-in-time.ts';
import { failed, readEvent } from './socket-commands.ts';
import type { ControlNamespaceServer, ControlSocket, Viewer } from './viewer.ts';

export interface ControlNamespaceOptions {
  namespace: ControlNamespaceServer;
  projects: Projects;
  dispatch: Dispatch;
  auth: Auth;
  rateLimit: RateLimit;
  inTime: SettleInTime;
  durability: string;
  /** The session token in a Cookie header, if there is one. */
  sessionOf(cookieHeader: string | undefined): string | undefined;
  bytesOf(input: unknown): number;
  onThrow(where: string, error: unknown): Refusal;
}

/** One control room, or whoever else subscribes. */
interface Control {
  readonly socket: ControlSocket;
  readonly principal: Principal;
  readonly lane: CommandLane;
  subscription: { project: Project; feed: Feed; viewer: Viewer } | undefined;
}

/** Control rooms: subscriptions to projects, and every command a person may call. */
export class ControlNamespace {
  readonly #options: ControlNamespaceOptions;
  readonly #principals = new WeakMap<ControlSocket, Principal>();
  readonly #controls = new Set<Control>();
  readonly #feeds = new Map<Project, Feed>();
  readonly #offRevoked: () => void;

  constructor(options: ControlNamespaceOptions) {
    this.#options = options;
    options.namespace.use((socket, next) => {
      const principal = this.#admit(socket);
      if (isRefusal(principal)) return next(new HandshakeRefused(principal));
      this.#principals.set(socket, principal);
      next();
    });
    options.namespace.on('connection', (socket) => this.#connected(socket));
    this.#offRevoked = options.auth.onRevoked((tokenId) => {
      for (const { principal, socket } of this.#controls) if (principal.tokenId === tokenId) socket.conn.close();
    });
  }

  close(): void {
    this.#offRevoked();
    for (const feed of this.#feeds.values()) feed.close();
  }

  /** The hub stops: every control room is told when to come back. */
  async drain(): Promise<void> {
    const controls = [...this.#controls];
    for (const { socket } of controls) socket.emit('draining', { reconnectAfterMs: reconnectAfterMs(controls.length) });
    await answered(controls.map(({ lane }) => lane));
    for (const { socket } of controls) socket.conn.close();
  }

  #admit(socket: ControlSocket): Principal | Refusal {
    const { auth, headers } = socket.handshake;
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
    return this.#options.auth.principalOf(token);
  }

  #connected(socket: ControlSocket): void {
    const principal = this.#principals.get(socket);
    if (principal === undefined) return void socket.disconnect();
    const lane = new CommandLane(socket.conn, this.#options.onThrow);
    const control: Control = { socket, principal, lane, subscription: undefined };
    this.#controls.add(control);
    socket.onAny((name: string, ...args: unknown[]) => {
      const event = readEvent(name, args);
      if ('refusal' in event) return event.answer(failed(event.refusal));
      lane.take(event, () => this.#run(control, event.name, event.input));
    });
    const end = (): void => {
      this.#controls.delete(control);
      this.#unsubscribe(control);
    };
    socket.once('disconnect', end);
    // Revoked between the handshake and now.
    if (!this.#options.auth.isCurrent(principal)) socket.conn.close();
  }

  async #run(control: Control, name: string, input: unknown): Promise<object> {
    const afterMs = this.#options.rateLimit.take(actorKey(control.principal));
    if (afterMs > 0) return failed(tooFast(afterMs));
    return name === 'subscribe' ? this.#subscribe(control, input) : this.#command(control, name, input);
  }

  async #subscribe(control: Control, input: unknown): Promise<object> {
    const asked = this.#readSubscription(control, input);
    if (isRefusal(asked)) return failed(asked);
    this.#unsubscribe(control);
    const feed = this.#feedOf(asked.project);
    const viewer = feed.viewer(control.socket, asked.cursor);
    control.subscription = { project: asked.project, feed, viewer };
    const start = await this.#options.inTime.run<Start | undefined>(feed.prepare(viewer), () => undefined);
    if (viewer.state === 'gone')
      return failed(refuse('CONFLICT', 'A newer subscribe on this connection has taken over.'));
    if (start === undefined) {
      this.#unsubscribe(control);
      return failed(refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; subscribe again after the delay.'));
    }
    // After the answer, which leaves in this turn of the event loop.
    setImmediate(() => feed.start(viewer));
    const { name, role } = control.principal;
    const said: SubscribeAnswer = { mode: start.mode, you: { name, role }, durability: this.#options.durability };
    return { ok: true, epoch: start.epoch, seq: start.seq, ...said };
  }

  #readSubscription(
    { principal }: Control,
    input: unknown,
  ): { project: Project; cursor: Cursor | undefined } | Refusal {
    const parsed = subscribeInput.safeParse(input ?? {});
    if (!parsed.success) return badInput(parsed.error);
    const { project: id, cursor } = parsed.data;
    const foreign = refuseProject(principal, id);
    if (foreign !== undefined) return foreign;
    const project = this.#options.projects.get(id);
    return project === undefined
      ? refuse('NOT_FOUND', `There is no project ${id}; create it with project.create.`)
      : { project, cursor };
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

  async #command({ principal, subscription }: Control, name: string, input: unknown): Promise<object> {
    const refusal = refuseHere(principal, subscription !== undefined, declarationOf(name));
    if (refusal !== undefined) return failed(refusal);
    const requestId = requestIdOf(input);
    const answered = requestId === undefined ? undefined : subscription?.feed.expectOwn(subscription.viewer, requestId);
    const answer = await this.#options.dispatch({
      project: subscription?.project.id ?? principal.project ?? HUB_PROJECT,
      command: name,
      input,
      bytes: this.#options.bytesOf(input),
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
