import type { AnyRecord } from '@signalbox/shared/records';
import { RECEIPT_WINDOW_MS } from '@signalbox/shared/time';
import type { Transaction } from '@signalbox/shared/transaction';

export interface Receipt {
  inputHash: string;
  reply: unknown;
}

/** A receipt on its own, without the transaction it stands in. */
export interface KeptReceipt {
  clock: number;
  actor: string;
  requestId: string;
  receipt: Receipt;
}

export function receiptOf({ clock, receipt, puts }: Transaction): KeptReceipt | undefined {
  if (receipt === undefined) return undefined;
  const [actor, requestId, inputHash, reply] = receipt;
  return { clock, actor, requestId, receipt: { inputHash, reply: unpackReply(reply, puts) } };
}

type ByActor = Map<string, Map<string, Receipt>>;

/**
 * What repeated requests are answered with, for at least 10 minutes of ledger time. Two generations of maps are
 * swapped: evicting from the front of one Map costs 11 µs each.
 */
export class Receipts {
  #current: ByActor = new Map();
  #previous: ByActor = new Map();
  #swapAt = Number.NEGATIVE_INFINITY;

  find(actor: string, requestId: string): Receipt | undefined {
    return this.#current.get(actor)?.get(requestId) ?? this.#previous.get(actor)?.get(requestId);
  }

  add({ clock, actor, requestId, receipt }: KeptReceipt): void {
    if (clock >= this.#swapAt) {
      this.#previous = this.#current;
      this.#current = new Map();
      this.#swapAt = clock + RECEIPT_WINDOW_MS;
    }
    const own = this.#current.get(actor);
    if (own === undefined) this.#current.set(actor, new Map([[requestId, receipt]]));
    else own.set(requestId, receipt);
  }

  /** Takes in a transaction as it stands in the log. */
  read(tx: Transaction): void {
    const kept = receiptOf(tx);
    if (kept !== undefined) this.add(kept);
  }
}

/** Stands in a stored reply for a record of the same transaction: the log holds each record once. */
interface PutReference {
  $put: string;
}

const isReference = (value: unknown): value is PutReference =>
  typeof value === 'object' && value !== null && '$put' in value && typeof value.$put === 'string';

/** Replaces the records of this transaction, at the top of the reply or one level down in a list, by references. */
export function packReply(reply: unknown, puts: readonly AnyRecord[]): unknown {
  if (!holdsAny(reply, puts)) return reply;
  const own = new Set<unknown>(puts);
  return mapReply(reply, (value) => (own.has(value) ? { $put: keyOfRecord(value as AnyRecord) } : value));
}

/** Most replies hold none: then nothing has to be copied. */
function holdsAny(reply: unknown, puts: readonly AnyRecord[]): boolean {
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) return false;
  return Object.values(reply).some(
    (value) =>
      typeof value === 'object' && puts.some((put) => value === put || (Array.isArray(value) && value.includes(put))),
  );
}

function unpackReply(reply: unknown, puts: readonly AnyRecord[]): unknown {
  const byKey = new Map(puts.map((record) => [keyOfRecord(record), record]));
  return mapReply(reply, (value) => (isReference(value) ? byKey.get(value.$put) : value));
}

const keyOfRecord = (record: AnyRecord): string => `${record.kind}:${record.id}`;

function mapReply(reply: unknown, replace: (value: unknown) => unknown): unknown {
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) return reply;
  const mapped: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(reply))
    mapped[key] = Array.isArray(value) ? value.map(replace) : replace(value);
  return mapped;
}
