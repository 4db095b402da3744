import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';
import { z } from 'zod';
import type { Fields } from '../history/line.ts';
import type { HistoryWriter } from '../history/writer.ts';
import { type Entry, type LogRecord, type RawEntry, readEntry } from './entry.ts';
import type { Position } from './position.ts';
import { isAway } from './redis-away.ts';
import { Replay } from './replay.ts';
import { SecondReading } from './second-reading.ts';

/** What of a record is checked; of other kinds nothing but that they are there. */
const FIELDS_KEPT: Record<string, readonly string[]> = {
  lock: ['mode', 'paths', 'holder', 'fence', 'taskId', 'ttlMs', 'expiresClock'],
  task: ['status', 'assignee', 'attempt', 'dependencies'],
  message: ['from', 'recipients'],
  agent: ['presence', 'heartbeatEveryMs'],
};
const READ_AT_ONCE = 500;
const WAIT_MS = 200;
const LOOK_EVERY_MS = 100;
/** So many ids say enough of what is wrong. */
const TOLD = 100;

const rawEntries = z.array(z.object({ id: z.string(), message: z.record(z.string(), z.string()) }));
const streams = z.array(z.object({ messages: rawEntries })).nullable();
const present = z.tuple([z.record(z.string(), z.string()), rawEntries]);

/** Reads the log in Redis as it grows, by a client of its own, writes it down and replays it. */
export class Auditor {
  readonly #client;
  readonly #log: string;
  readonly #records: string;
  readonly #history: HistoryWriter;
  readonly #replay = new Replay();
  #following: Promise<void> = Promise.resolve();
  #ended = false;
  /** What ended the reading: the log is not as it has to be. */
  #broken: Error | undefined;

  constructor(redisUrl: string, { project, history }: { project: string; history: HistoryWriter }) {
    // Unanswered when its Redis dies, it asks again.
    this.#client = createClient({ url: redisUrl, socket: { reconnectStrategy: 50 } }).on('error', () => {});
    this.#log = `sb:{${project}}:log`;
    this.#records = `sb:{${project}}:rec`;
    this.#history = history;
  }

  start(): void {
    this.#following = this.#follow().catch((error: unknown) => {
      this.#broken = error instanceof Error ? error : new Error(String(error));
    });
  }

  get position(): Position {
    return this.#replay.position;
  }

  digestAt(epoch: number, seq: number): string | undefined {
    return this.#replay.digestAt(epoch, seq);
  }

  /** Resolves once it has read up to `seq` at least; throws what is wrong with the log. */
  async reach(seq: number): Promise<void> {
    while (this.#broken === undefined && this.position.seq < seq) await delay(LOOK_EVERY_MS);
    if (this.#broken !== undefined) throw this.#broken;
  }

  /**
   * Reads to the end, compares the records with what the log makes of them, and reads all that is left of the log once
   * more. Throws what is wrong with the log.
   */
  async finish(): Promise<void> {
    this.#ended = true;
    await this.#following;
    if (this.#broken !== undefined) throw this.#broken;
    // Both of the same moment: the hubs go on.
    const [records, entries] = present.parse(
      await this.#asked(() =>
        this.#client.multi().hGetAll(this.#records).xRange(this.#log, `(${this.#replay.lastId}`, '+').exec(),
      ),
    );
    for (const raw of entries) this.#take(readEntry(raw));
    const { position } = this;
    const differing = this.#replay.differing(records);
    const again = new SecondReading(this.#replay.entries);
    const gone = await this.#readAgain(again);
    this.#history.write({
      k: 'reread',
      ...position,
      entries: again.entries,
      records: Object.keys(records).length,
      gone: gone.slice(0, TOLD),
      differing: differing.slice(0, TOLD),
    });
  }

  end(): void {
    this.#ended = true;
    this.#client.destroy();
  }

  async #follow(): Promise<void> {
    await this.#client.connect();
    while (!this.#ended) {
      const answer = await this.#asked(() =>
        this.#client.xRead({ key: this.#log, id: this.#replay.lastId }, { COUNT: READ_AT_ONCE, BLOCK: WAIT_MS }),
      );
      const [stream] = streams.parse(answer) ?? [];
      for (const raw of stream?.messages ?? []) this.#take(readEntry(raw));
    }
  }

  /** Writes down what is not as it was; resolves with what is gone. */
  async #readAgain(reading: SecondReading): Promise<string[]> {
    const last = this.#replay.lastId;
    for (let from: string | undefined = '-'; from !== undefined; ) {
      const some = await this.#entries(from, last, READ_AT_ONCE);
      for (const entry of reading.take(some)) this.#write(entry);
      const newest = some.at(-1)?.id;
      from = newest === undefined ? undefined : `(${newest}`;
    }
    // It may have been trimmed meanwhile.
    const [oldest] = await this.#entries('-', '+', 1);
    return reading.gone(oldest?.id);
  }

  async #entries(from: string, to: string, count: number): Promise<RawEntry[]> {
    return rawEntries.parse(await this.#asked(() => this.#client.xRange(this.#log, from, to, { COUNT: count })));
  }

  /** A Redis that is away is waited for. Whatever else goes wrong, is wrong. */
  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (this.#ended && !this.#client.isOpen) throw error;
        if (!isAway(error)) throw new Error(`Redis cannot be read: ${String(error)}`, { cause: error });
        await delay(WAIT_MS);
      }
    }
  }

  #take(entry: Entry): void {
    this.#replay.follow(entry);
    this.#write(entry);
  }

  #write({ epoch, txs, digest }: Entry): void {
    for (const { puts, causedBy, ...tx } of txs)
      this.#history.write({
        k: 'tx',
        epoch,
        ...tx,
        ...(causedBy !== undefined && { causedBy }),
        puts: puts.map(cutDown),
        entry: digest,
      });
  }
}

function cutDown(put: LogRecord): Fields {
  const cut: Fields = { kind: put.kind, id: put.id };
  for (const field of FIELDS_KEPT[put.kind] ?? []) if (put[field] !== undefined) cut[field] = put[field];
  return cut;
}
