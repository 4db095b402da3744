import { builtinModules } from 'node:module';
import { findCycles, findRuntimePath, reachable, readGraph } from './import-graph.mjs';

const SOURCE_FOLDERS = ['shared', 'sdk', 'cli', 'server', 'client', 'e2e', 'bench', 'torture', 'scripts'];

/**
 * Who may import whom among the workspaces; imports within one are ruled below. Tests of the built thing
 * (e2e) may look into everything.
 */
const WORKSPACES = {
  shared: [],
  sdk: ['shared'],
  cli: ['shared', 'sdk'],
  server: ['shared'],
  client: ['shared', 'sdk'],
  e2e: ['shared', 'sdk', 'cli', 'server', 'torture', 'scripts'],
  bench: ['shared', 'server', 'cli'],
  torture: [], // it judges the hub: what it knows of it is the public protocol
  scripts: [],
};

/** The rooms of the server, from the innermost out: each may import itself and what is listed. */
const READERS = ['presence', 'nodes', 'health', 'metrics', 'history', 'project', 'housekeeping', 'hosted-projects'];
const SERVER_ROOMS = {
  domain: [],
  redis: [],
  ledger: ['domain', 'redis'],
  ...Object.fromEntries(READERS.map((room) => [room, ['domain', 'ledger', 'commands', ...READERS]])),
  commands: ['domain', 'ledger', 'presence', 'project'],
  transport: ['domain', 'ledger', 'commands', ...READERS],
  'create-hub': ['config', 'domain', 'redis', 'ledger', 'commands', 'transport', 'start-error', ...READERS],
  config: [],
  'data-lock': [],
  'hub-files': ['data-lock'],
  'running-hub': ['hub-files'],
  'run-demo': [],
  'secret-file': ['config', 'data-lock', 'start-error'],
  'start-error': [],
  banner: [],
  'provide-redis': ['config', 'redis', 'start-error'],
  main: [
    'config',
    'create-hub',
    'data-lock',
    'hub-files',
    'secret-file',
    'running-hub',
    'run-demo',
    'start-error',
    'banner',
    'provide-redis',
  ],
};

/** The rooms of the client. */
const CLIENT_ROOMS = {
  styles: [],
  ui: ['styles'],
  hub: [],
  actions: ['hub', 'ui', 'styles'],
  features: ['hub', 'ui', 'styles', 'actions'],
  app: ['hub', 'ui', 'styles', 'actions', 'features'],
  main: ['app', 'hub', 'ui', 'styles'],
};

