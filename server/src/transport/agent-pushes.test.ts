import type { AnyRecord } from '@signalbox/shared/records';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { expect, test } from 'vitest';
import type { RecordChange } from '../domain/record-change.ts';
import { pushesOf } from './agent-pushes.ts';

interface By {
  command: string;
  actor?: string;
  reason?: string;
}

function pushes(
  { command, actor = 'hub', reason }: By,
  ...changes: [before: AnyRecord | undefined, after: AnyRecord | undefined][]
) {
  const tx = {
    seq: 9,
    clock: 1_000,
    at: 0,
    actor,
    command,
    ...(reason !== undefined && { reason }),
    puts: [],
    removes: [],
  };
  return pushesOf({
    tx,
    bytes: 0,
    changes: changes.map(
      ([before, after]): RecordChange => ({
        kind: (after ?? before)?.kind ?? 'task',
        id: (after ?? before)?.id ?? '',
        before,
        after,
      }),
    ),
  });
}

const task = (fields: Partial<TaskRecord>): TaskRecord => ({
  kind: 'task',
  id: 'T-1',
  rev: 1,
  title: 'x',
  type: 'task',
  priority: 3,
  dependencies: [],
  files: [],
  requires: [],
  estimatedMinutes: null,
  review: false,
  status: 'pending',
  assignee: null,
  attempt: 0,
  failures: 0,
  losses: 0,
  maxAttempts: 3,
  progress: 0,
  createdBy: 'human:Kim',
  createdAt: 0,
  attempts: [],
  bodies: {},
  ...fields,
});
const lock = (holder: string): AnyRecord => ({
  kind: 'lock',
  id: 'L-1',
  rev: 1,
  paths: ['a'],
  mode: 'exclusive',
  holder,
  fence: '1.1',
  since: 0,
  ttlMs: 120_000,
  expiresClock: 121_750,
  waiters: [],
});
const waiter = (agentId: string): AnyRecord => ({
  kind: 'waiter',
  id: 'L-1',
  rev: 1,
  paths: ['a'],
  mode: 'exclusive',
  agentId,
  since: 0,
  ttlMs: 120_000,
  waitClock: 0,
  blockedBy: ['L-0'],
});

const free = task({});
const assigned = task({ assignee: 'alice', attempt: 1 });
const running = task({ assignee: 'alice', attempt: 1, status: 'in_progress' });

test('a lock that is handed over is granted to the receiver, and lost only to a holder who did not ask', () => {
  const granted = {
    agentId: 'bob',
    event: 'lock.granted',
    lockId: 'L-1',
    fence: '1.1',
    paths: ['a'],
    expiresInMs: 120_000,
    from: 'alice',
  };
  expect(pushes({ command: 'lock.transfer', actor: 'alice' }, [lock('alice'), lock('bob')])).toEqual([granted]);
  expect(pushes({ command: 'lock.transfer', actor: 'human:Kim' }, [lock('alice'), lock('bob')])).toEqual([
    { agentId: 'alice', event: 'lock.lost', lockId: 'L-1', reason: 'TRANSFERRED' },
    granted,
  ]);
  expect(
    pushes({ command: 'lock.transfer', actor: 'alice' }, [lock('alice'), lock('bob')], [waiter('bob'), undefined]),
  ).toEqual([{ ...granted, claims: ['L-1'] }]);
});

test('an assignment is told to whom the task went, and to whom it was taken from', () => {
  expect(pushes({ command: 'task.assignments' }, [free, assigned])).toEqual([
    { agentId: 'alice', event: 'task.assigned', task: assigned },
  ]);
  const moved = task({ assignee: 'bob', attempt: 2 });
  expect(pushes({ command: 'task.assign', actor: 'human:Kim' }, [running, moved])).toEqual([
    { agentId: 'alice', event: 'task.withdrawn', taskId: 'T-1', attempt: 1, reason: 'REASSIGNED' },
    { agentId: 'bob', event: 'task.assigned', task: moved },
  ]);
});

test('taking, starting, reporting and ending a task by oneself needs no telling', () => {
  expect(pushes({ command: 'task.next', actor: 'alice' }, [free, running])).toEqual([]);
  expect(pushes({ command: 'task.start', actor: 'alice' }, [assigned, running])).toEqual([]);
  expect(pushes({ command: 'task.progress', actor: 'alice' }, [running, { ...running, progress: 5 }])).toEqual([]);
  expect(pushes({ command: 'task.complete', actor: 'alice' }, [running, { ...running, status: 'completed' }])).toEqual(
    [],
  );
  expect(pushes({ command: 'task.fail', actor: 'alice' }, [running, free])).toEqual([]);
  expect(pushes({ command: 'task.update', actor: 'human:Kim' }, [assigned, { ...assigned, priority: 1 }])).toEqual([]);
});

