import { setTimeout as delay } from 'node:timers/promises';
import type { CommandOutput, ParsedInput } from '@signalbox/shared/commands';
import type { HistoryEvent } from '@signalbox/shared/commands/history';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import { LIST_DEFAULT } from '@signalbox/shared/limits';
import { Portion } from '../ledger/portion.ts';
import type { LogEntry } from '../ledger/store.ts';
import { eventOf } from './event.ts';
import type { LogSource } from './log-source.ts';

/** What one answer may cost: so much of the log is looked at, and so much of it said. */
const LOOK_AT_ENTRIES = 10_000;
const LOOK_AT_BYTES = 4_000_000;
const ANSWER_BYTES = 500_000;
/** Read and parsed in one go, while everything else waits: a few milliseconds. */
const PORTION = { bytes: 250_000, first: 8, max: 1_000 };
/** Then it rests for a multiple of the time it took: whoever asks all the time gets a fifth of the hub's, and no more. */
const REST = 4;
const MAX_REST_MS = 250;
/** So many may wait for their turn. */
const MAX_WAITING = 32;

type Input = Omit<ParsedInput<'history.list'>, 'minSeq'>;
type Output = CommandOutput<'history.list'>;

/**
 * What happened, read from the log of a project. Out of the ledger's way: it reads the store by itself, one caller at a
 * time, a bounded piece for each.
 */
export class History {
  readonly #sourceOf: (project: string) => LogSource;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(sourceOf: (project: string) => LogSource) {
    this.#sourceOf = sourceOf;
  }

  async list(project: string, input: Input): Promise<Output | Refusal> {
    if (this.#waiting >= MAX_WAITING)
      return refuse('OVERLOADED', 'Many ask for the history at this moment; ask again after the delay.');
    this.#waiting++;
    let startedAt = 0;
    const read = this.#last.then(() => {
      startedAt = performance.now();
      return look(this.#sourceOf(project), input);
    });
    const rest = (): Promise<void> =>
      delay(Math.min(REST * (performance.now() - startedAt), MAX_REST_MS), undefined, { ref: false });
    this.#last = read.then(rest, rest);
    try {
      return await read;
    } catch {
      return refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; ask again after the delay.');
    } finally {
      this.#waiting--;
    }
  }
}

async function look(source: LogSource, { limit = LIST_DEFAULT, after, ...wanted }: Input): Promise<Output> {
  const events: HistoryEvent[] = [];
  const portion = new Portion(PORTION.max, PORTION);
  let { before, seq } = after === undefined ? { before: undefined, seq: Infinity } : startOf(after);
  let entries = 0;
  let bytes = 0;
  let said = 0;
  for (;;) {
    const { count } = portion;
    const chunk = await source.newestFirst(before, count);
    const size = chunk.reduce((sum, { text }) => sum + text.length, 0);
    portion.came(chunk.length, size);
    for (const { id, text } of chunk) {
      // Entries are our own writing: what append.lua stored.
      const { txs } = JSON.parse(text) as LogEntry;
      for (const tx of txs.reverse()) {
        if (tx.seq >= seq) continue;
        const event = eventOf(tx, epochOf(id), wanted);
        if (event === undefined) continue;
        events.push(event);
        said += JSON.stringify(event).length;
        if (events.length >= limit || said >= ANSWER_BYTES) return { events, next: `${id}.${tx.seq}` };
      }
      // Only the first entry can have been looked at in part.
      seq = Infinity;
      before = id;
    }
    entries += chunk.length;
    bytes += size;
    if (chunk.length < count || before === undefined) return { events };
    if (entries >= LOOK_AT_ENTRIES || bytes >= LOOK_AT_BYTES) return { events, next: `${before}.0` };
  }
}

const epochOf = (id: string): number => Number(id.split('-')[0]);

/** A page ends in the entry `id` at the transaction `seq`: `<epoch>-<seq of its last>.<seq>`. The next begins there. */
function startOf(cursor: string): { before: string; seq: number } {
  const [id = '', seq] = cursor.split('.');
  return { before: `${epochOf(id)}-${Number(id.split('-')[1]) + 1}`, seq: Number(seq) };
}
