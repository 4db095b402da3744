import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessRole } from '@signalbox/shared/records/hub';
import { History } from '../../history/history.ts';
import { memoryLogSource } from '../../history/testing/memory-log-source.ts';
import { HostedProjects } from '../../hosted-projects/hosted-projects.ts';
import { MemoryLedger, MemoryStore } from '../../ledger/memory-store.ts';
import { alone } from '../../nodes/testing/alone.ts';
import { LiveTime } from '../../presence/live-time.ts';
import { Auth } from '../auth.ts';
import { createDispatch } from '../dispatch.ts';
import { createTransport, type Transport, type TransportOptions } from '../transport.ts';

export const OWNER_TOKEN = 'owner-token-of-thirty-two-characters-or-more';
export const PROJECT = 'acme';

interface TokenWish {
  role: AccessRole;
  name?: string;
  project?: string;
  agentId?: string;
  expiresMs?: number;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A whole hub on a free port of loopback, its ledger in memory. The project `acme` is there. */
export class TestHub implements AsyncDisposable {
  readonly transport: Transport;
  readonly auth: Auth;
  readonly projects: HostedProjects;
  readonly ledgers: ReadonlyMap<string, MemoryLedger>;
  /** Folder served as the built control room. */
  readonly clientDir: string;
  readonly errors: unknown[];

  constructor(parts: Pick<TestHub, 'transport' | 'auth' | 'projects' | 'ledgers' | 'clientDir' | 'errors'>) {
    this.transport = parts.transport;
    this.auth = parts.auth;
    this.projects = parts.projects;
    this.ledgers = parts.ledgers;
    this.clientDir = parts.clientDir;
    this.errors = parts.errors;
  }

  get url(): string {
    return `http://127.0.0.1:${this.transport.port}`;
  }

  get project() {
    const project = this.projects.get(PROJECT);
    if (project === undefined) throw new Error(`${PROJECT} is not open`);
    return project;
  }

  /** The ledger of `acme` as its store holds it. */
  get ledger(): MemoryLedger {
    const ledger = this.ledgers.get(PROJECT);
    if (ledger === undefined) throw new Error(`${PROJECT} has no ledger`);
    return ledger;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
    };
  }

  /** A command over HTTP, as the owner unless a token is given. */
  call(
    command: string,
    input: unknown,
    {
      token = OWNER_TOKEN,
      project = PROJECT,
      headers = {},
    }: { token?: string; project?: string; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    return this.fetch(`/api/v1/projects/${project}/${command}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    });
  }

  async token(wish: TokenWish): Promise<{ tokenId: string; token: string }> {
    const { body } = await this.call('token.create', { name: wish.role === 'agent' ? undefined : 'Kim', ...wish });
    if (typeof body.token !== 'string' || typeof body.tokenId !== 'string') throw new Error(JSON.stringify(body));
    return { tokenId: body.tokenId, token: body.token };
  }

  /** The code of a link for an operator. */
  async linkCode(): Promise<string> {
    const { body } = await this.call('token.link', { role: 'operator', name: 'Kim' });
    return String(body.url).split('#k=')[1] ?? '';
  }

  /** Redis starts again, having lost nothing: another epoch. */
  async newEpoch(): Promise<void> {
    this.ledger.restart();
    await this.project.ledger.execute({ command: 'test', caller: { kind: 'hub' }, always: true, decide: () => ({}) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.drain();
    await this.projects.close();
    await this.transport.close();
    this.auth.close();
    await rm(this.clientDir, { recursive: true });
  }
}

/** `onOpen` is called before the ledger of a project is opened; what it throws, opening rejects with. */
export async function startTestHub(
  options: Partial<TransportOptions> & { host?: string } = {},
  onOpen: (projectId: string) => void = () => {},
): Promise<TestHub> {
  const node = 'node-1';
  const ledgers = new Map<string, MemoryLedger>();
  const errors: unknown[] = [];
  const clientDir = await mkdtemp(join(tmpdir(), 'signalbox-client-'));
  const live = new LiveTime();
  const projects = await HostedProjects.open({
    node,
    nodes: alone(live),
    live,
    ledgerStore: (id, life) => {
      onOpen(id);
      const ledger = ledgers.get(id) ?? new MemoryLedger();
      ledgers.set(id, ledger);
      return new MemoryStore(ledger, node, life);
    },
    seriesStore: () => ({ load: async () => ({}), save: async () => {} }),
    onThrow: (...thrown) => errors.push(thrown),
  });
  await projects.start();
  const auth = await Auth.open({ hub: projects.hub.ledger, hubKey: Buffer.from('hub-key'), ownerToken: OWNER_TOKEN });
  const history = new History((project) => memoryLogSource(ledgers.get(project) ?? new MemoryLedger()));
  const dispatch = createDispatch({
    projects,
    durability: () => 'memory',
    openProject: (id) => projects.openProject(id),
    tokenText: (tokenId, role) => auth.secretOf(tokenId, role),
    linkUrl: (linkId) => `http://hub/#k=${auth.linkCode(linkId)}`,
    health: (project, view) => projects.health(project, view),
    metrics: (project, input) => projects.metrics(project, input),
    history: (project, input) => history.list(project.id, input),
    onThrow: (...thrown) => errors.push(thrown),
  });
  const transport = createTransport({
    projects,
    dispatch,
    auth,
    node,
    version: '1.2.3',
    host: '127.0.0.1',
    behindTlsProxy: false,
    durability: () => 'memory',
    clientDir,
    packageFile: join(clientDir, 'signalbox.tgz'),
    ready: () => true,
    metrics: async () => ({ contentType: 'text/plain', text: 'up 1\n' }),
    onPresenceChange: (projectId, agentId) => projects.presenceChanged(projectId, agentId),
    log: { warn: () => {}, error: (fields) => errors.push(fields) },
    ...options,
  });
  await transport.listen('127.0.0.1', 0);
  const hub = new TestHub({ transport, auth, projects, ledgers, clientDir, errors });
  await hub.call('project.create', { id: PROJECT });
  return hub;
}
