import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HistoryWriter } from '../history/writer.ts';
import type { Way } from '../way.ts';
import { Children } from './children.ts';
import type { Cluster, Site } from './cluster.ts';
import { finish } from './finish.ts';
import { type Crowd, startAgents } from './fleet.ts';
import { freePort } from './free-port.ts';
import { hubApi } from './hub-api.ts';
import { HubNode } from './hub-node.ts';
import { Readers } from './readers.ts';
import { RedisNode } from './redis.ts';
import { ReplyThief } from './reply-thief.ts';
import { type Target, Wire } from './wire.ts';

export interface OwnSettings extends Crowd {
  /** Where everything of the run is but its history. */
  folder: string;
  historyFolder: string;
  hubs: number;
}

const PROJECT = 'torture';
/** Ways of agents to each hub: what befalls one leaves the others. */
const WAYS_PER_HUB = 3;
/** Control rooms that stop reading. */
const READERS_PER_HUB = 3;
const LOOPBACK = (port: number): Target => ({ host: '127.0.0.1', port });

/** Hubs and Redis of the run's own, on this machine, with agents around them. */
export async function startOwnCluster(settings: OwnSettings): Promise<Cluster> {
  const ends: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await start(settings, ends, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(settings: OwnSettings, ends: (() => unknown)[], close: () => Promise<void>): Promise<Cluster> {
  const { folder, historyFolder } = settings;
  await mkdir(folder, { recursive: true });
  const history = new HistoryWriter(historyFolder, 'run');
  ends.push(() => history.close());
  const token = randomUUID() + randomUUID();
  const keyFile = join(folder, 'key');
  await writeFile(keyFile, randomUUID() + randomUUID(), { mode: 0o600 });
  const children = new Children();
  const redis = await RedisNode.start(children, join(folder, 'redis'));
  ends.push(() => redis.close());
  const sites: Site[] = [];
  const wires: Wire[] = [];
  const ways: Way[] = [];
  ends.push(() => Promise.all([...wires, ...sites.map(({ redisWire }) => redisWire)].map((wire) => wire.close())));
  ends.push(() => children.killAll());
  for (let at = 0; at < settings.hubs; at++) {
    const redisWire = await Wire.to(LOOPBACK(redis.port));
    const port = await freePort();
    const own = { folder: join(folder, `hub-${at}`), ownerToken: token, keyFile, port, project: PROJECT };
    const hub = new HubNode(`hub-${at}`, { children, settings: { ...own, redisPort: redisWire.port } });
    sites.push({ hub, redisWire, thief: new ReplyThief(redisWire) });
    await hub.start();
    for (let way = 0; way < WAYS_PER_HUB; way++) {
      const wire = await Wire.to(LOOPBACK(port));
      wires.push(wire);
      ways.push({ url: wire.url, host: hub.host });
    }
  }
  const ask = hubApi(() => sites.map(({ hub }) => hub.url), { token, project: PROJECT });
  const common = { token, project: PROJECT, folder: historyFolder };
  const observer = new Readers(children, {
    ...common,
    name: 'observer',
    judgesFeeds: true,
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    ways: ways.filter((_, at) => at % WAYS_PER_HUB === 0),
  });
  await ask('project.create', { id: PROJECT });
  const agents = startAgents(children, { ...settings, ...common, ways, history });
  let readers = 0;
  return {
    redis,
    sites,
    wires,
    agents,
    history,
    async startReaders() {
      readers += 1;
      // No wire between them and their hub: a wire would read for them.
      const direct = sites.flatMap(({ hub }) => Array.from({ length: READERS_PER_HUB }, () => hub));
      const own = { name: `readers-${readers}`, redisUrl: undefined, judgesFeeds: false };
      return new Readers(children, { ...common, ...own, ways: direct.map(({ url, host }) => ({ url, host })) });
    },
    async heal() {
      for (const { redisWire, thief } of sites) {
        thief.disarm();
        redisWire.weather = { kind: 'clear' };
      }
      for (const wire of wires) wire.weather = { kind: 'clear' };
      for (const { hub } of sites) await hub.serves();
    },
    finish: () => finish({ ask, agents, observer }),
    close,
  };
}
