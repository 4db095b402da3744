/** The pages of a project, in the order of the navigation; `key` follows G on the keyboard. */
export const PAGES = [
  { path: 'floor', label: 'Floor', key: 'f' },
  { path: 'tasks', label: 'Tasks', key: 't' },
  { path: 'locks', label: 'Locks', key: 'l' },
  { path: 'messages', label: 'Messages', key: 'm' },
  { path: 'alarms', label: 'Alarms', key: 'r' },
  { path: 'metrics', label: 'Metrics', key: 'x' },
  { path: 'events', label: 'Events', key: 'e' },
] as const;

export type PagePath = (typeof PAGES)[number]['path'];

/** The page an address belongs to: `/p/acme/messages/T-7` is one of the messages. */
export const pageAt = (pathname: string): (typeof PAGES)[number] | undefined =>
  PAGES.find(({ path }) => path === pathname.split('/')[3]);
