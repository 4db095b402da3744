import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Kind } from '@signalbox/shared/records';
import { RECEIPT_WINDOW_MS } from '@signalbox/shared/time';
import { apply } from '@signalbox/shared/transaction';
import type { Redis } from 'ioredis';
import { type ledgerKeys, tailChannel } from '../redis/keys.ts';
import { coalesceEncoded } from './encode.ts';
import { Portion } from './portion.ts';
import {
  type AppendAnswer,
  type Batch,
  type Era,
  type LastEntry,
  LedgerRemoved,
  type LedgerStore,
  type LoadedLedger,
  type LogEntry,
  type RecentEntry,
  recentOf,
  StoreRefused,
  StoreUnavailable,
} from './store.ts';

class Script {
  readonly source: string;
  readonly sha: string;
  constructor(file: string) {
    // Beside the sources also when this runs compiled: both are two levels below the workspace.
    this.source = readFileSync(new URL(`../../src/ledger/${file}`, import.meta.url), 'utf8');
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }
}
const APPEND = new Script('append.lua');
const ADOPT = new Script('adopt.lua');
const ERASE = new Script('erase.lua');

const KEEP_LOG_BYTES = 64 * 1024 * 1024;

const MAX_RECORDS_AT_ONCE = 2_000;
const MAX_ENTRIES_AT_ONCE = 500;

/** Answers that say that nothing was executed. */
const REFUSED = /^(MISCONF|OOM|READONLY|LOADING|NOREPLICAS|CLUSTERDOWN|MASTERDOWN|BUSY)/;

/** What ioredis says when there was no connection to send on. */
const NOT_SENT = "Stream isn't writeable";

export interface RedisStoreOptions {
  /** The other nodes that are alive now: they are told what this one writes. */
  peers?: () => readonly string[];
  keepLogBytes?: number;
  /** Of the project, see {@link LedgerStore}. */
  life?: number;
}

/** The ledger of one project in Redis. */
export class RedisStore implements LedgerStore {
  readonly #redis: Redis;
  readonly #keys: ReturnType<typeof ledgerKeys>;
  readonly #node: string;
  readonly #peers: () => readonly string[];
  readonly #keepLogBytes: number;
  readonly #life: number;

  constructor(
    redis: Redis,
    keys: ReturnType<typeof ledgerKeys>,
    node: string,
    { peers = () => [], keepLogBytes = KEEP_LOG_BYTES, life = 0 }: RedisStoreOptions = {},
  ) {
    this.#redis = redis;
    this.#keys = keys;
    this.#node = node;
    this.#peers = peers;
    this.#keepLogBytes = keepLogBytes;
    this.#life = life;
  }

