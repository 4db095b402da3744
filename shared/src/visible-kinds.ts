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
