import { HistoryWriter } from '../history/writer.ts';
import { Children } from './children.ts';
import type { Cluster } from './cluster.ts';
import { finish } from './finish.ts';
import { type Crowd, startAgents } from './fleet.ts';
import { hubApi } from './hub-api.ts';
import { Readers } from './readers.ts';
import { Wire } from './wire.ts';

export interface ForeignSettings extends Crowd {
  url: string;
  token: string;
  historyFolder: string;
}

const WIRES = 4;
/** Control rooms that stop reading. */
const READERS = 4;

/**
 * Agents on somebody's own hub, in a project of their own. Its processes and its Redis are left alone; over TLS its
 * connections, too, since a wire has no certificate.
 */
export async function startForeignCluster(settings: ForeignSettings): Promise<Cluster> {
  const { url, token, historyFolder, seed } = settings;
  const { protocol, host, hostname, port } = new URL(url);
  const children = new Children();
  const history = new HistoryWriter(historyFolder, 'run');
  const target = { host: hostname, port: Number(port === '' ? 80 : port) };
  const wires = protocol === 'http:' ? await Promise.all(Array.from({ length: WIRES }, () => Wire.to(target))) : [];
  const ways = wires.length > 0 ? wires.map((wire) => ({ url: wire.url, host })) : [{ url, host }];
  const project = `torture-${seed}-${Date.now().toString(36)}`;
  const ask = hubApi(() => [new URL(url).origin], { token, project });
  await ask('project.create', { id: project });
  const common = { token, project, folder: historyFolder, redisUrl: undefined };
  const observer = new Readers(children, { ...common, name: 'observer', ways: ways.slice(0, 2), judgesFeeds: false });
  const agents = startAgents(children, { ...settings, ...common, ways, history });
  let readers = 0;
  return {
    redis: undefined,
    sites: [],
    wires,
    agents,
    history,
    async startReaders() {
      readers += 1;
      // No wire between them and the hub: a wire would read for them.
      const direct = Array.from({ length: READERS }, () => ({ url: new URL(url).origin, host }));
      return new Readers(children, { ...common, name: `readers-${readers}`, ways: direct, judgesFeeds: false });
    },
    async heal() {
      for (const wire of wires) wire.weather = { kind: 'clear' };
    },
    finish: () => finish({ ask, agents, observer }),
    async close() {
      await children.killAll();
      await Promise.all(wires.map((wire) => wire.close()));
      history.close();
    },
  };
}
