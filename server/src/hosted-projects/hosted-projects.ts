import type { CommandOutput, ParsedInput } from '@signalbox/shared/commands';
import type { Health } from '@signalbox/shared/commands/health';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { Listeners, type Off } from '@signalbox/shared/listeners';
import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { HOUR_MS } from '@signalbox/shared/time';
import { guarded } from '../commands/run-decision.ts';
import { decideForgetExpired } from '../domain/hub.ts';
import { LoopBreaker } from '../domain/loop-breaker.ts';
import { healthOf } from '../health/health.ts';
import { Housekeeping } from '../housekeeping/housekeeping.ts';
import { type Committed, type Failpoint, Ledger } from '../ledger/ledger.ts';
import type { Replica } from '../ledger/replica.ts';
import { LedgerRemoved, type LedgerStore } from '../ledger/store.ts';
import { Recorder, type SeriesStore } from '../metrics/recorder.ts';
import type { Neighbours } from '../nodes/nodes.ts';
import type { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import type { Project, Projects } from '../project.ts';
import { lifeOf } from './life.ts';
import { Removal } from './removal.ts';

const RECONCILE_EVERY_MS = 1_000;

export interface HostOptions {
  node: string;
  nodes: Neighbours;
  live: LiveTime;
  /** Of the life of a project that {@link lifeOf} its record. */
  ledgerStore(project: string, life: number): LedgerStore;
  seriesStore(project: string): SeriesStore;
  onThrow(project: string, command: string, error: unknown): void;
  failpoint?: (name: Failpoint) => void;
}

interface Hosted extends Project {
  readonly housekeeping: Housekeeping | undefined;
  readonly recorder: Recorder | undefined;
}

/** The projects of the hub on this node: opened and closed as their records say, and what runs for each of them. */
export class HostedProjects implements Projects {
  readonly #options: HostOptions;
  readonly #hosted = new Map<string, Hosted>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #closedListeners = new Listeners<[project: Project]>();
  readonly #removal: Removal;
  readonly hub: Project;
  #offs: (() => void)[] = [];
  #reconciling: Promise<void> | undefined;
  #reconcileAgain = false;

  private constructor(options: HostOptions, hub: Project) {
    this.#options = options;
    this.hub = hub;
    this.#hosted.set(HUB_PROJECT, { ...hub, housekeeping: undefined, recorder: undefined });
    const { nodes, ledgerStore, live } = options;
    this.#removal = new Removal({
      hub: hub.ledger,
      nodes,
      erase: (id, life) => ledgerStore(id, life).erase(),
      liveNow: () => live.now(),
    });
  }

  /** Loads the hub's own records, nothing else yet. */
  static async open(options: HostOptions): Promise<HostedProjects> {
    return new HostedProjects(options, await openProject(options, HUB_PROJECT, 0));
  }

  /** Opens every project there is; from now on follows what any node creates or removes. */
  async start(): Promise<void> {
    const { ledger } = this.hub;
    const { nodes } = this.#options;
    const soon = (): void => void this.#reconcile().catch(() => {});
    const timer = setInterval(soon, RECONCILE_EVERY_MS);
    timer.unref();
    const expiry = setInterval(() => nodes.leads() && this.#forgetExpired(), HOUR_MS);
    expiry.unref();
    this.#offs = [
      () => clearInterval(expiry),
      ledger.onCommit((committed) => touchesProjects(committed) && soon()),
      ledger.onReset(soon),
      () => clearInterval(timer),
    ];
    await this.#reconcile();
  }

  #forgetExpired(): void {
    const decide = guarded(decideForgetExpired, {});
    void this.hub.ledger.execute({ command: 'token.forget', caller: { kind: 'hub' }, decide });
  }

  get(id: string): Project | undefined {
    return this.#hosted.get(id);
  }

  async find(id: string): Promise<Project | undefined> {
    if (!this.#hosted.has(id)) {
      await this.hub.ledger.catchUp();
      await this.#reconcile();
    }
    return this.#hosted.get(id);
  }

  *all(): Iterable<Project> {
    for (const project of this.#hosted.values()) if (project.id !== HUB_PROJECT) yield project;
  }

  onClosed(listener: (project: Project) => void): Off {
    return this.#closedListeners.on(listener);
  }

  /** Idempotent: two commands may create what they use at the same moment. */
  openProject(id: string): Promise<void> {
    if (this.#hosted.has(id)) return Promise.resolve();
    const opening = this.#opening.get(id) ?? this.#open(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #open(id: string): Promise<void> {
    const life = await this.hub.ledger.read((view) => lifeOf(view.get('project', id)));
    const project = await openProject(this.#options, id, life, () => void this.#behind().catch(() => {}));
    const { nodes, seriesStore } = this.#options;
    const recorder = await Recorder.start({
      project,
      store: seriesStore(id),
      health: (records) => this.#health(project, records).score,
      wallClock: () => Date.now(),
      nodes,
    }).catch(async (error: unknown) => {
      // It is opened again from the start, every second: what stays open of each try would add up.
      await project.ledger.close();
      throw error;
    });
    let settings: ProjectRecord | undefined;
    const housekeeping = await Housekeeping.start(project, nodes, () => {
      // While the hub's own ledger writes, what was set before holds.
      settings = this.hub.ledger.resting?.get('project', id) ?? settings;
      return settings;
    });
    this.#hosted.set(id, { ...project, recorder, housekeeping });
    // What the others wrote before it could be heard here.
    void project.ledger.catchUp();
  }

  /** A project is removed that stands here: what became of it was not heard. */
  async #behind(): Promise<void> {
    await this.hub.ledger.catchUp();
    await this.#reconcile();
  }

  /** One at a time; asked for meanwhile, once more. */
  async #reconcile(): Promise<void> {
    this.#reconcileAgain = true;
    this.#reconciling ??= (async () => {
      while (this.#reconcileAgain) {
        this.#reconcileAgain = false;
        await this.#reconcileOnce();
      }
    })().finally(() => {
      this.#reconciling = undefined;
    });
    await this.#reconciling;
  }

  async #reconcileOnce(): Promise<void> {
    const records = await this.hub.ledger.read((view) => [...view.values('project')]);
    const standing = new Set(records.filter(({ removing }) => removing !== true).map(({ id }) => id));
    const over = [...this.#hosted.values()].filter(
      ({ id, ledger }) => id !== HUB_PROJECT && (!standing.has(id) || ledger.removed),
    );
    await Promise.all([
      ...over.map((hosted) => this.#close(hosted)),
      ...[...standing].map((id) => this.openProject(id).catch((error) => this.#notOpened(error))),
    ]);
    await this.#removal.look(records.filter(({ removing }) => removing === true).map(({ id }) => id));
  }

  /** The others open all the same; this one at a later look, when this node knows what became of it. */
  #notOpened(error: unknown): void {
    if (!(error instanceof LedgerRemoved)) throw error;
    void this.hub.ledger.catchUp();
  }

  async #close(hosted: Hosted): Promise<void> {
    this.#hosted.delete(hosted.id);
    this.#closedListeners.tell(hosted);
    hosted.housekeeping?.stop();
    hosted.recorder?.stop();
    await hosted.ledger.close();
  }

  presenceChanged(projectId: string, agentId: string): void {
    this.#hosted.get(projectId)?.housekeeping?.presenceChanged(agentId);
  }

  health(project: Project, records: Replica): Health {
    return this.#health(project, records);
  }

  #health(project: Project, records: Replica): Health {
    const flow = this.#hosted.get(project.id)?.recorder?.flow();
    return healthOf(records, { at: Date.now(), storeFailing: project.ledger.failingSince !== undefined, flow });
  }

  metrics(project: Project, input: ParsedInput<'metrics.query'>): CommandOutput<'metrics.query'> {
    const recorder = this.#hosted.get(project.id)?.recorder;
    if (recorder === undefined) throw new Error(`${project.id} is not measured`);
    return recorder.query(input);
  }

  /** Everything that writes by itself stops; commands under way finish. */
  async close(): Promise<void> {
    for (const off of this.#offs) off();
    const hosted = [...this.#hosted.values()];
    for (const { housekeeping } of hosted) housekeeping?.stop();
    await Promise.all(hosted.flatMap(({ recorder }) => recorder?.close() ?? []));
    await Promise.all(hosted.map(({ ledger }) => ledger.close()));
  }
}

const touchesProjects = (committed: readonly Committed[]): boolean =>
  committed.some(({ changes }) => changes.some(({ kind }) => kind === 'project'));

async function openProject(
  { node, live, ledgerStore, onThrow, failpoint }: HostOptions,
  id: string,
  life: number,
  onRemoved = (): void => {},
): Promise<Project> {
  const ledger = await Ledger.open({
    store: ledgerStore(id, life),
    node,
    onRemoved,
    onThrow: (command, error) => onThrow(id, command, error),
    ...(failpoint !== undefined && { failpoint }),
  });
  return { id, ledger, presence: new Presence(live), loops: new LoopBreaker() };
}
