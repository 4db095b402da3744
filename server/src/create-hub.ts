import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decideHubKey, decideTokenLink } from './domain/hub.ts';
import { History } from './history/history.ts';
import { HostedProjects } from './hosted-projects/hosted-projects.ts';
import type { Failpoint, Ledger } from './ledger/ledger.ts';
import { RedisStore } from './ledger/redis-store.ts';
import { StoreRefused, StoreUnavailable } from './ledger/store.ts';
import { prometheus } from './metrics/prometheus.ts';
import { Exchange } from './nodes/exchange.ts';
import { Nodes } from './nodes/nodes.ts';
import { LiveTime } from './presence/live-time.ts';
import { RedisBus } from './redis/bus.ts';
import { createRedisClient, type RedisAddress } from './redis/client.ts';
import { Durability } from './redis/durability.ts';
import { ledgerKeys, nodesChannel, tailChannel } from './redis/keys.ts';
import { redisLogSource } from './redis/log-source.ts';
import { redisReady } from './redis/ready.ts';
import { redisSeriesStore } from './redis/series-store.ts';
import { StartError } from './start-error.ts';
import { Auth } from './transport/auth.ts';
import { createDispatch } from './transport/dispatch.ts';
import { keyFingerprint } from './transport/secrets.ts';
import { createTransport, type Log } from './transport/transport.ts';

/** A Redis that does not answer keeps nobody from stopping: what was acknowledged is written, all else has its own end. */
const CLOSE_WITHIN_MS = 2_000;

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

/** A start does not wait for a store that is away, as a hub does that runs. */
function inWords(error: unknown): never {
  if (!(error instanceof StoreUnavailable || error instanceof StoreRefused)) throw error;
  throw new StartError(
    `Redis answers, but does not do what it is asked (${error.message}); mend that and start again.`,
  );
}

/** Builds every part of a hub by hand, in the order they need each other. Rejects when Redis cannot be used. */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { log } = options;
  const node = randomBytes(9).toString('base64url');
  const hubKey = Buffer.from(options.hubKey, 'utf8');
  const redis = createRedisClient(options.redis);
  redis.on('error', (error: Error) => log.warn({ reason: error.message }, 'Redis connection'));
  await redis.connect();
  const durability = await Durability.open(redis, {
    onChange: (level) => log.warn({ durability: level }, 'what an acknowledged write is worth has changed'),
  });
  const live = new LiveTime();
  const offLive = live.run();

  // Heard of before it loads anything, so that the others tell it what they write from here on.
  const bus = await RedisBus.open({ redis, address: options.redis });
  const channel = nodesChannel(redis.options.db ?? 0);
  const nodes = await Nodes.start({ node, bus, channel, ownChannel: tailChannel, live });

  const projects = await HostedProjects.open({
    node,
    nodes,
    live,
    ledgerStore: (id, life) => new RedisStore(redis, ledgerKeys(id), node, { life, peers: () => nodes.others() }),
    seriesStore: (id) => redisSeriesStore(redis, id),
    onThrow: (project, command, error) => log.error({ project, command, err: error }, 'a command threw'),
    ...(options.failpoint !== undefined && { failpoint: options.failpoint }),
  }).catch(inWords);
  await checkHubKey(projects.hub.ledger, keyFingerprint(hubKey));
  const exchange = await Exchange.start({ nodes, bus, ownChannel: tailChannel(node), projects, live });
  await projects.start();
  const auth = await Auth.open({
    hub: projects.hub.ledger,
    hubKey,
    ownerToken: options.ownerToken,
  });
  let baseUrl = '';
  const linkUrl = (linkId: string): string => `${baseUrl}/#k=${auth.linkCode(linkId)}`;

  const history = new History((project) => redisLogSource(redis, project));
  const dispatch = createDispatch({
    projects,
    durability: () => durability.level,
    openProject: (id) => projects.openProject(id),
    tokenText: (tokenId, role) => auth.secretOf(tokenId, role),
    linkUrl,
    health: (project, view) => projects.health(project, view),
    metrics: (project, input) => projects.metrics(project, input),
    history: (project, input) => history.list(project.id, input),
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
    durability: () => durability.level,
    clientDir: fileURLToPath(new URL('../../client/dist', import.meta.url)),
    packageFile: fileURLToPath(new URL('../../server/dist/dl/signalbox.tgz', import.meta.url)),
    ready: redisReady(redis),
    metrics: prometheus(projects, nodes),
    onPresenceChange: (projectId, agentId) => projects.presenceChanged(projectId, agentId),
    log,
  });

  return {
    durability: durability.level,
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
      await Promise.race([projects.close(), delay(CLOSE_WITHIN_MS, undefined, { ref: false })]);
      exchange.stop();
      nodes.stop();
      await transport.close();
      auth.close();
      offLive();
      bus.close();
      durability.close();
      redis.disconnect();
    },
  };
}

/** "Every interface" is no address. */
function printableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** A token that one node has made must open all of them. */
async function checkHubKey(hub: Ledger, fingerprint: string): Promise<void> {
  const settled = await hub.execute({
    command: 'hub.key',
    caller: { kind: 'hub' },
    decide: (draft, context) => decideHubKey(draft, { fingerprint }, context),
  });
  if (!settled.ok) throw new StartError(settled.error.message);
}
