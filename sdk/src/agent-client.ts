import { hostname } from 'node:os';
import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import type { Welcome } from '@signalbox/shared/commands/agent';
import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { AgentHandshake, Ok } from '@signalbox/shared/protocol';
import type { Activity } from '@signalbox/shared/records/agent';
import { randomId } from './answer.ts';
import { Connection, type ConnectionState, type Ports } from './connection.ts';
import { type DirectiveHandler, Directives } from './directives.ts';
import { messageOf, SignalboxError } from './errors.ts';
import { Heartbeats, type Usage } from './heartbeats.ts';
import { callOverHttp } from './http.ts';
import { Inbox, type MessageHandler } from './inbox.ts';
import { Leases } from './leases.ts';
import { branchOf, type Settings, settingsOf } from './local-hub.ts';
import type { ClaimOptions, HandedLock, Lock } from './lock.ts';
import { type Answer, type AskOptions, Questions } from './questions.ts';
import { type RequestOptions, Requests } from './requests.ts';
import { openSocket } from './socket.ts';
import { type TaskHandler, Tasks } from './tasks.ts';
import { systemTimers } from './timers.ts';
import { VERSION } from './version.ts';
import type { Work } from './work.ts';

type Profile = AgentHandshake['agent'];
const PROTOCOL = 1;
const CONNECT_TIMEOUT_MS = 10_000;
const LEAVE_TIMEOUT_MS = 3_000;

/** What an agent says of itself, and where the hub is; both fill themselves in. */
export interface AgentOptions extends Omit<Profile, 'id' | 'instance'>, Partial<Settings> {
  /** Stable from one start to the next; SIGNALBOX_AGENT unless given. */
  id?: string;
}

/** An agent's side of the hub. `connect()` first; everything else waits for it, or settles with an error. */
export class AgentClient {
  readonly id: string;
  readonly #options: AgentOptions;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #heartbeats: Heartbeats;
  readonly #leases: Leases;
  readonly #inbox: Inbox;
  readonly #directives: Directives;
  readonly #questions: Questions;
  readonly #tasks: Tasks;
  readonly #errors = new Listeners<[what: string, error: unknown]>();
  readonly #ports: Ports;
  /** One per process: the hub tells our reconnect from another process with our id. */
  readonly #instance = randomId();
  #settings: Settings | null = null;
  /** What it says of itself at every registration. */
  #registered: Profile | null = null;
  #epoch: number | null = null;

