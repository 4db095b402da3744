import { readPublished } from '../fuzz/published.ts';
import { parsed } from '../fuzz/verdicts.ts';
import { answer, bearer, Cast, type CorpusOptions, type CorpusResult, type Headers, type Outcome } from './cast.ts';
import { hostileHosts, hostileOrigins } from './hostile-origins.ts';
import { LedgerWatch } from './ledger-watch.ts';

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

interface Route {
  method: string;
  path: string;
  headers: Headers;
  body: string;
  /** Under the hub's own name it is answered with this; where nothing is said it may be refused for other reasons. */
  works?: number;
}

interface Wrong {
  headers: Headers;
  /** The header that is wrong, and that the refusal names. */
  refused: 'Host' | 'Origin';
}

/**
 * Every route and the WebSocket, with a good token, by names that are not the hub's and from pages that are not its own:
 * refused for exactly that, where the same request under the hub's own name is not, and without any effect.
 * For a hub that is reached directly: behind a proxy the public name is the proxy's affair.
 */
export async function checkHosts(options: CorpusOptions): Promise<CorpusResult> {
  await using cast = await Cast.gather(options);
  const { token } = await cast.token('operator');
  const own = cast.hub.host;
  const routes = await routesOf(options, cast, token);
  const wrongs = wrongsOf(own);
  const rights: Headers[] = [
    [['Host', own]],
    [
      ['Host', own],
      ['Origin', `http://${own}`],
    ],
  ];
  const passed: string[] = [];
  const watch = await LedgerWatch.start(cast);
  for (const route of routes) {
    const named = `${route.method} ${route.path}`;
    for (const right of rights) {
      const outcome = await send(cast, route, right);
      if (!isServed(outcome, route)) passed.push(`${named} under the hub's own name: ${shown(outcome)}`);
    }
    await watch.forget();
    for (const { headers, refused } of wrongs) {
      const outcome = await send(cast, route, headers);
      if (refusedFor(outcome) !== refused) passed.push(`${named} with ${JSON.stringify(headers)}: ${shown(outcome)}`);
    }
    passed.push(...(await watch.written()).map((event) => `${named} by another name or page wrote ${event}`));
  }
  return { tried: routes.length * wrongs.length, passed };
}

const shown = ({ status, text }: Outcome): string => `${status} ${text.slice(0, 200)}`;

/** The header for which the hub, and nothing before or behind its door, refused this. */
function refusedFor({ status, text }: Outcome): string | undefined {
  const { error } = answer.safeParse(parsed(text)).data ?? {};
  if (status !== 403 || error?.code !== 'FORBIDDEN') return undefined;
  return /^(Host|Origin): /.exec(error.message)?.[1];
}

/** The hub is there, and this is not what it refuses. */
const isServed = (outcome: Outcome, { works }: Route): boolean =>
  works === undefined
    ? outcome.status >= 200 && outcome.status < 429 && refusedFor(outcome) === undefined
    : outcome.status === works;

const send = (cast: Cast, { method, path, headers, body }: Route, named: Headers): Promise<Outcome> =>
  cast.raw(method, path, [...named, ...headers], { body });

function wrongsOf(own: string): Wrong[] {
  const host = (headers: Headers): Wrong => ({ headers, refused: 'Host' });
  const origin = (headers: Headers): Wrong => ({ headers, refused: 'Origin' });
  const page = (value: string): Headers => [
    ['Host', own],
    ['Origin', value],
  ];
  return [
    ...hostileHosts(own).map((value) => host([['Host', value]])),
    ...hostileOrigins(own).map((value) => origin(page(value))),
    // A page whose name was made to point here: what its browser says fits together.
    host([
      ['Host', 'evil.example'],
      ['Origin', 'http://evil.example'],
    ]),
    host([]),
    host([
      ['Host', own],
      ['Host', 'evil.example'],
    ]),
    host([
      ['Host', 'evil.example'],
      ['Host', own],
    ]),
    origin([...page(`http://${own}`), ['Origin', 'http://evil.example']]),
  ];
}

async function routesOf({ url, commands: only }: CorpusOptions, cast: Cast, token: string): Promise<Route[]> {
  const published = await readPublished(url);
  const commands = published.commands.filter(({ name }) => only?.includes(name) !== false);
  const headers = bearer(token);
  const api = (name: string): string => `/api/v1/projects/${cast.project}/${name}`;
  const get = (path: string): Route => ({ method: 'GET', path, headers, body: '' });
  const socket = (path: string): Route => ({ method: 'GET', path, headers: UPGRADE, body: '' });
  return [
    { ...socket(SOCKET), works: 101 },
    // Engine.IO itself asks nobody about a connection that there is, or says that there is.
    { ...socket(`${SOCKET}&sid=x`), works: 400 },
    { ...get('/socket.io/?EIO=4&transport=polling'), works: 400 },
    ...OPEN.map((path): Route => ({ ...get(path), works: path === '/nothing' ? 404 : 200 })),
    { method: 'POST', path: '/session', headers, body: JSON.stringify({ token }), works: 200 },
    { ...get('/session'), method: 'DELETE' },
    get(api('export')),
    // As they are published, so that what comes through does something.
    ...commands.map(
      ({ name, examples }): Route => ({
        method: 'POST',
        path: api(name),
        headers,
        body: JSON.stringify(examples[0] ?? {}),
      }),
    ),
    ...commands.filter(({ byGet }) => byGet).map(({ name }) => get(api(name))),
  ];
}
