import { readPublished } from '../fuzz/published.ts';
import { bearer, Cast, type CorpusOptions, type CorpusResult, type Headers } from './cast.ts';
import { hostileHosts, hostileOrigins } from './hostile-origins.ts';

const OPEN = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/docs',
  '/openapi.json',
  '/asyncapi.json',
  '/agent.md',
  '/dl/signalbox.tgz',
  '/favicon.svg',
  '/nothing',
];
const SOCKET = '/socket.io/?EIO=4&transport=websocket';
const UPGRADE: Headers = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
];
/** Refused by the hub, or by its parser before it. */
const REFUSED: ReadonlySet<number> = new Set([0, 400, 403]);

interface Route {
  method: string;
  path: string;
  headers: Headers;
}

/**
 * Every route and the WebSocket, with a good token, by names that are not the hub's and from pages that are not its own.
 * For a hub that is reached directly: behind a proxy the public name is the proxy's affair.
 */
export async function checkHosts(options: CorpusOptions): Promise<CorpusResult> {
  await using cast = await Cast.gather(options);
  const { token } = await cast.token('operator');
  const own = cast.hub.host;
  const routes = await routesOf(options, cast, bearer(token));
  const wrongs: Headers[] = [
    ...hostileHosts(own).map((host): Headers => [['Host', host]]),
    ...hostileOrigins(own).map(
      (origin): Headers => [
        ['Host', own],
        ['Origin', origin],
      ],
    ),
    [],
    [
      ['Host', own],
      ['Host', 'evil.example'],
    ],
    [
      ['Host', 'evil.example'],
      ['Host', own],
    ],
    [
      ['Host', own],
      ['Origin', `http://${own}`],
      ['Origin', 'http://evil.example'],
    ],
  ];
  const passed: string[] = [];
  for (const { method, path, headers } of routes) {
    for (const wrong of wrongs) {
      const { status } = await cast.raw(method, path, [...wrong, ...headers], method === 'POST' ? '{}' : '');
      if (!REFUSED.has(status)) passed.push(`${method} ${path} with ${JSON.stringify(wrong)}: ${status}`);
    }
  }
  return { tried: routes.length * wrongs.length, passed };
}

async function routesOf({ url }: CorpusOptions, cast: Cast, headers: Headers): Promise<Route[]> {
  const { commands } = await readPublished(url);
  const api = (name: string): string => `/api/v1/projects/${cast.project}/${name}`;
  return [
    { method: 'GET', path: SOCKET, headers: UPGRADE },
    ...OPEN.map((path) => ({ method: 'GET', path, headers })),
    { method: 'POST', path: '/session', headers },
    { method: 'DELETE', path: '/session', headers },
    { method: 'GET', path: api('export'), headers },
    ...commands.map(({ name }) => ({ method: 'POST', path: api(name), headers })),
    ...commands.filter(({ byGet }) => byGet).map(({ name }) => ({ method: 'GET', path: api(name), headers })),
  ];
}
