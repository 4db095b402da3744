import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import type { Transaction } from '@signalbox/shared/transaction';
import { actorOf, type Context } from '../domain/decision.ts';
import type { RecordChange } from '../domain/record-change.ts';
import type { LedgerDraft } from './draft.ts';
import { encodeTransaction } from './encode.ts';
import { packReply, type Receipt, type Receipts } from './receipts.ts';
import type { EncodedTransaction } from './store.ts';
import type { Pending } from './submission.ts';
import { overdrawn } from './unsettled.ts';

const MAX_COMMANDS = 1_000;
const MAX_CHANGES = 5_000;
const MAX_BYTES = 1_000_000;
const MAX_DECIDING_MS = 5;
/** A larger command travels alone, up to this. */
const ALONE_MAX_CHANGES = 20_000;
const ALONE_MAX_BYTES = 8_000_000;

/** What deciding one command came to; `tx` is missing when nothing changes. */
export interface Decided {
  pending: Pending;
  reply: unknown;
  tx?: Transaction;
  encoded?: EncodedTransaction;
  changes: RecordChange[];
}

export interface BatchPlan {
  decided: Decided[];
  /** Seq after the batch. */
  to: number;
}

export interface DecideEnvironment {
  draft: LedgerDraft;
  receipts: Receipts;
  /** Too much was written lately: only what is urgent or the hub's own is taken. */
  overdrawn: boolean;
  epoch: number;
  base: number;
  node: string;
  clock(): number;
  wallClock(): number;
  monotonic(): number;
  /** The next command to decide, or undefined when none waits. */
  take(): Pending | undefined;
  /** A decision threw: a broken assumption. Nothing of it is left. */
  onThrow(command: string, error: unknown): void;
}

/** Decides waiting commands in order, each seeing the ones before it, up to the limits of one append. */
export function decideBatch(env: DecideEnvironment): BatchPlan {
  const started = env.monotonic();
  const plan: BatchPlan = { decided: [], to: env.base };
  const own = new Map<string, Receipt>();
  let changes = 0;
  let bytes = 0;
  while (plan.decided.length < MAX_COMMANDS && changes < MAX_CHANGES && bytes < MAX_BYTES) {
    if (plan.decided.length > 0 && env.monotonic() - started > MAX_DECIDING_MS) break;
    const pending = env.take();
    if (pending === undefined) break;
    if (pending.settled) continue;
    const decided = decideOne(env, pending, plan.to + 1, own);
    plan.decided.push(decided);
    if (decided.tx === undefined) continue;
    plan.to = decided.tx.seq;
    changes += decided.changes.length;
    bytes += decided.encoded?.text.length ?? 0;
  }
  return plan;
}

function decideOne(env: DecideEnvironment, pending: Pending, seq: number, own: Map<string, Receipt>): Decided {
  const { submission } = pending;
  const { caller, requestId, inputHash = '' } = submission;
  const actor = actorOf(caller);
  if (requestId !== undefined) {
    const known = own.get(`${actor} ${requestId}`) ?? env.receipts.find(actor, requestId);
    if (known !== undefined)
      return { pending, reply: known.inputHash === inputHash ? known.reply : reused(requestId), changes: [] };
  }
  if (env.overdrawn && submission.urgent !== true && caller.kind !== 'hub')
    return { pending, reply: overdrawn(), changes: [] };
  const context: Context = {
    caller,
    actor,
    clock: env.clock(),
    at: env.wallClock(),
    epoch: env.epoch,
    seq,
    node: env.node,
  };
  env.draft.begin(seq);
  const reply = decideSafely(env, pending, context);
  const changes = isRefusal(reply) ? [] : env.draft.changes();
  if (isRefusal(reply) || (changes.length === 0 && submission.always !== true)) {
    env.draft.rollback();
    return { pending, reply, changes: [] };
  }
  const tx: Transaction = {
    seq,
    clock: context.clock,
    at: context.at,
    actor,
    command: submission.command,
    ...(submission.reason !== undefined && { reason: submission.reason }),
    puts: [],
    removes: [],
  };
  for (const { kind, id, after } of changes) {
    if (after === undefined) tx.removes.push([kind, id]);
    else tx.puts.push(after);
  }
  if (requestId !== undefined) {
    tx.causedBy = requestId;
    tx.receipt = [actor, requestId, inputHash, packReply(reply, tx.puts)];
  }
  const encoded = encodeSafely(env, tx);
  if (isRefusal(encoded)) {
    env.draft.rollback();
    return { pending, reply: encoded, changes: [] };
  }
  if (requestId !== undefined) own.set(`${actor} ${requestId}`, { inputHash, reply });
  return { pending, reply, tx, encoded, changes };
}

/** The transaction as JSON, if it can be written at all. */
function encodeSafely(env: DecideEnvironment, tx: Transaction): EncodedTransaction | Refusal {
  try {
    const encoded = encodeTransaction(tx);
    return tx.puts.length + tx.removes.length <= ALONE_MAX_CHANGES && encoded.text.length <= ALONE_MAX_BYTES
      ? encoded
      : refuse('BAD_INPUT', 'This changes too much at once; send it in smaller parts.');
  } catch (error) {
    env.onThrow(tx.command, error);
    return undecided();
  }
}

function decideSafely(env: DecideEnvironment, pending: Pending, context: Context): unknown {
  try {
    return pending.submission.decide(env.draft, context);
  } catch (error) {
    env.onThrow(pending.submission.command, error);
    return undecided();
  }
}

const undecided = (): Refusal =>
  refuse('INTERNAL', 'The hub failed to decide this; nothing was written. Its log says why.');

const reused = (requestId: string): Refusal =>
  refuse(
    'REQUEST_ID_REUSED',
    `The requestId ${requestId} was used with another payload; take a new UUID for a new request.`,
  );