test.each([
  ['task.notStarted', assigned, free, 'NOT_STARTED'],
  ['task.cancel', running, task({ status: 'cancelled' }), 'CANCELLED'],
  ['agent.evict', running, free, 'REASSIGNED'],
] as const)('%s withdraws the task', (command, before, after, reason) => {
  expect(pushes({ command, actor: 'human:Kim' }, [before, after])).toEqual([
    { agentId: 'alice', event: 'task.withdrawn', taskId: 'T-1', attempt: 1, reason },
  ]);
});

test('a grant to a waiting claim is told with fence and lease; one at once is in the answer', () => {
  expect(pushes({ command: 'lock.grant' }, [waiter('bob'), undefined], [undefined, lock('bob')])).toEqual([
    { agentId: 'bob', event: 'lock.granted', lockId: 'L-1', fence: '1.1', paths: ['a'], expiresInMs: 120_000 },
  ]);
  expect(pushes({ command: 'lock.claim', actor: 'bob' }, [undefined, lock('bob')])).toEqual([]);
  expect(pushes({ command: 'lock.renew', actor: 'bob' }, [lock('bob'), lock('bob')])).toEqual([]);
});

test.each([
  ['lock.expire', 'hub', 'EXPIRED'],
  ['lock.forceRelease', 'human:Kim', 'FORCED'],
  ['agent.evict', 'human:Kim', 'EVICTED'],
  ['task.cancel', 'human:Kim', 'FORCED'],
] as const)('%s tells the holder that its lock is lost', (command, actor, reason) => {
  expect(pushes({ command, actor }, [lock('alice'), undefined])).toEqual([
    { agentId: 'alice', event: 'lock.lost', lockId: 'L-1', reason },
  ]);
});

test('a claim that waited in vain is told so; one withdrawn by its owner is not', () => {
  expect(pushes({ command: 'lock.timeout' }, [waiter('bob'), undefined])).toEqual([
    { agentId: 'bob', event: 'lock.lost', lockId: 'L-1', reason: 'TIMEOUT' },
  ]);
  expect(pushes({ command: 'lock.release', actor: 'bob' }, [waiter('bob'), undefined])).toEqual([]);
  expect(pushes({ command: 'lock.release', actor: 'bob' }, [lock('bob'), undefined])).toEqual([]);
});

test('a message goes to each recipient once, a directive to each that has a receipt', () => {
  const message: AnyRecord = {
    kind: 'message',
    id: 'M-1',
    rev: 1,
    from: 'hub',
    to: 'all',
    recipients: ['alice', 'bob'],
    type: 'note',
    at: 0,
    bodies: { body: 'b' },
  };
  expect(pushes({ command: 'message.send' }, [undefined, message])).toEqual([
    { agentId: 'alice', event: 'inbox', message },
    { agentId: 'bob', event: 'inbox', message },
  ]);
  expect(pushes({ command: 'x' }, [message, message])).toEqual([]);
  const receipt = (state: 'queued' | 'read'): AnyRecord => ({
    kind: 'receipt',
    id: 'D-1:alice',
    rev: 1,
    directiveId: 'D-1',
    agentId: 'alice',
    state,
    at: 0,
    times: {},
  });
  expect(pushes({ command: 'directive.send' }, [undefined, receipt('queued')])).toEqual([
    { agentId: 'alice', event: 'directive', directiveId: 'D-1' },
  ]);
  expect(pushes({ command: 'directive.receipt', actor: 'alice' }, [receipt('queued'), receipt('read')])).toEqual([]);
});

test('an answer goes to whoever asked', () => {
  const question = (state: 'open' | 'answered' | 'withdrawn'): AnyRecord => ({
    kind: 'question',
    id: 'Q-1',
    rev: 1,
    from: 'alice',
    state,
    body: '?',
    blocking: false,
    at: 0,
  });
  expect(pushes({ command: 'question.answer' }, [question('open'), question('answered')])).toEqual([
    { agentId: 'alice', event: 'question.answered', question: question('answered') },
  ]);
  expect(pushes({ command: 'question.withdraw' }, [question('open'), question('withdrawn')])).toEqual([]);
});