/** Packages with one home: nobody else may import them. */
const HOMES = [
  { packages: ['ioredis'], home: /^(server\/src\/(redis\/|ledger\/redis-store)|bench\/)/ },
  { packages: ['socket.io'], home: /^(server\/src\/transport\/|bench\/reference\.ts$)/ },
  { packages: ['express', 'helmet'], home: /^server\/src\/transport\// },
  { packages: ['socket.io-client'], home: /^(sdk\/src|torture)\// },
  { packages: ['recharts'], home: /^client\/src\/ui\// },
];

/** Started by somebody else than an import. */
const ENTRIES = [
  /^server\/src\/main\.ts$/,
  /^server\/src\/ledger\/memory-store\.ts$/, // the second store, for pure tests
  /^sdk\/src\/(index|feed)\.ts$/,
  /^cli\/(bin\/|src\/(main|demo\/agent)\.ts$)/, // the demo's agents are processes of their own
  /^client\/(src\/main\.tsx|vite\.config\.ts)$/,
  /^scripts\/[^/]+\.mjs$/,
  /^scripts\/lib\/words-for-people\.mjs$/, // named by stryker.config.json
  /^bench\/(main|reference|reference-queue|time-lapse|load\/main)\.ts$/, // five processes
  /^torture\/(main|agent|observer|clock-jump|fuzz\/main)\.ts$/, // processes of a run
  /^e2e\//,
];

const isTest = (file) =>
  /\.(test|spec|contract)\.(ts|tsx|mjs)$/.test(file) ||
  /(^|\/)(e2e|testing|mutants|domain\/model)\/|\/test-[^/]+\.tsx?$/.test(file);
const isBuiltin = (specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier);
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Every breach of the import rules below `root`, one sentence each. */
export function findBreaches(root) {
  const graph = readGraph(root, SOURCE_FOLDERS);
  const breaches = [];
  for (const [file, imports] of graph) {
    for (const found of imports) {
      const why = ownBreach(file, found) ?? externalBreach(file, found.specifier);
      if (why !== undefined) breaches.push(`${file} imports ${found.specifier}: ${why}`);
    }
  }
  return [...breaches, ...cycleBreaches(graph), ...bundleBreaches(graph), ...deadFiles(graph)];
}

function ownBreach(from, { specifier, typeOnly, file: to }) {
  if (to === undefined) return undefined;
  const [here, there] = [workspaceOf(from), workspaceOf(to)];
  if (specifier.startsWith('.') && here !== there && here !== 'e2e') return 'another workspace is imported by its name';
  if (here !== there && !WORKSPACES[here].includes(there)) return `${here} may not import ${there}`;
  if (here === 'client' && there === 'shared' && !isTest(from)) return clientFromShared(to, typeOnly);
  if (here !== there || isTest(from)) return undefined;
  if (isTest(to)) return 'only tests import tests';
  if (here === 'server') return roomBreach(SERVER_ROOMS, from, to);
  if (here === 'client') return featureBreach(from, to) ?? roomBreach(CLIENT_ROOMS, from, to);
  return undefined;
}

function clientFromShared(to, typeOnly) {
  const schemas = /^shared\/src\/(records|commands)[./]/.test(to);
  return schemas && !typeOnly ? 'the client imports only types from records and commands (import type)' : undefined;
}

function featureBreach(from, to) {
  const [here, there] = [featureOf(from), featureOf(to)];
  return here && there && here !== there ? 'features never import features' : undefined;
}

const featureOf = (file) => /^client\/src\/features\/([^/]+)\//.exec(file)?.[1];

function roomBreach(rooms, from, to) {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === undefined || there === undefined || here === there) return undefined;
  for (const room of [here, there]) if (!(room in rooms)) return `the room "${room}" is not in the table of rooms`;
  return rooms[here].includes(there) ? undefined : `${here} may not import ${there}`;
}

/** `server/src/ledger/clock.ts` → ledger, `server/src/main.ts` → main */
const roomOf = (file) => /^\w+\/src\/([^/.]+)/.exec(file)?.[1];
const workspaceOf = (file) => file.split('/')[0];

function externalBreach(file, specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('@signalbox/') || isTest(file)) return undefined;
  const pure = /^(shared|server\/src\/domain)\//.exec(file)?.[1];
  if (isBuiltin(specifier)) {
    if (pure) return `${pure} is pure: no Node`;
    return /^client\/src\//.test(file) ? 'the client runs in a browser' : undefined;
  }
  const name = packageOf(specifier);
  if (workspaceOf(file) === 'scripts') return 'scripts run before anything is installed';
  if (pure && name !== 'zod') return `${pure} imports zod only`;
  const owner = HOMES.find(({ packages }) => packages.includes(name));
  return owner && !owner.home.test(file) ? `${name} is imported in ${owner.home.source} only` : undefined;
}

function cycleBreaches(graph) {
  return findCycles(graph).map((files) => `imports run in a circle: ${[...files, files[0]].join(' → ')}`);
}

/** What the browser loads: no schema library, in however many steps. */
function bundleBreaches(graph) {
  const starts = [...graph.keys()].filter((file) => /^client\/src\/main\.tsx$|^sdk\/src\/feed\.ts$/.test(file));
  const paths = starts.map((start) => findRuntimePath(graph, start, (specifier) => packageOf(specifier) === 'zod'));
  return paths.filter(Boolean).map((path) => `zod would be in the browser's bundle: ${path.join(' → ')}`);
}

/** Files that nothing but tests needs are dead code. */
function deadFiles(graph) {
  const starts = [...graph.keys()].filter((file) => ENTRIES.some((entry) => entry.test(file)));
  const reached = reachable(graph, starts);
  return [...graph.keys()]
    .filter((file) => !reached.has(file) && !isTest(file) && !file.endsWith('.d.ts'))
    .map((file) => `${file} is imported by nothing but tests, if at all: use it or delete it`);
}