  constructor(options: AgentOptions, ports: Ports = { openSocket, timers: systemTimers }) {
    const id = options.id ?? (process.env.SIGNALBOX_AGENT || undefined);
    if (id === undefined)
      throw new SignalboxError({
        code: 'BAD_INPUT',
        message: 'An agent needs an id: give `id`, or set SIGNALBOX_AGENT.',
      });
    this.id = id;
    this.#options = options;
    this.#ports = ports;
    const { timers } = ports;
    const onError = (what: string, error: unknown): void => this.#report(what, error);
    this.#connection = new Connection(ports);
    this.#requests = new Requests(this.#connection, timers);
    const requests = this.#requests;
    this.#heartbeats = new Heartbeats(this.#connection, timers, ({ state, seq }) =>
      this.#directives.hubSays(state, seq),
    );
    this.#leases = new Leases(requests, timers, onError);
    this.#inbox = new Inbox({ requests, timers, onError });
    this.#tasks = new Tasks({ requests, onError });
    this.#directives = new Directives({
      requests,
      onError,
      interrupt: (directive) => this.#tasks.interrupt(directive),
    });
    this.#questions = new Questions(requests);
    this.#connection.onState((state) => this.#moved(state));
    this.#connection.onEvent((name, payload, ack) => {
      const known = [
        () => this.#leases.event(name, payload),
        () => this.#inbox.event(name, payload),
        () => this.#tasks.event(name, payload),
        () => this.#directives.event(name, payload, ack),
        () => this.#questions.event(name, payload),
      ];
      // Events this client does not know are a newer hub's: ignored.
      known.some((take) => take());
    });
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }
  /** The project, known after `connect()` began. */
  get project(): string | null {
    return this.#settings?.project ?? null;
  }
  /** A person paused this agent: it gets no task, and should not begin a new step. */
  get paused(): boolean {
    return this.#directives.paused;
  }

  onState(listener: (state: ConnectionState) => void): Off {
    return this.#connection.onState(listener);
  }
  onPaused(listener: (paused: boolean) => void): Off {
    return this.#directives.onPaused(listener);
  }
  /** What failed in the background, such as a throwing handler. Without a listener it is printed. */
  onError(listener: (what: string, error: unknown) => void): Off {
    return this.#errors.on(listener);
  }

  /**
   * Registers with the hub and stays connected from then on. Rejects when the hub refuses, or does not answer within
   * `timeoutMs` (10 s).
   */
  async connect({ timeoutMs = CONNECT_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<Welcome> {
    const settings = await settingsOf(this.#options, { env: process.env, cwd: this.#options.cwd ?? process.cwd() });
    this.#settings = settings;
    const { url, token, project } = settings;
    const agent = await this.#profile();
    this.#registered = agent;
    const handshake = { token, project, protocol: PROTOCOL, agent };
    const welcomed = this.#welcomed(url, timeoutMs);
    this.#connection.open({ url, handshake });
    try {
      return await welcomed;
    } catch (error) {
      if (!(error instanceof SignalboxError) || error.code !== 'NOT_FOUND') throw error;
      // The first agent of a project makes it, if its token may. CONFLICT: another was faster.
      const created = await callOverHttp({ url, token, project }, 'project.create', { id: project });
      if (!created.ok && created.error.code !== 'CONFLICT') throw error;
      const again = this.#welcomed(url, timeoutMs);
      this.#connection.open({ url, handshake });
      return await again;
    }
  }

  /** Any command there is. Settles within `timeoutMs` (10 s); sent again with the same requestId while unanswered. */
  async command<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    options?: RequestOptions,
  ): Promise<Ok<CommandOutput<N>>> {
    const answer = await this.#requests.send(name, input, options);
    if (name === 'agent.update') this.#updated(input as CommandInput<'agent.update'>);
    return answer;
  }

  /** It registers anew with every connection: what it has changed since then goes with that. */
  #updated({ capabilities, maxTasks, links }: CommandInput<'agent.update'>): void {
    if (this.#registered === null) return;
    if (capabilities !== undefined) this.#registered.capabilities = capabilities;
    if (maxTasks !== undefined) this.#registered.maxTasks = maxTasks;
    if (links !== undefined) this.#registered.links = links;
  }

  /** Claims files, folders (`src/`) or globs before writing them: all or none. Renews itself until released. */
  claim(paths: string[], options?: ClaimOptions): Promise<Lock> {
    return this.#leases.claim(paths, options);
  }

  /** Takes locks that other agents hand over (`lock.transfer`). Without a handler they are given back at once. */
  onLock(handler: HandedLock): void {
    this.#leases.handle(handler);
  }

  /** Works on the tasks the hub assigns, one after the other (`maxTasks` at a time). */
  onTask(handler: TaskHandler): void {
    this.#tasks.handle(handler);
  }
  /** Takes a task without being assigned one: for `accepts: 'pull'`. */
  next(): Promise<Work | null> {
    return this.#tasks.next();
  }

  /** Runs once per message, in the order of each sender; acknowledged when the handler has succeeded. */
  onMessage(handler: MessageHandler): void {
    this.#inbox.handle(handler);
  }
  send(message: CommandInput<'message.send'>): Promise<Ok<CommandOutput<'message.send'>>> {
    return this.#requests.send('message.send', message);
  }

  /** What people say. The receipts after `delivered` are the handler's to give. */
  onDirective(handler: DirectiveHandler): void {
    this.#directives.handle(handler);
  }

  /** Is this order real, whose is it, what does it say, is it for this agent? For one that came some other way. */
  verifyDirective(directiveId: string): Promise<Ok<CommandOutput<'directive.verify'>>> {
    return this.#requests.send('directive.verify', { directiveId });
  }

  /** Asks the people; resolves with their answer, or the default at the deadline. */
  ask(body: string, options?: AskOptions): Promise<Answer> {
    return this.#questions.ask(body, options);
  }

  /** Shown beside the agent at once. */
  tell(news: { activity?: Activity; usage?: Usage }): void {
    this.#heartbeats.tell(news);
  }

  /** Ends cleanly: the hub puts its tasks back and releases its locks at once. */
  async leave(reason?: string): Promise<void> {
    try {
      await this.#requests.send('agent.leave', reason === undefined ? {} : { reason }, { timeoutMs: LEAVE_TIMEOUT_MS });
    } finally {
      this.close();
    }
  }

  /** Closes the connection without leaving: the hub keeps tasks and locks until it counts the agent as lost. */
  close(): void {
    this.#connection.close();
  }

  #welcomed(url: string, timeoutMs: number): Promise<Welcome> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        off();
        stop();
        settle();
      };
      const off = this.#connection.onState((state) => {
        if (state.state === 'live') end(() => resolve(state.welcome));
        else if (state.state === 'closed')
          end(() =>
            reject(
              state.error ?? new SignalboxError({ code: 'INVALID_STATE', message: 'Closed before the hub answered.' }),
            ),
          );
      });
      const stop = this.#ports.timers.after(timeoutMs, () => {
        const message = `No hub answers at ${url}. Start it with npm start, or set SIGNALBOX_URL.`;
        this.#connection.close(new SignalboxError({ code: 'TIMEOUT', message }));
      });
    });
  }

  async #profile(): Promise<Profile> {
    const { url: _url, token: _token, project: _project, ...said } = this.#options;
    const cwd = said.cwd ?? process.cwd();
    const branch = said.branch ?? (await branchOf(cwd));
    return {
      client: 'signalbox-sdk',
      version: VERSION,
      host: hostname(),
      pid: process.pid,
      ...said,
      id: this.id,
      instance: this.#instance,
      cwd,
      ...(branch === undefined ? {} : { branch }),
    };
  }

  #moved(state: ConnectionState): void {
    if (state.state === 'live') {
      const { epoch, heartbeatEveryMs, cutOff } = state.welcome;
      if (cutOff !== undefined) this.#report('the connection before this one', new SignalboxError(cutOff));
      const newEpoch = this.#epoch !== null && this.#epoch !== epoch;
      this.#epoch = epoch;
      if (newEpoch) this.#directives.newEpoch();
      this.#heartbeats.start(heartbeatEveryMs);
      this.#reconcile(newEpoch);
      return;
    }
    this.#heartbeats.stop();
    if (state.state === 'superseded')
      this.#over('SUPERSEDED', 'Another process has taken over this agent id; this one must stop.');
    else if (state.state === 'closed') this.#over('CLOSED', state.error?.message ?? 'The client was closed.');
  }

  #reconcile(newEpoch: boolean): void {
    for (const [what, done] of [
      ['locks', this.#leases.reconcile(newEpoch)],
      ['tasks', this.#tasks.reconcile()],
      ['questions', this.#questions.reconcile()],
    ] as const)
      done.catch((error: unknown) => this.#report(`comparing ${what} with the hub after a reconnect`, error));
  }

  #over(reason: 'SUPERSEDED' | 'CLOSED', message: string): void {
    const error = new SignalboxError({ code: reason === 'CLOSED' ? 'INVALID_STATE' : 'SUPERSEDED', message });
    this.#leases.loseAll(reason);
    this.#tasks.abortAll(error);
    this.#questions.failAll(error);
  }

  #report(what: string, error: unknown): void {
    if (this.#errors.size > 0) this.#errors.tell(what, error);
    else console.error(`signalbox agent ${this.id}, ${what}: ${messageOf(error)}`);
  }
}
