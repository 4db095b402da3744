import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import type { Way } from '../way.ts';
import { Picture } from './digest.ts';

const record = z.looseObject({ kind: z.string(), id: z.string(), rev: z.number() });
const snapshot = z.object({
  epoch: z.number(),
  seq: z.number(),
  part: z.number(),
  of: z.number(),
  records: z.array(record),
});
const diff = z.object({
  epoch: z.number(),
  from: z.number(),
  to: z.number(),
  puts: z.array(record),
  removes: z.array(z.tuple([z.string(), z.string()])),
});
const beat = z.object({ epoch: z.number(), seq: z.number(), digest: z.string() });

const BACK_AFTER_MS = 200;

export interface Taken {
  epoch: number;
  seq: number;
  /** Of the watcher's copy, and what the hub said. */
  own: string;
  hub: string;
}

/** Follows a project as the protocol tells a client to, and compares its copy with every beat it is level with. */
export class Watcher {
  readonly #subscribe: { way: Way; token: string; project: string; onPicture(taken: Taken): void };
  readonly #picture = new Picture();
  #epoch = 0;
  #seq = 0;
  /** Behind until a snapshot or a resumed feed says otherwise. */
  #current = false;
  #ended = false;
  #socket: Socket | undefined;

  constructor(subscribe: { way: Way; token: string; project: string; onPicture(taken: Taken): void }) {
    this.#subscribe = subscribe;
    this.#connect();
  }

  end(): void {
    this.#ended = true;
    this.#socket?.disconnect();
  }

  #connect(): void {
    if (this.#ended) return;
    const { way, token } = this.#subscribe;
    const socket = io(`${way.url}/control`, {
      extraHeaders: { host: way.host },
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: 5_000,
    });
    this.#socket = socket;
    this.#current = false;
    const again = (): void => {
      if (this.#socket === socket) setTimeout(() => this.#connect(), BACK_AFTER_MS);
      this.#socket = undefined;
      socket.disconnect();
    };
    socket.on('connect', () => this.#follow(true));
    socket.on('connect_error', again);
    socket.on('disconnect', again);
    socket.on('snapshot', (frame: unknown) => this.#onSnapshot(snapshot.parse(frame)));
    socket.on('diff', (frame: unknown) => this.#onDiff(diff.parse(frame)));
    socket.on('beat', (frame: unknown) => this.#onBeat(beat.parse(frame)));
  }

  #follow(withCursor: boolean): void {
    this.#current = false;
    const cursor = withCursor && this.#seq > 0 ? { cursor: { epoch: this.#epoch, seq: this.#seq } } : {};
    const socket = this.#socket;
    socket?.emit(
      'subscribe',
      { project: this.#subscribe.project, ...cursor },
      (answer: { ok: boolean; mode?: string }) => {
        if (this.#socket !== socket) return;
        if (answer.mode === 'resumed') this.#current = true;
        if (!answer.ok) setTimeout(() => this.#socket === socket && this.#follow(withCursor), BACK_AFTER_MS);
      },
    );
  }

  #onSnapshot({ epoch, seq, part, of, records }: z.infer<typeof snapshot>): void {
    if (part === 0) this.#picture.clear();
    for (const { kind, id, rev } of records) this.#picture.put(kind, id, rev);
    if (part < of - 1) return;
    this.#epoch = epoch;
    this.#seq = seq;
    this.#current = true;
  }

  #onDiff({ epoch, from, to, puts, removes }: z.infer<typeof diff>): void {
    if (!this.#current || (epoch === this.#epoch && to <= this.#seq)) return;
    if (epoch !== this.#epoch || from > this.#seq + 1) {
      this.#follow(true);
      return;
    }
    for (const [kind, id] of removes) this.#picture.remove(kind, id);
    for (const { kind, id, rev } of puts) this.#picture.put(kind, id, rev);
    this.#seq = to;
  }

  #onBeat({ epoch, seq, digest }: z.infer<typeof beat>): void {
    if (!this.#current || epoch !== this.#epoch || seq !== this.#seq) return;
    this.#subscribe.onPicture({ epoch, seq, own: this.#picture.digest, hub: digest });
  }
}
