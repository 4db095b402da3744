import { z } from 'zod';
import { command, type ExampleStep, listInput, next, readInput } from '../command.ts';
import { alarmId } from '../ids.ts';
import { alarmRecord } from '../records/alarm.ts';
import { text } from '../text.ts';

const one = z.object({ alarm: alarmRecord });
/** A task that may be tried once and fails raises RETRY_OUT. */
const raised: readonly ExampleStep[] = [
  { as: 'human', command: 'task.create', input: { title: 'Add login', maxAttempts: 1 } },
  { as: 'alice', command: 'task.next', input: {} },
  { as: 'alice', command: 'task.fail', input: { taskId: 'T-1', attempt: 1, reason: 'no compiler' } },
];
const MAX_SHELVE_MS = 8 * 3_600_000;

export const alarmList = command({
  name: 'alarm.list',
  summary: 'List the alarms that stand.',
  access: 'viewer',
  identity: 'any',
  kind: 'read',
  input: z.strictObject({
    ...listInput,
    ...readInput,
    state: z.enum(['unacked', 'acked', 'returned', 'shelved']).optional(),
  }),
  output: z.object({ alarms: z.array(alarmRecord), next }),
  examples: [
    {
      before: raised,
      as: 'human',
      input: {},
      output: { alarms: [{ id: 'A-1', code: 'RETRY_OUT', subject: { kind: 'task', id: 'T-1' }, state: 'unacked' }] },
    },
  ],
});

export const alarmAcknowledge = command({
  name: 'alarm.acknowledge',
  summary: 'Say that you take care of the alarm.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ alarmId }),
  output: one,
  examples: [
    { before: raised, as: 'human', input: { alarmId: 'A-1' }, output: { alarm: { id: 'A-1', state: 'acked' } } },
  ],
});

export const alarmShelve = command({
  name: 'alarm.shelve',
  summary: 'Put the alarm aside for a while, at most 8 hours; it comes back by itself.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ alarmId, forMs: z.int().min(1_000).max(MAX_SHELVE_MS), reason: text(500) }),
  output: one,
  examples: [
    {
      before: raised,
      as: 'human',
      input: { alarmId: 'A-1', forMs: 600_000, reason: 'known' },
      output: { alarm: { id: 'A-1', state: 'shelved' } },
    },
  ],
});

export const alarmUnshelve = command({
  name: 'alarm.unshelve',
  summary: 'Bring a shelved alarm back.',
  access: 'operator',
  identity: 'any',
  kind: 'write',
  input: z.strictObject({ alarmId }),
  output: one,
  examples: [
    {
      before: [
        ...raised,
        { as: 'human', command: 'alarm.shelve', input: { alarmId: 'A-1', forMs: 600_000, reason: 'known' } },
      ],
      as: 'human',
      input: { alarmId: 'A-1' },
      output: { alarm: { id: 'A-1', state: 'unacked' } },
    },
  ],
});
