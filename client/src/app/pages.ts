/** The pages of a project, in the order of the navigation; `key` follows G on the keyboard. */
export const PAGES = [
  { path: 'floor', label: 'Floor', key: 'f' },
  { path: 'tasks', label: 'Tasks', key: 't' },
  { path: 'metrics', label: 'Metrics', key: 'm' },
] as const;

export type PagePath = (typeof PAGES)[number]['path'];
