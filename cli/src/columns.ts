/**
 * What people look for first in a list of records, in this order. One list for all kinds, as fields of the same meaning
 * have the same name in each; the rest of a record is in its own `get`, and everything in `--json`.
 */
const WANTED = [
  'id',
  'agentId',
  'holder',
  'from',
  'to',
  'name',
  'title',
  'role',
  'state',
  'status',
  'code',
  'type',
  'action',
  'project',
  'subject',
  'paths',
  'mode',
  'summary',
  'body',
  'options',
  'answer',
  'counts',
  'note',
  'priority',
  'progress',
  'assignee',
  'waiting',
  'taskId',
  'taskIds',
  'activity',
  'waiters',
  'blockedBy',
  'at',
  'since',
  'raisedAt',
  'createdAt',
  'stateAt',
  'deadlineAt',
  'expiresAt',
];

/** Left out when shown to people: true for every answer, of use to the hub alone, whole records in a row, or a time on its own clock. */
const PLUMBING = new Set(['ok', 'epoch', 'seq', 'kind', 'rev', 'bodies', 'instance', 'node', 'doneByHour', 'records']);
export const isPlumbing = (name: string): boolean => PLUMBING.has(name) || name.endsWith('Clock');

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** The fields that have a value in some row. Rows that are no records are small, and shown whole; `id` is the first. */
export function columnsOf(rows: readonly Record<string, unknown>[]): string[] {
  const present = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => !isPlumbing(name) && rows.some((row) => !isEmpty(row[name])),
  );
  if (rows.every((row) => 'kind' in row)) return WANTED.filter((name) => present.includes(name));
  return [...present.filter((name) => name === 'id'), ...present.filter((name) => name !== 'id')];
}
