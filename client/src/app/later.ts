/** Parts that the first picture does not need. */
export const loadTasks = () => import('../features/tasks/tasks-page.tsx');
export const loadLocks = () => import('../features/locks/locks-page.tsx');
export const loadMessages = () => import('./messages-route.tsx');
export const loadAlarms = () => import('../features/alarms/alarms-page.tsx');
export const loadEvents = () => import('./events-route.tsx');
export const loadMetrics = () => import('../features/metrics/metrics-page.tsx');
export const loadWelcome = () => import('./welcome-route.tsx');
export const loadPeek = () => import('../features/peek/peek-panel.tsx');

/** Fetched once the page is live, so that going there works while the hub is away. */
export function loadTheRest(): void {
  for (const load of [loadTasks, loadPeek, loadMetrics, loadAlarms, loadEvents, loadLocks, loadMessages])
    void load().catch(() => undefined);
}
