import type { Mutant } from '../mutant.ts';

const LEDGER = 'server/src/ledger/ledger.test.ts';
const ON_REDIS = 'server/src/ledger/redis-store.test.ts';
const SEVERAL_NODES = 'server/src/ledger/several-nodes.test.ts';
const CLOCK = 'server/src/ledger/clock.test.ts';
const CLOCK_OF_NODES = 'server/src/ledger/clock-of-nodes.test.ts';
const ONE_WRITER = 'One writer for each path';
const KEPT = 'What was acknowledged is kept';
const ONE_EFFECT = 'The same request has one effect';
const STOOD_STILL = 'Nobody is lost, and no lease ends, because the hub stood still';
const ANY_NODE = 'It does not matter which node';

/** The append, the epoch, the clock, receipts and turns. */
export const LEDGER_MUTANTS: readonly Mutant[] = [
  {
    name: 'the append does not look at the seq it was decided on',
    promise: ONE_WRITER,
    file: 'server/src/ledger/append.lua',
    find: 'if meta[3] ~= ARGV[3] then',
    replace: 'if false then',
    caughtBy: { file: ON_REDIS, test: 'ledger store: Redis a batch decided on an older seq conflicts' },
  },
  {
    name: 'a copy of Redis that went another way under the same number is taken for the own one',
    promise: KEPT,
    file: 'server/src/ledger/redis-store.ts',
    find: ' || parseEntry(fields[1]).batchId !== batchId',
    replace: '',
    caughtBy: { file: ON_REDIS, test: 'ledger store: Redis what goes on after an entry is found across epochs' },
  },
  {
    name: 'what changes nothing is answered from the copy of the node, however old',
    promise: 'A stale holder is refused',
    file: 'server/src/ledger/ledger.ts',
    find: 'const answer = await this.#store.append(batch,',
    replace: "const answer = written.length === 0 ? { kind: 'ok' } : await this.#store.append(batch,",
    caughtBy: {
      file: SEVERAL_NODES,
      test: 'several nodes on one ledger: memory what changes nothing is decided on what stands in the store',
    },
  },
  {
    name: 'another run of Redis goes on under the old epoch',
    promise: ONE_WRITER,
    file: 'server/src/ledger/adopt.lua',
    find: 'local epoch = math.max((tonumber(meta[2]) or 0) + 1, tonumber(ARGV[1]) + 1, tonumber(ARGV[2]))',
    replace: 'local epoch = tonumber(meta[2]) or tonumber(ARGV[2])',
    caughtBy: { file: ON_REDIS, test: 'ledger store: Redis after a restart nothing is written before a new, greater' },
  },
  {
    name: 'the ack leaves before the append',
    promise: KEPT,
    file: 'server/src/ledger/ledger.ts',
    find: 'const answer = await this.#store.append(batch,',
    replace: 'this.#settle(plan);\n    const answer = await this.#store.append(batch,',
    caughtBy: { file: LEDGER, test: 'with the store away every command settles' },
  },
  {
    name: 'the embedded Redis answers before it is on the disk',
    promise: KEPT,
    file: 'server/src/redis/embedded-process.ts',
    find: "'--appendfsync', 'always'",
    replace: "'--appendfsync', 'everysec'",
    caughtBy: { file: 'server/src/redis/embedded.test.ts', test: 'a fresh data folder gets a durable Redis' },
  },
  {
    name: 'a refusal leaves its half-made changes',
    promise: KEPT,
    file: 'server/src/ledger/batch.ts',
    find: 'if (isRefusal(reply) || (changes.length === 0 && submission.always !== true)) {\n    env.draft.rollback();',
    replace: 'if (isRefusal(reply) || (changes.length === 0 && submission.always !== true)) {',
    caughtBy: { file: LEDGER, test: 'a refusal and a throw leave nothing and harm nobody else' },
  },
  {
    name: 'receipts are not looked up',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/batch.ts',
    find: ' ?? env.receipts.find(actor, requestId)',
    replace: '',
    caughtBy: { file: LEDGER, test: 'the same requestId gets the first answer, also from another process' },
  },
  {
    name: 'receipts of what other nodes wrote are not kept',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/node-copy.ts',
    find: 'this.#receipts.read(tx);',
    replace: '',
    caughtBy: {
      file: SEVERAL_NODES,
      test: 'several nodes on one ledger: memory the same request on another node gets the first answer',
    },
  },
  {
    name: 'the log forgets what may still be repeated',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/append.lua',
    find: 'keepUntil = (tonumber(oldest[2][4]) or 0) + window',
    replace: 'keepUntil = 0',
    caughtBy: { file: ON_REDIS, test: 'the log keeps what may still be repeated, however many bytes that is' },
  },
  {
    name: 'a request is told from another by its id alone',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/batch.ts',
    find: 'known.inputHash === inputHash ? known.reply : reused(requestId)',
    replace: 'known.reply',
    caughtBy: { file: LEDGER, test: 'the same requestId gets the first answer, also from another process' },
  },
  {
    name: 'after an unknown outcome the batch is decided again, not sent again',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/steady-store.ts',
    find: 'if (!(error instanceof StoreRefused)) unknown = true;',
    replace: '',
    caughtBy: {
      file: LEDGER,
      test: 'an append lost on the way (after it was executed) is sent again and applied once',
    },
  },
  {
    name: 'a batch sent again is executed again',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/append.lua',
    find: "if meta[4] == ARGV[6] then return { 'ok' } end",
    replace: '',
    caughtBy: { file: ON_REDIS, test: 'ledger store: Redis the same batch again is answered like the first time' },
  },
  {
    name: 'what was written just before an epoch ended is not looked for',
    promise: ONE_EFFECT,
    file: 'server/src/ledger/ledger.ts',
    find: 'if ((await this.#store.lastBatchOf(this.node)) === batch.batchId) this.#settle(plan);\n    else this.#again(plan);',
    replace: 'this.#again(plan);',
    caughtBy: { file: LEDGER, test: 'a batch executed just before the store ended is not executed twice' },
  },
  {
    name: 'commands that wait for the store are never settled',
    promise: 'Every request is settled within 10 s',
    file: 'server/src/ledger/ledger.ts',
    find: 'this.#lanes.settleLate(this.#monotonic() - SETTLE_WITHIN_MS, this.failingSince !== undefined)',
    replace: 'undefined',
    caughtBy: { file: LEDGER, test: 'with the store away every command settles' },
  },
  {
    name: 'an answer that takes too long is waited for without end',
    promise: 'Every request is settled within 10 s',
    file: 'server/src/transport/settle-in-time.ts',
    find: 'if (pending.since > before) return;',
    replace: 'return;',
    caughtBy: {
      file: 'server/src/transport/settle-in-time.test.ts',
      test: 'what takes too long is answered a little before the client gives up',
    },
  },
  {
    name: 'a pause counts in full on the ledger clock',
    promise: STOOD_STILL,
    file: 'server/src/ledger/clock.ts',
    find: 'const MAX_STEP_MS = 250;',
    replace: 'const MAX_STEP_MS = Infinity;',
    caughtBy: { file: CLOCK_OF_NODES, test: 'leases on 1 nodes never end early' },
  },
  {
    name: 'the ledger clock runs on however far it is ahead of what is committed',
    promise: STOOD_STILL,
    file: 'server/src/ledger/clock.ts',
    find: 'const MAX_AHEAD_MS = 750;',
    replace: 'const MAX_AHEAD_MS = Infinity;',
    caughtBy: { file: CLOCK, test: 'the ledger clock stands still 750 ms ahead of what is committed' },
  },
  {
    name: 'no tick',
    promise: STOOD_STILL,
    file: 'server/src/ledger/clock.ts',
    find: 'return this.now() - this.#committed >= TICK_AFTER_MS;',
    replace: 'return false;',
    caughtBy: { file: CLOCK_OF_NODES, test: 'leases on 1 nodes never end early' },
  },
  {
    name: 'deadlines without their margin',
    promise: STOOD_STILL,
    file: 'shared/src/time.ts',
    find: 'export const CLOCK_MARGIN_MS = 750;',
    replace: 'export const CLOCK_MARGIN_MS = 0;',
    caughtBy: { file: CLOCK_OF_NODES, test: 'leases on 2 nodes never end early' },
  },
  {
    name: 'a lease ends when it is looked at, its time over or not',
    promise: STOOD_STILL,
    file: 'server/src/domain/sweep.ts',
    find: 'deadline !== undefined && deadline <= context.clock',
    replace: 'deadline !== undefined',
    caughtBy: {
      file: 'server/src/domain/sweep.test.ts',
      test: '[SW1] lock L-1: nothing at a millisecond before its time',
    },
  },
  {
    name: 'a pause counts in full as silence of the agents',
    promise: STOOD_STILL,
    file: 'server/src/presence/live-time.ts',
    find: 'const MAX_STEP_MS = 250;',
    replace: 'const MAX_STEP_MS = Infinity;',
    caughtBy: {
      file: 'server/src/presence/presence.test.ts',
      test: 'the age of an agent does not grow while the hub stands',
    },
  },
  {
    name: 'the turn is never given',
    promise: ANY_NODE,
    file: 'server/src/ledger/append.lua',
    find: "if ARGV[8] == '1' and not turn then redis.call('SET', KEYS[4], ARGV[5], 'PX', TURN_MS) end",
    replace: '',
    caughtBy: { file: ON_REDIS, test: 'ledger store: Redis in a conflict who asks for the turn gets it' },
  },
  {
    name: 'nobody asks for the turn',
    promise: ANY_NODE,
    file: 'server/src/ledger/ledger.ts',
    find: '() => this.#monotonic() - oldest >= ASK_FOR_TURN_AFTER_MS',
    replace: '() => false',
    caughtBy: {
      file: 'server/src/ledger/turns.test.ts',
      test: 'a node with a slower way to the store is not starved: memory',
    },
  },
  {
    name: 'other nodes are not told what was written',
    promise: ANY_NODE,
    file: 'server/src/ledger/append.lua',
    find: 'if peers > 0 then',
    replace: 'if false then',
    caughtBy: {
      file: SEVERAL_NODES,
      test: 'several nodes on one ledger: Redis each hears what the others commit, without asking',
    },
  },
  {
    name: 'what another node wrote is taken in whatever is missing before it',
    promise: ANY_NODE,
    file: 'server/src/ledger/node-copy.ts',
    find: 'if (entry.from !== this.#seq + 1) return undefined;',
    replace: '',
    caughtBy: {
      file: SEVERAL_NODES,
      test: 'several nodes on one ledger: memory what follows on a lost message brings both',
    },
  },
];
