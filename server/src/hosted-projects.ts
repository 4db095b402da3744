import type { CommandOutput, ParsedInput } from '@signalbox/shared/commands';
import type { Health } from '@signalbox/shared/commands/health';
import { HUB_PROJECT } from '@signalbox/shared/ids';
import { healthOf } from './health/health.ts';
import { Housekeeping } from './housekeeping.ts';
import { type Failpoint, Ledger } from './ledger/ledger.ts';
import type { Replica } from './ledger/replica.ts';
import type { LedgerStore } from './ledger/store.ts';
import { Recorder, type SeriesStore } from './metrics/recorder.ts';
import { Presence } from './presence/presence.ts';
import type { Project, Projects } from './project.ts';

export interface HostOptions {
  node: string;
  ledgerStore(project: string): LedgerStore;
  seriesStore(project: string): SeriesStore;
  onThrow(project: string, command: string, error: unknown): void;
  failpoint?: (name: Failpoint) => void;
}

interface Hosted extends Project {
  readonly housekeeping: Housekeeping | undefined;
  readonly recorder: Recorder | undefined;
}

/** Opens the projects of the hub and keeps what runs for each of them. */
export class HostedProjects implements Projects {
  readonly #options: HostOptions;
  readonly #hosted = new Map<string, Hosted>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly hub: Project;

  private constructor(options: HostOptions, hub: Project) {
    this.#options = options;
    this.hub = hub;
    this.#hosted.set(HUB_PROJECT, { ...hub, housekeeping: undefined, recorder: undefined });
  }

  /** Loads the hub's own records and every project they name. */
  static async open(options: HostOptions): Promise<HostedProjects> {
    const host = new HostedProjects(options, await openProject(options, HUB_PROJECT));
    const ids = await host.hub.ledger.read((records) => records.all('project').map((project) => project.id));
    await Promise.all(ids.map((id) => host.openProject(id)));
    return host;
  }

  get(id: string): Project | undefined {
    return this.#hosted.get(id);
  }

  *all(): Iterable<Project> {
    for (const project of this.#hosted.values()) if (project.id !== HUB_PROJECT) yield project;
  }

  /** Idempotent: two commands may create what they use at the same moment. */
  openProject(id: string): Promise<void> {
    if (this.#hosted.has(id)) return Promise.resolve();
    const opening = this.#opening.get(id) ?? this.#open(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #open(id: string): Promise<void> {
    const project = await openProject(this.#options, id);
    const recorder = await Recorder.start({
      project,
      store: this.#options.seriesStore(id),
      health: (records) => this.#health(project, records).score,
      wallClock: () => Date.now(),
    });
    this.#hosted.set(id, { ...project, recorder, housekeeping: new Housekeeping(project) });
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
    const hosted = [...this.#hosted.values()];
    for (const { housekeeping } of hosted) housekeeping?.stop();
    await Promise.all(hosted.flatMap(({ recorder }) => recorder?.stop() ?? []));
    await Promise.all(hosted.map(({ ledger }) => ledger.close()));
  }
}

async function openProject({ node, ledgerStore, onThrow, failpoint }: HostOptions, id: string): Promise<Project> {
  const ledger = await Ledger.open({
    store: ledgerStore(id),
    node,
    onThrow: (command, error) => onThrow(id, command, error),
    ...(failpoint !== undefined && { failpoint }),
  });
  return { id, ledger, presence: new Presence() };
}
