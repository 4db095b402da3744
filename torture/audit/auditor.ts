import { createClient } from 'redis';
import { z } from 'zod';
import type { Fields } from '../history/line.ts';
import type { HistoryWriter } from '../history/writer.ts';
import { Picture } from './digest.ts';

const record = z.looseObject({ kind: z.string(), id: z.string(), rev: z.number() });
const entry = z.object({
  txs: z.array(
    z.object({
      seq: z.number(),
      clock: z.number(),
      actor: z.string(),
      command: z.string(),
      causedBy: z.string().optional(),
      puts: z.array(record),
      removes: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
});

/** What of a record is checked; of other kinds nothing but that they are there. */
const FIELDS_KEPT: Record<string, readonly string[]> = {
  lock: ['mode', 'paths', 'holder', 'fence', 'taskId'],
  task: ['status', 'assignee', 'attempt', 'dependencies'],
  message: ['from', 'recipients'],
  agent: ['presence', 'heartbeatEveryMs'],
};
const READ_AT_ONCE = 500;
const WAIT_MS = 200;
/** So many digests are remembered for those who took a picture later than the log was read. */
const DIGESTS_KEPT = 200_000;

/** Reads the log in Redis as it grows, by a client of its own, writes it down and replays it. */
export class Auditor {
  readonly #client;
  readonly #log: string;
  readonly #history: HistoryWriter;
  readonly #picture = new Picture();
  readonly #digests = new Map<string, string>();
  #last = '0-0';
  #ended = false;
  #seq = 0;

  constructor(redisUrl: string, { project, history }: { project: string; history: HistoryWriter }) {
    // Unanswered when its Redis dies, it asks again.
    this.#client = createClient({ url: redisUrl, socket: { reconnectStrategy: 50 } }).on('error', () => {});
    this.#log = `sb:{${project}}:log`;
    this.#history = history;
  }

  /** Reads until it is ended; a Redis that is away is waited for. */
  async run(): Promise<void> {
    await this.#client.connect();
    while (!this.#ended) await this.#read().catch(() => new Promise((resolve) => setTimeout(resolve, WAIT_MS)));
  }

  end(): void {
    this.#ended = true;
    this.#client.destroy();
  }

  get seq(): number {
    return this.#seq;
  }

  digestAt(epoch: number, seq: number): string | undefined {
    return this.#digests.get(`${epoch}.${seq}`);
  }

  async #read(): Promise<void> {
    const streams = await this.#client.xRead(
      { key: this.#log, id: this.#last },
      { COUNT: READ_AT_ONCE, BLOCK: WAIT_MS },
    );
    const [stream] = (streams ?? []) as { messages: { id: string; message: Record<string, string> }[] }[];
    for (const { id, message } of stream?.messages ?? []) {
      this.#follow(Number(id.split('-')[0]), entry.parse(JSON.parse(message.e ?? '')));
      this.#last = id;
    }
  }

  #follow(epoch: number, { txs }: z.infer<typeof entry>): void {
    for (const { puts, removes, causedBy, ...tx } of txs) {
      for (const [kind, id] of removes) this.#picture.remove(kind, id);
      for (const { kind, id, rev } of puts) this.#picture.put(kind, id, rev);
      this.#seq = tx.seq;
      this.#digests.set(`${epoch}.${tx.seq}`, this.#picture.digest);
      this.#history.write({
        k: 'tx',
        epoch,
        ...tx,
        ...(causedBy !== undefined && { causedBy }),
        puts: puts.map(cutDown),
        removes,
      });
    }
    for (const key of this.#digests.keys()) {
      if (this.#digests.size <= DIGESTS_KEPT) break;
      this.#digests.delete(key);
    }
  }
}

function cutDown(put: z.infer<typeof record>): Fields {
  const cut: Fields = { kind: put.kind, id: put.id };
  for (const field of FIELDS_KEPT[put.kind] ?? []) if (put[field] !== undefined) cut[field] = put[field];
  return cut;
}
