import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { decideTokenLink } from './domain/hub.ts';
import { HostedProjects } from './hosted-projects.ts';
import type { Failpoint } from './ledger/ledger.ts';
import { RedisStore } from './ledger/redis-store.ts';
import { prometheus } from './metrics/prometheus.ts';
import { createRedisClient, type RedisAddress } from './redis/client.ts';
import { ledgerKeys } from './redis/keys.ts';
import { redisSeriesStore } from './redis/series-store.ts';
import { Auth } from './transport/auth.ts';
import { createDispatch } from './transport/dispatch.ts';
import { createTransport, type Log } from './transport/transport.ts';

export type HubLog = Log;

export interface HubOptions {
  redis: RedisAddress;
  host: string;
  hubKey: string;
  ownerToken: string;
  behindTlsProxy: boolean;
  version: string;
  log: HubLog;
  failpoint?: (name: Failpoint) => void;
}

export interface Hub {
  /** Resolves with the address a browser on this machine can open. */
  listen(host: string, port: number): Promise<string>;
  readonly durability: string;
  /** A link to the control room for the owner; works once. */
  launchLink(): Promise<string>;
  /** Lets what is under way finish and closes everything. Nothing acknowledged is lost. */
  stop(): Promise<void>;
}

/** Builds every part of a hub by hand, in the order they need each other. Rejects when Redis cannot be used. */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { log } = options;
  const node = randomBytes(9).toString('base64url');
  const redis = createRedisClient(options.redis);
  redis.on('error', (error: Error) => log.warn({ reason: error.message }, 'Redis connection'));
  await redis.connect();
  const durability = await readDurability(redis);

  const projects = await HostedProjects.open({
    node,
    ledgerStore: (id) => new RedisStore(redis, ledgerKeys(id), node),
    seriesStore: (id) => redisSeriesStore(redis, id),
    onThrow: (project, command, error) => log.error({ project, command, err: error }, 'a command threw'),
    ...(options.failpoint !== undefined && { failpoint: options.failpoint }),
  });
  const auth = await Auth.open({
    hub: projects.hub.ledger,
    hubKey: Buffer.from(options.hubKey, 'utf8'),
    ownerToken: options.ownerToken,
  });
  let baseUrl = '';
  const linkUrl = (linkId: string): string => `${baseUrl}/#k=${auth.linkCode(linkId)}`;

  const dispatch = createDispatch({
    projects,
    durability,
    openProject: (id) => projects.openProject(id),
    tokenText: (tokenId, role) => auth.secretOf(tokenId, role),
    linkUrl,
    health: (project, view) => projects.health(project, view),
    metrics: (project, input) => projects.metrics(project, input),
    onThrow: (command, error) => log.error({ command, err: error }, 'a command threw'),
  });
  const transport = createTransport({
    projects,
    dispatch,
    auth,
    node,
    version: options.version,
    host: options.host,
    behindTlsProxy: options.behindTlsProxy,
    durability,
    clientDir: fileURLToPath(new URL('../../client/dist', import.meta.url)),
    packageFile: fileURLToPath(new URL('../../server/dist/dl/signalbox.tgz', import.meta.url)),
    // Its connection may stand while it does not answer; asking ends with the time a command may take.
    ready: () =>
      redis.ping().then(
        () => true,
        () => false,
      ),
    metrics: prometheus(projects),
    onPresenceChange: (projectId, agentId) => projects.presenceChanged(projectId, agentId),
    log,
  });

  return {
    durability,
    async listen(host, port) {
      const bound = await transport.listen(host, port);
      baseUrl = `http://${printableHost(host)}:${bound}`;
      return baseUrl;
    },
    async launchLink() {
      const settled = await projects.hub.ledger.execute({
        command: 'token.link',
        caller: { kind: 'hub' },
        decide: (draft, context) => decideTokenLink(draft, { role: 'admin', name: 'owner' }, context),
      });
      if (!settled.ok) throw new Error(settled.error.message);
      return linkUrl(settled.reply.linkId);
    },
    async stop() {
      await transport.drain();
      await projects.close();
      await transport.close();
      redis.disconnect();
    },
  };
}

/** "Every interface" is no address. */
function printableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Read back from Redis, not from what we asked for. */
async function readDurability(redis: ReturnType<typeof createRedisClient>): Promise<string> {
  const info = await redis.info();
  const field = (name: string): string => info.match(new RegExp(`^${name}:(.*)$`, 'm'))?.[1]?.trim() ?? '';
  const [, fsync = ''] = (await redis.config('GET', 'appendfsync').catch(() => [])) as string[];
  const level =
    field('aof_enabled') !== '1' ? 'memory' : fsync === 'always' || fsync === 'everysec' ? fsync : 'unknown';
  return Number(field('connected_slaves')) > 0 ? `${level}, failover may lose the replication lag` : level;
}
