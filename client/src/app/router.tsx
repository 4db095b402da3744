import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router';
import { FloorPage } from '../features/floor/floor-page.tsx';
import { FirstRoute } from './first-route.tsx';
import { loadAlarms, loadEvents, loadLocks, loadMessages, loadMetrics, loadTasks, loadWelcome } from './later.ts';
import { NotFound } from './not-found.tsx';
import { ProjectRoute } from './project-route.tsx';
import { Root } from './root.tsx';
import type { AppServices } from './services.ts';

const SEARCH_FIELDS = [
  'peek',
  'q',
  'view',
  'range',
  'sort',
  'density',
  'group',
  'tab',
  'log',
  'actor',
  'command',
  'kind',
  'with',
] as const;
export type PageSearch = { [name in (typeof SEARCH_FIELDS)[number]]?: string | undefined };

/** Everything in the address is text; what no page knows is dropped. */
function validateSearch(raw: Record<string, unknown>): PageSearch {
  const search: PageSearch = {};
  for (const field of SEARCH_FIELDS) {
    const value = raw[field];
    if (typeof value === 'string' && value !== '') search[field] = value;
  }
  return search;
}

export const parseSearch = (text: string): Record<string, unknown> => Object.fromEntries(new URLSearchParams(text));

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (typeof value === 'string' && value !== '') params.set(name, value);
  // A link that a person reads and passes on: `?peek=task:T-12`.
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}

const root = createRootRouteWithContext<AppServices>()({ component: Root, notFoundComponent: NotFound });
const first = createRoute({ getParentRoute: () => root, path: '/', component: FirstRoute });
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(loadWelcome, 'WelcomeRoute'),
});
const project = createRoute({
  getParentRoute: () => root,
  path: '/p/$project',
  component: ProjectRoute,
  validateSearch,
});
const projectIndex = createRoute({
  getParentRoute: () => project,
  path: '/',
  beforeLoad: ({ params }) => {
    redirect({ to: '/p/$project/floor', params, throw: true });
  },
});
const floor = createRoute({ getParentRoute: () => project, path: '/floor', component: FloorPage });
const tasks = createRoute({
  getParentRoute: () => project,
  path: '/tasks',
  component: lazyRouteComponent(loadTasks, 'TasksPage'),
});
const locks = createRoute({
  getParentRoute: () => project,
  path: '/locks',
  component: lazyRouteComponent(loadLocks, 'LocksPage'),
});
/** One page with and without a thread, so that its list stays where it is. */
const messages = createRoute({
  getParentRoute: () => project,
  path: '/messages',
  component: lazyRouteComponent(loadMessages, 'MessagesRoute'),
});
const thread = createRoute({ getParentRoute: () => messages, path: '/$thread' });
const alarms = createRoute({
  getParentRoute: () => project,
  path: '/alarms',
  component: lazyRouteComponent(loadAlarms, 'AlarmsPage'),
});
const events = createRoute({
  getParentRoute: () => project,
  path: '/events',
  component: lazyRouteComponent(loadEvents, 'EventsRoute'),
});
const metrics = createRoute({
  getParentRoute: () => project,
  path: '/metrics',
  component: lazyRouteComponent(loadMetrics, 'MetricsPage'),
});

const routeTree = root.addChildren([
  first,
  welcome,
  project.addChildren([projectIndex, floor, tasks, locks, messages.addChildren([thread]), alarms, metrics, events]),
]);

/** Without a history it follows the browser's. */
export const createAppRouter = (services: AppServices, history?: RouterHistory) =>
  createRouter({
    routeTree,
    context: services,
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    ...(history !== undefined && { history }),
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
