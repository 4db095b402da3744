import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { now } from '../history/writer.ts';
import type { Way } from '../way.ts';
import { Picture } from './digest.ts';
import { isAtOrAfter, type Position, position } from './position.ts';
import { Standing, type Stands } from './standing.ts';

const record = z.looseObject({ kind: z.string(), id: z.string(), rev: z.number() });
const snapshot = position.extend({ part: z.number(), of: z.number(), records: z.array(record) });
const diff = z.object({
  epoch: z.number(),
  from: z.number(),
  to: z.number(),
  puts: z.array(record),
  removes: z.array(z.tuple([z.string(), z.string()])),
});
const beat = position.extend({ digest: z.string() });
const answer = z.looseObject({ ok: z.boolean(), mode: z.string().optional() });
const here = position.extend({ ok: z.literal(true) });

const BACK_AFTER_MS = 200;
const LOOK_EVERY_MS = 250;
/** Cheap, and answered by the project itself. */
const WHERE = ['message.list', { state: 'unread', limit: 1 }] as const;

export interface Taken extends Position {
  /** Of the watcher's copy, and what the hub said. */
  own: string;
  hub: string;
}

export interface Subscribe {
  way: Way;
  token: string;
  project: string;
  onPicture(taken: Taken): void;
  onStands(stands: Stands, at: Position): void;
}

/** Somebody waits until the watcher is level with this; undefined: with what its hub has now, and has not said yet. */
interface Waiting {
  target: Position | undefined;
  resolve(): void;
}

/** Follows a project as the protocol tells a client to, and compares its copy with every beat it is level with. */
export class Watcher {
  readonly #subscribe: Subscribe;
  readonly #picture = new Picture();
  readonly #standing: Standing;
  readonly #looking: NodeJS.Timeout;
  #lookedAt = now();
  #epoch = 0;
  #seq = 0;
  /** Behind until a snapshot or a resumed feed says otherwise. */
  #current = false;
  #ended = false;
  #socket: Socket | undefined;
  #waiting: Waiting[] = [];

  constructor(subscribe: Subscribe) {
    this.#subscribe = subscribe;
    this.#standing = new Standing((stands) => subscribe.onStands(stands, this.position));
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#connect();
  }

  get position(): Position {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  /**
   * Resolves when it is level at a beat, and kept so by diffs: with `target` or what comes after it, or with what its hub
   * has now, which it says behind all that it has sent before.
   */
  level(target?: Position): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ target, resolve });
      if (target === undefined) this.#askWhere();
    });
  }

  end(): void {
    this.#ended = true;
    clearInterval(this.#looking);
    this.#standing.left();
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
      this.#standing.left();
      socket.disconnect();
    };
    socket.on('connect', () => {
      this.#standing.connected(now());
      this.#follow(true);
    });
    socket.on('connect_error', again);
    socket.on('disconnect', again);
    socket.on('snapshot', (frame: unknown) => this.#onSnapshot(snapshot.parse(frame)));
    socket.on('diff', (frame: unknown) => this.#onDiff(diff.parse(frame)));
    socket.on('beat', (frame: unknown) => this.#onBeat(beat.parse(frame)));
  }

  #follow(withCursor: boolean): void {
    this.#current = false;
    this.#standing.subscribes();
    const cursor = withCursor && this.#seq > 0 ? { cursor: this.position } : {};
    this.#ask('subscribe', { project: this.#subscribe.project, ...cursor }, (said) => {
      const { ok, mode } = answer.parse(said);
      if (mode === 'resumed') this.#current = true;
      if (ok) this.#askWhere();
      else this.#later(() => this.#follow(withCursor));
    });
  }

  /** Where the hub is, for those who wait to be level with that. */
  #askWhere(): void {
    if (!this.#waiting.some(({ target }) => target === undefined)) return;
    this.#ask(...WHERE, (said) => {
      const { success, data } = here.safeParse(said);
      if (!success) {
        this.#later(() => this.#askWhere());
        return;
      }
      for (const one of this.#waiting) one.target ??= { epoch: data.epoch, seq: data.seq };
    });
  }

  /** Nothing comes of it when the connection ends first. */
  #ask(what: string, input: object, onAnswer: (said: unknown) => void): void {
    const socket = this.#socket;
    socket?.emit(what, input, (said: unknown) => {
      if (this.#socket === socket) onAnswer(said);
    });
  }

  #later(act: () => void): void {
    const socket = this.#socket;
    setTimeout(() => this.#socket === socket && act(), BACK_AFTER_MS);
  }

  #onSnapshot({ epoch, seq, part, of, records }: z.infer<typeof snapshot>): void {
    if (part === 0) this.#forget();
    for (const { kind, id, rev } of records) this.#picture.put(kind, id, rev);
    if (part < of - 1) return;
    this.#epoch = epoch;
    this.#seq = seq;
    this.#current = true;
  }

  /** Nothing of it is of use until the snapshot is whole: should the connection end, all is asked for again. */
  #forget(): void {
    this.#picture.clear();
    this.#seq = 0;
    this.#current = false;
    this.#standing.subscribes();
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
    if (!this.#current) return;
    const isLevel = epoch === this.#epoch && seq === this.#seq;
    this.#standing.beat(isLevel, now());
    if (!isLevel) return;
    const own = this.#picture.digest;
    this.#subscribe.onPicture({ epoch, seq, own, hub: digest });
    if (own !== digest) {
      this.#follow(false);
      return;
    }
    if (this.#standing.is !== 'level') return;
    const isThere = ({ target }: Waiting): boolean => target !== undefined && isAtOrAfter(this.position, target);
    for (const { resolve } of this.#waiting.filter(isThere)) resolve();
    this.#waiting = this.#waiting.filter((one) => !isThere(one));
  }

  #look(): void {
    const at = now();
    // This process stood still: what came meanwhile is yet to be read.
    this.#standing.excuse(Math.max(0, at - this.#lookedAt - LOOK_EVERY_MS));
    this.#lookedAt = at;
    const mustAsk = this.#standing.tick(at);
    if (mustAsk && this.#current) this.#follow(false);
  }
}
