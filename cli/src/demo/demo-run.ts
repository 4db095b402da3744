import { createFeed } from '@signalbox/sdk/feed';
import { callOverHttp } from '@signalbox/sdk/http';
import type { Settings } from '@signalbox/sdk/local-hub';
import type { CommandInput, CommandName, CommandOutput } from '@signalbox/shared/commands';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { CliError, type Io } from '../io.ts';
import { userName } from '../open.ts';
import { plain } from '../plain.ts';
import { Crew } from './crew.ts';
import type { Repository } from './repository.ts';
import { COORDINATOR, type Member, ROSTER } from './roster.ts';
import { type Ending, watch } from './watch.ts';

const TOKEN_VALID_MS = 24 * 3_600_000;

export interface DemoPlace {
  /** With the project of this demo. */
  hub: Settings;
  repository: Repository;
  out: string;
  scratch: string;
  pace: number;
}

/** One demo from its first task to the report: the people's side. The agents are processes of their own. */
export class DemoRun {
  readonly #io: Io;
  readonly #place: DemoPlace;
  readonly #crew: Crew;
  readonly #tokens = new Map<string, { tokenId: string; token: string }>();
  readonly #tasks = new Map<string, TaskRecord>();
  readonly #ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;

  constructor(io: Io, place: DemoPlace) {
    this.#io = io;
    this.#place = place;
    const { hub, repository, out, scratch, pace } = place;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#crew = new Crew({
      settings: { root: repository.root, hasHistory: repository.hasHistory, out, scratch, pace },
      env: ({ id }) => ({
        SIGNALBOX_URL: hub.url,
        SIGNALBOX_PROJECT: hub.project,
        SIGNALBOX_TOKEN: this.#tokens.get(id)?.token ?? '',
      }),
      onGone: (member, how) => this.#gone(member, how),
    });
  }

  /** Resolves when no agent is left, whether they finished, failed or were stopped. */
  async run(stop: AbortSignal): Promise<Ending> {
    await this.#begin();
    stop.throwIfAborted();
    stop.addEventListener('abort', () => this.#end({ ok: false, why: 'stopped' }), { once: true });
    const feed = createFeed(this.#place.hub);
    watch({
      feed,
      project: this.#place.hub.project,
      print: (line) => this.#print(line),
      onTask: (task) => this.#changed(task),
      onEnd: (ending) => this.#end(ending),
    });
    const gathered = this.#gather(stop).catch((error: Error) => this.#end({ ok: false, why: error.message }));
    const ending = await this.#ended;
    feed.close();
    await this.#crew.end();
    // Only then is no token made any more that would outlive this run.
    await gathered;
    await Promise.all(
      [...this.#tokens.values()].map(({ tokenId }) =>
        this.#ask('token.revoke', { tokenId }, HUB_PROJECT).catch(() => undefined),
      ),
    );
    return ending;
  }

  async #begin(): Promise<void> {
    const { hub, repository, out } = this.#place;
    const { url } = await this.#ask('token.link', { role: 'admin', name: userName() }, HUB_PROJECT);
    this.#io.out(`Taking stock of ${plain(repository.root)}; nothing in it is changed.`);
    this.#io.out(`Project  ${hub.project}`);
    this.#io.out(`Watch    ${url}  (works once)`);
    this.#io.out(`Report   ${out}`);
    await this.#ask('task.create', {
      title: `Plan the stocktaking of ${plain(repository.name)}`.slice(0, 200),
      description: 'Look at what is there and divide it into tasks.',
      type: 'plan',
      priority: 1,
      requires: ['planning'],
    });
  }

  async #gather(stop: AbortSignal): Promise<void> {
    for (const { id } of ROSTER) {
      stop.throwIfAborted();
      const input = {
        role: 'agent',
        project: this.#place.hub.project,
        agentId: id,
        expiresMs: TOKEN_VALID_MS,
      } as const;
      this.#tokens.set(id, await this.#ask('token.create', input, HUB_PROJECT));
    }
    // Alone there, it gets the plan; the others are there when the plan is.
    await this.#start(COORDINATOR);
    await Promise.all(ROSTER.filter((member) => member !== COORDINATOR).map((member) => this.#start(member)));
  }

  async #start(member: Member): Promise<void> {
    const pid = await this.#crew.start(member);
    this.#print(`${member.id} is here (${member.role}, pid ${pid})`);
  }

  /** Its work goes to the others; what only it could do may be done by anybody. */
  #gone({ id }: Member, how: string): void {
    this.#print(`${id} is gone (${how}); its work goes to the others as soon as the hub counts it as lost`);
    if (this.#crew.alive.length === 0) this.#end({ ok: false, why: 'all agents are gone.' });
    for (const task of this.#tasks.values()) this.#openUp(task);
  }

  #changed(task: TaskRecord): void {
    this.#tasks.set(task.id, task);
    if (this.#crew.alive.length > 0 && this.#crew.alive.length < ROSTER.length) this.#openUp(task);
  }

  #openUp({ id, status, requires }: TaskRecord): void {
    const started = ROSTER.filter((member) => this.#tokens.has(member.id));
    if (status !== 'pending' || requires.length === 0 || started.length < ROSTER.length) return;
    const alive = ROSTER.filter((member) => this.#crew.alive.includes(member.id));
    if (alive.some(({ abilities }) => requires.every((needed) => abilities.some((ability) => ability === needed))))
      return;
    this.#ask('task.update', { taskId: id, requires: [] }).then(
      () => this.#print(`${id} may be done by anybody now`),
      (error: Error) => this.#print(`${id} cannot be opened to others: ${error.message}`),
    );
  }

  async #ask<N extends CommandName>(
    name: N,
    input: CommandInput<N>,
    project = this.#place.hub.project,
  ): Promise<CommandOutput<N>> {
    const answer = await callOverHttp({ ...this.#place.hub, project }, name, input);
    if (!answer.ok) throw new CliError(answer.error.message);
    return answer;
  }

  #print(line: string): void {
    this.#io.out(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
  }
}
