/** What a subscriber of a project may see. Visibility is per kind, never per field. */
export const VISIBLE_KINDS = [
  'agent',
  'task',
  'lock',
  'waiter',
  'message',
  'directive',
  'receipt',
  'question',
  'alarm',
] as const;
/** What an admin may see of the hub's own project. */
export const HUB_KINDS = ['project', 'token', 'link'] as const;