  async append(batch: Batch): Promise<AppendAnswer> {
    const { project, meta, records, log, turn } = this.#keys;
    const to = batch.txs.at(-1)?.seq ?? batch.base;
    const clock = batch.txs.at(-1)?.clock ?? 0;
    const entry =
      to === batch.base
        ? ''
        : `{"batchId":"${batch.batchId}","node":"${this.#node}","from":${batch.base + 1},"to":${to},"txs":[${batch.encoded.map(({ text }) => text).join(',')}]}`;
    const { sets, removes } = coalesceEncoded(batch);
    const peers = this.#peers();
    const answer = await this.#run(
      APPEND,
      [meta, records, log, turn],
      [
        batch.run,
        batch.epoch,
        batch.base,
        to,
        this.#node,
        batch.batchId,
        clock,
        batch.asksForTurn ? '1' : '',
        this.#keepLogBytes,
        RECEIPT_WINDOW_MS,
        entry,
        peers.length > 0 ? `{"project":${JSON.stringify(project)},"epoch":${batch.epoch},"to":${to}}` : '',
        peers.length,
        sets.length / 2,
        ...peers.map(tailChannel),
        ...sets,
        ...removes,
      ],
    );
    if (!Array.isArray(answer)) throw new StoreUnavailable('unexpected answer of append.lua');
    switch (answer[0]) {
      case 'ok':
        return { kind: 'ok' };
      case 'wait':
        return { kind: 'wait' };
      case 'conflict':
        return { kind: 'conflict', more: answer[1] !== '', missed: answer.slice(2).map(parseEntry) };
      default:
        return { kind: 'epoch' };
    }
  }

  async adopt(knownEpoch: number): Promise<Era> {
    const now = Math.floor(Date.now() / 1_000);
    const answer = await this.#run(ADOPT, [this.#keys.meta], [knownEpoch, now, this.#life]);
    if (!Array.isArray(answer)) throw new StoreUnavailable('unexpected answer of adopt.lua');
    if (answer[0] === 'removed') throw new LedgerRemoved();
    return { run: String(answer[0]), epoch: Number(answer[1]) };
  }

  /** Reads the records while others may write, then the log over what was missed; starts over when that has a gap. */
  async load(): Promise<LoadedLedger> {
    for (;;) {
      const before = await this.#meta();
      const records = new Map<string, unknown>();
      const portion = new Portion(MAX_RECORDS_AT_ONCE);
      let cursor = '0';
      do {
        const [next, pairs] = await this.#call(() =>
          this.#redis.hscan(this.#keys.records, cursor, 'COUNT', portion.count),
        );
        for (let i = 0; i < pairs.length; i += 2) records.set(pairs[i] ?? '', JSON.parse(pairs[i + 1] ?? 'null'));
        portion.came(pairs.length / 2, sizeOf(pairs));
        cursor = next;
      } while (cursor !== '0');
      const after = await this.#meta();
      const missed = await this.entriesAfter(before, before.seq);
      if (
        after.run !== before.run ||
        after.epoch !== before.epoch ||
        (missed === undefined && after.seq !== before.seq)
      )
        continue;
      const store = {
        put: (record: { kind: string; id: string }) => void records.set(`${record.kind}:${record.id}`, record),
        remove: (kind: Kind, id: string) => void records.delete(`${kind}:${id}`),
      };
      for (const entry of missed ?? []) for (const tx of entry.txs) apply(store, tx);
      const last = missed?.at(-1)?.txs.at(-1);
      if ((last?.seq ?? before.seq) < after.seq) continue;
      const clock = last?.clock ?? before.clock;
      const recent = await this.#recent(clock);
      return {
        run: before.run,
        epoch: before.epoch,
        seq: last?.seq ?? before.seq,
        clock,
        records: [...records.values()] as LoadedLedger['records'],
        recent,
      };
    }
  }

  entriesAfter({ epoch }: Era, seq: number): Promise<LogEntry[] | undefined> {
    return this.#entries({ after: `${epoch}-${seq}`, to: `${epoch}-18446744073709551615` }, seq);
  }

  async continuation({ epoch, seq, batchId }: LastEntry): Promise<LogEntry[] | undefined> {
    const found = await this.#call(() => this.#redis.xrevrange(this.#keys.log, `${epoch}-${seq}`, '-', 'COUNT', 1));
    const [id = '', fields] = found[0] ?? [];
    // Whatever stands there under this number may be of another history: a copy that lost the end, and went on.
    if (fields === undefined || seqOf(id) !== seq || parseEntry(fields[1]).batchId !== batchId) return undefined;
    return this.#entries({ after: id, to: '+' }, seq);
  }

  /** The entries between two ids of the log; undefined when one is missing, from the one that follows `seq` on. */
  async #entries({ after, to }: { after: string; to: string }, seq: number): Promise<LogEntry[] | undefined> {
    const entries: LogEntry[] = [];
    const portion = new Portion(MAX_ENTRIES_AT_ONCE);
    let last = after;
    let reached = seq;
    for (;;) {
      const { count } = portion;
      const chunk = await this.#call(() => this.#redis.xrange(this.#keys.log, `(${last}`, to, 'COUNT', count));
      portion.came(chunk.length, sizeOf(chunk.map(([, fields]) => fields[1])));
      for (const [id, fields] of chunk) {
        const entry = parseEntry(fields[1]);
        if (entry.from !== reached + 1) return undefined;
        entries.push(entry);
        last = id;
        reached = entry.to;
      }
      if (chunk.length < count) return entries;
    }
  }

  async lastBatchOf(node: string): Promise<string | undefined> {
    return (await this.#call(() => this.#redis.hget(this.#keys.meta, `n:${node}`))) ?? undefined;
  }

  async erase(): Promise<void> {
    const { meta, records, log, turn, series } = this.#keys;
    await this.#run(ERASE, [meta, records, log, turn, series], [this.#life]);
  }

  async #meta(): Promise<Era & { seq: number; clock: number }> {
    const [run, epoch, seq, clock, removed] = await this.#call(() =>
      this.#redis.hmget(this.#keys.meta, 'run', 'epoch', 'seq', 'clock', 'removed'),
    );
    if (typeof removed === 'string' && Number(removed) >= this.#life) throw new LedgerRemoved();
    return { run: run ?? '', epoch: Number(epoch ?? 0), seq: Number(seq ?? 0), clock: Number(clock ?? 0) };
  }

  /** The entries of the receipt window, whatever epoch they were written in. */
  async #recent(clock: number): Promise<RecentEntry[]> {
    const newestFirst: RecentEntry[] = [];
    const portion = new Portion(MAX_ENTRIES_AT_ONCE);
    let end = '+';
    for (;;) {
      const { count } = portion;
      const chunk = await this.#call(() => this.#redis.xrevrange(this.#keys.log, end, '-', 'COUNT', count));
      portion.came(chunk.length, sizeOf(chunk.map(([, fields]) => fields[1])));
      for (const [id, fields] of chunk) {
        newestFirst.push(recentOf(parseEntry(fields[1])));
        end = `(${id}`;
      }
      const oldest = newestFirst.at(-1)?.clock ?? 0;
      if (chunk.length < count || oldest < clock - RECEIPT_WINDOW_MS) return newestFirst.reverse();
    }
  }

  async #run(script: Script, keys: string[], args: (string | number)[]): Promise<unknown> {
    return this.#call(async () => {
      try {
        return await this.#redis.evalsha(script.sha, keys.length, ...keys, ...args);
      } catch (error) {
        if (!isReplyError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return this.#redis.eval(script.source, keys.length, ...keys, ...args);
      }
    });
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    if (this.#redis.status !== 'ready') throw new StoreRefused('not connected to Redis');
    try {
      return await call();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if ((isReplyError(error) && REFUSED.test(message)) || message.startsWith(NOT_SENT))
        throw new StoreRefused(message);
      throw new StoreUnavailable(message);
    }
  }
}

/** Redis answered, and the answer is an error. */
const isReplyError = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

const sizeOf = (texts: readonly (string | undefined)[]): number =>
  texts.reduce((bytes, text = '') => bytes + text.length, 0);

/** The stream names each entry by its epoch and the seq of its last transaction. */
const seqOf = (id: string): number => Number(id.split('-')[1]);

/** Entries are our own writing: what append.lua stored. */
const parseEntry = (text: unknown): LogEntry => ({
  ...(JSON.parse(String(text)) as Omit<LogEntry, 'bytes'>),
  bytes: String(text).length,
});
