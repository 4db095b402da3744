import type { Mutant } from '../mutant.ts';

const DOMAIN = 'server/src/domain';
const LOCKS = `${DOMAIN}/locks.test.ts`;
const ATTEMPTS = `${DOMAIN}/attempts.test.ts`;
const DIRECTIVES = `${DOMAIN}/directives.test.ts`;
const ONE_WRITER = 'One writer for each path';
const STALE = 'A stale holder is refused';
const ONE_ASSIGNEE = 'A task has one assignee, and is completed once';
const ORDERS = 'Orders are who they say they are from, and receipts are evidence';
const MESSAGES = 'Messages arrive';

/** What a decision compares: fences, attempts, connections, recipients. */
export const DOMAIN_MUTANTS: readonly Mutant[] = [
  {
    name: 'fences are compared without their epoch',
    promise: ONE_WRITER,
    file: 'shared/src/ids.ts',
    find: 'return Number(aEpoch) - Number(bEpoch) || Number(aSeq) - Number(bSeq);',
    replace: 'return Number(aSeq) - Number(bSeq);',
    caughtBy: { file: LOCKS, test: 'the fence [LK8] of an older epoch: renew and release are refused' },
  },
  {
    name: 'a fence says nothing of the epoch it was given in',
    promise: ONE_WRITER,
    file: 'shared/src/ids.ts',
    find: 'makeFence = (epoch: number, seq: number)',
    replace: 'makeFence = (_: number, seq: number, epoch = 0)',
    caughtBy: { file: LOCKS, test: 'claiming [LK1] grants all paths with one fence, the seq of the grant' },
  },
  {
    name: 'a lock held by another stands in nobody’s way',
    promise: ONE_WRITER,
    file: `${DOMAIN}/waiters.ts`,
    find: 'if (agentId !== claim.agentId && conflicts(lock)) add(',
    replace: 'if (false) add(',
    caughtBy: { file: LOCKS, test: 'claiming [LK2] all or nothing: one path in the way and none is held' },
  },
  {
    name: 'of a claim only the first path is looked at',
    promise: ONE_WRITER,
    file: `${DOMAIN}/locks.ts`,
    find: 'standingOf(draft, claim);',
    replace: 'standingOf(draft, { ...claim, paths: paths.slice(0, 1) });',
    caughtBy: { file: LOCKS, test: 'claiming [LK2] all or nothing: one path in the way and none is held' },
  },
  {
    name: 'the holder renews and releases with any fence',
    promise: STALE,
    file: `${DOMAIN}/locks.ts`,
    find: 'const order = compareFences(fence, lock.fence);',
    replace: 'const order = lock.holder === context.actor ? 0 : compareFences(fence, lock.fence);',
    caughtBy: { file: LOCKS, test: 'the fence [LK8] older: renew and release are refused' },
  },
  {
    name: 'the guard lets the holder pass with any fence',
    promise: STALE,
    file: `${DOMAIN}/locks.ts`,
    find: 'if (fence !== undefined && !locks.some((lock) => lock.fence === fence)) {',
    replace:
      'if (fence !== undefined && !locks.some((lock) => lock.fence === fence || lock.holder === context.actor)) {',
    caughtBy: { file: LOCKS, test: 'checking [LK10] as a guard: an older fence is STALE_FENCE also' },
  },
  {
    name: 'the attempt is not compared, only the assignee',
    promise: STALE,
    file: `${DOMAIN}/attempts.ts`,
    find: 'if (attempt < task.attempt || task.assignee === null)',
    replace: 'if (task.assignee === null)',
    caughtBy: { file: ATTEMPTS, test: 'the attempt is the fence [TK10] task.start, given to the same agent again' },
  },
  {
    name: 'an older connection of an agent is as good as the newest',
    promise: STALE,
    file: `${DOMAIN}/fence.ts`,
    find: 'if (agent.connection === caller.connection) return undefined;',
    replace: 'if (agent.connection >= caller.connection) return undefined;',
    caughtBy: {
      file: `${DOMAIN}/agents.test.ts`,
      test: 'registering [AG4] an older connection can do nothing any more',
    },
  },
  {
    name: 'a task does not wait for what it depends on',
    promise: ONE_ASSIGNEE,
    file: `${DOMAIN}/task-state.ts`,
    find: "return open === undefined ? undefined : { code: 'DEPENDENCY', on: open };",
    replace: 'return undefined;',
    caughtBy: { file: `${DOMAIN}/tasks.test.ts`, test: 'dependencies [TK3] gate: a task waits for the first that is' },
  },
  {
    name: 'a task is completed as often as its agent says so',
    promise: ONE_ASSIGNEE,
    file: `${DOMAIN}/attempts.ts`,
    find: 'if (!statuses.includes(task.status))',
    replace: 'if (false)',
    caughtBy: { file: ATTEMPTS, test: 'the attempt is the fence [TK10] task.complete, completed already: refused' },
  },
  {
    name: 'a task that somebody has is given out again',
    promise: ONE_ASSIGNEE,
    file: 'server/src/ledger/live-market.ts',
    find: '  task.assignee === null &&\n',
    replace: '',
    caughtBy: { file: `${DOMAIN}/assignment.test.ts`, test: 'who gets what [AS1] the longest idle first' },
  },
  {
    name: 'a new assignment goes on with the attempt of the one before',
    promise: ONE_ASSIGNEE,
    file: `${DOMAIN}/task-state.ts`,
    find: 'const attempt = task.attempt + 1;',
    replace: 'const attempt = Math.max(1, task.attempt);',
    caughtBy: {
      file: `${DOMAIN}/outcomes.test.ts`,
      test: 'agents that do not see it through [TK10] the attempt never falls',
    },
  },
  {
    name: 'whoever continues a task starts without its checkpoint',
    promise: ONE_ASSIGNEE,
    file: `${DOMAIN}/attempts.ts`,
    find: 'bodies: { ...task.bodies, checkpoint: body.id }',
    replace: 'bodies: { checkpoint: body.id, ...task.bodies }',
    caughtBy: { file: ATTEMPTS, test: 'under way [TK12] a checkpoint replaces the one before as a whole' },
  },
  {
    name: 'an inbox is never full',
    promise: MESSAGES,
    file: `${DOMAIN}/messages.ts`,
    find: 'draft.unackedCount(agentId) >= INBOX_MAX_MESSAGES',
    replace: 'false',
    caughtBy: {
      file: `${DOMAIN}/messages.test.ts`,
      test: 'the inbox [MS5] full with 1,000: a direct message is refused',
    },
  },
  {
    name: 'anybody acknowledges a message',
    promise: MESSAGES,
    file: `${DOMAIN}/messages.ts`,
    find: 'if (strange !== undefined)',
    replace: 'if (false)',
    caughtBy: { file: `${DOMAIN}/messages.test.ts`, test: 'the inbox [MS4] only a recipient acknowledges' },
  },
  {
    name: 'an acknowledgement takes along what is older',
    promise: MESSAGES,
    file: `${DOMAIN}/messages.ts`,
    find: 'const left = unacked.filter((number) => !now.has(number));',
    replace: 'const left = unacked.filter((number) => number > Math.max(...now));',
    caughtBy: {
      file: `${DOMAIN}/messages.test.ts`,
      test: 'the inbox [MS3] remembers what was acknowledged out of order',
    },
  },
  {
    name: 'receipts go backward',
    promise: ORDERS,
    file: `${DOMAIN}/directives.ts`,
    find: 'if (rank(input.state) <= rank(receipt.state)) return { receipt };',
    replace: '',
    caughtBy: { file: DIRECTIVES, test: 'receipts [DR3] move forward only, and tell when each state was reached' },
  },
  {
    name: 'a receipt comes from anybody',
    promise: ORDERS,
    file: `${DOMAIN}/directives.ts`,
    find: '.`);\n  const receipt = ',
    replace: '.`);\n  const receipt = draft.receiptsOf(input.directiveId)[0] ?? ',
    caughtBy: { file: DIRECTIVES, test: 'receipts [DR4] come from a recipient only' },
  },
];
