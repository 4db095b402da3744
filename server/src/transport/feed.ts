import type { Cursor } from '@signalbox/shared/protocol';
import type { Committed } from '../ledger/ledger.ts';
import type { Project } from '../project.ts';
import { isSlow, room as roomIn } from './outbound.ts';
import { type EncodedDiff, Ring } from './ring.ts';
import { SnapshotCache } from './snapshot.ts';
import type { ControlNamespaceServer, ControlSocket, Viewer } from './viewer.ts';
import { encoded } from './wire-parser.ts';

/** After a frame, further changes are gathered this long. */
const GATHER_MS = 50;
const BEAT_EVERY_MS = 2_000;

export interface FeedOptions {
  project: Project;
  namespace: ControlNamespaceServer;
  wallClock?: () => number;
  monotonic?: () => number;
}

/** Where a subscription begins. */
export interface Start {
  mode: 'resumed' | 'snapshot';
  epoch: number;
  seq: number;
}

/**
 * What the subscribers of one project are sent: a snapshot or the missing diffs, then every change, encoded once for
 * all who are level with it. Made from committed transactions only. Lives as long as its project, so that whoever comes
 * back finds the transactions it missed.
 */
export class Feed {
  readonly #project: Project;
  readonly #namespace: ControlNamespaceServer;
  readonly #room: string;
  readonly #wallClock: () => number;
  readonly #monotonic: () => number;
  readonly #viewers = new Set<Viewer>();
  readonly #requesters = new Map<string, Viewer>();
  readonly #snapshots: SnapshotCache;
  readonly #offs: (() => void)[];
  #ring: Ring;
  /** Seq of the last frame that the live viewers were sent. */
  #sentSeq: number;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #flushTimer: NodeJS.Timeout | undefined;
  #beatTimer: NodeJS.Timeout | undefined;
  #beatAt = 0;
  #beatSeq = 0;
  #eventsPerSecond = 0;

  constructor({ project, namespace, wallClock, monotonic }: FeedOptions) {
    this.#project = project;
    this.#namespace = namespace;
    this.#room = `project:${project.id}`;
    this.#wallClock = wallClock ?? (() => Date.now());
    this.#monotonic = monotonic ?? (() => performance.now());
    const { ledger } = project;
    this.#snapshots = new SnapshotCache(ledger);
    this.#ring = new Ring(ledger.epoch, ledger.seq);
    this.#sentSeq = ledger.seq;
    this.#offs = [ledger.onCommit((committed) => this.#committed(committed)), ledger.onReset(() => this.#reset())];
  }

  close(): void {
    for (const off of this.#offs) off();
    for (const viewer of [...this.#viewers]) this.leave(viewer);
    clearTimeout(this.#flushTimer);
  }

  /** Makes the socket a subscriber. Then {@link prepare}, answer it, {@link start}; {@link leave} at any time. */
  viewer(socket: ControlSocket, cursor: Cursor | undefined): Viewer {
    const viewer: Viewer = { socket, state: 'asked', position: cursor, caused: [] };
    this.#viewers.add(viewer);
    return viewer;
  }

  /** What the subscriber is answered. Waits for a snapshot where it needs one. */
  async prepare(viewer: Viewer): Promise<Start> {
    // What it was sent by another node may be newer than the copy here; nobody goes back in time.
    if (viewer.position !== undefined) await this.#project.ledger.reach(viewer.position);
    if (viewer.position !== undefined && this.#canResume(viewer.position))
      return { mode: 'resumed', epoch: this.#ring.epoch, seq: this.#ring.lastSeq };
    viewer.position = undefined;
    const { epoch, seq } = await this.#snapshots.current(this.#ring);
    return { mode: 'snapshot', epoch, seq };
  }

  start(viewer: Viewer): void {
    if (viewer.state !== 'asked') return;
    this.#beatTimer ??= this.#startBeating();
    viewer.state = 'behind';
    void this.#bringUpToDate(viewer);
  }

  leave(viewer: Viewer): void {
    viewer.state = 'gone';
    this.#viewers.delete(viewer);
    void viewer.socket.leave(this.#room);
    for (const [requestId, by] of this.#requesters) if (by === viewer) this.#requesters.delete(requestId);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#beatTimer);
    this.#beatTimer = undefined;
    this.#snapshots.forget();
  }

  /** The viewer sends this request: it will recognise the effect by it. Returns what to call when it is answered. */
  expectOwn(viewer: Viewer, requestId: string): () => void {
    this.#requesters.set(requestId, viewer);
    // Commits are heard before their answers go out: by then the effect was noted, or there was none.
    return () => this.#requesters.delete(requestId);
  }

  #canResume({ epoch, seq }: Cursor): boolean {
    return epoch === this.#ring.epoch && this.#ring.covers(seq);
  }

  #committed(committed: readonly Committed[]): void {
    for (const one of committed) {
      this.#ring.push(one);
      const { tx } = one;
      const own = tx.causedBy === undefined ? undefined : this.#requesters.get(tx.causedBy);
      if (own === undefined || tx.causedBy === undefined) continue;
      this.#requesters.delete(tx.causedBy);
      own.caused.push({ seq: tx.seq, requestId: tx.causedBy });
    }
    if (this.#viewers.size === 0) return;
    const since = this.#monotonic() - this.#flushedAt;
    if (since >= GATHER_MS) this.#flush();
    else this.#flushTimer ??= setTimeout(() => this.#flush(), GATHER_MS - since);
  }

  /** Another epoch: nothing of before counts, everybody needs a snapshot. */
  #reset(): void {
    const { ledger } = this.#project;
    this.#ring = new Ring(ledger.epoch, ledger.seq);
    this.#sentSeq = ledger.seq;
    this.#snapshots.forget();
    this.#beatSeq = ledger.seq;
    for (const viewer of this.#viewers) {
      viewer.caused = [];
      if (viewer.state === 'live') this.#fallBehind(viewer, undefined);
    }
  }

  /** Sends what is new to everybody who is level. */
  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (![...this.#viewers].some(({ state }) => state === 'live')) this.#sentSeq = this.#ring.lastSeq;
    for (
      let frame = this.#ring.frameAfter(this.#sentSeq);
      frame !== undefined;
      frame = this.#ring.frameAfter(this.#sentSeq)
    ) {
      this.#flushedAt = this.#monotonic();
      this.#broadcast(frame);
      this.#sentSeq = frame.to;
    }
  }

  #broadcast(frame: EncodedDiff): void {
    this.#leaveSlowBehind();
    const requesters: Viewer[] = [];
    let others = 0;
    for (const viewer of this.#viewers) {
      if (viewer.state !== 'live') continue;
      if (viewer.caused.length > 0) requesters.push(viewer);
      else others += 1;
    }
    if (others > 0)
      this.#namespace
        .to(this.#room)
        .except(requesters.map(({ socket }) => socket.id))
        .emit('diff', encoded(frame.json));
    for (const viewer of requesters) this.#emitOwn(viewer, frame);
  }

  #emitOwn(viewer: Viewer, frame: EncodedDiff): void {
    const causedBy = viewer.caused.filter(({ seq }) => seq <= frame.to).map(({ requestId }) => requestId);
    viewer.caused = viewer.caused.filter(({ seq }) => seq > frame.to);
    const own = causedBy.length === 0 ? '' : `,"causedBy":${JSON.stringify(causedBy)}`;
    viewer.socket.emit('diff', encoded(`${frame.json.slice(0, -1)}${own}}`));
  }

  /** Nothing more is queued for whoever does not read: it gets what it missed when it does. */
  #leaveSlowBehind(): void {
    for (const viewer of this.#viewers)
      if (viewer.state === 'live' && isSlow(viewer.socket.conn))
        this.#fallBehind(viewer, { epoch: this.#ring.epoch, seq: this.#sentSeq });
  }

  #fallBehind(viewer: Viewer, position: Cursor | undefined): void {
    viewer.state = 'behind';
    viewer.position = position;
    void viewer.socket.leave(this.#room);
    void this.#bringUpToDate(viewer);
  }

  /** Sends what the viewer misses, as fast as it reads; when nothing is left it goes on with the others. */
  async #bringUpToDate(viewer: Viewer): Promise<void> {
    while (viewer.state === 'behind') {
      await roomIn(viewer.socket.conn);
      if (viewer.state !== 'behind' || !viewer.socket.connected) return;
      const { position } = viewer;
      if (position === undefined || !this.#canResume(position)) {
        viewer.position = await this.#sendSnapshot(viewer);
        continue;
      }
      const frame = this.#ring.frameAfter(position.seq);
      if (frame !== undefined) {
        this.#emitOwn(viewer, frame);
        viewer.position = { epoch: frame.epoch, seq: frame.to };
        continue;
      }
      // Whatever the others have not been sent yet, this one has: now all are level.
      this.#flush();
      viewer.state = 'live';
      void viewer.socket.join(this.#room);
      this.#tell(viewer.socket);
    }
  }

  async #sendSnapshot(viewer: Viewer): Promise<Cursor | undefined> {
    const { epoch, seq, packets } = await this.#snapshots.current(this.#ring);
    for (const packet of packets) {
      await roomIn(viewer.socket.conn);
      if (viewer.state !== 'behind' || !viewer.socket.connected) return undefined;
      viewer.socket.conn.write(packet);
    }
    viewer.caused = viewer.caused.filter((own) => own.seq > seq);
    return { epoch, seq };
  }

  #startBeating(): NodeJS.Timeout {
    this.#beatAt = this.#monotonic();
    this.#beatSeq = this.#ring.lastSeq;
    return setInterval(() => this.#beat(), BEAT_EVERY_MS);
  }

  #beat(): void {
    this.#flush();
    this.#leaveSlowBehind();
    this.#snapshots.grow();
    this.#measure();
    this.#tell(this.#namespace.to(this.#room));
  }

  #measure(): void {
    const now = this.#monotonic();
    this.#eventsPerSecond = Math.round(((this.#ring.lastSeq - this.#beatSeq) * 10_000) / (now - this.#beatAt)) / 10;
    this.#beatAt = now;
    this.#beatSeq = this.#ring.lastSeq;
  }

  /** Where the sequence is, and how long ago each agent was heard of; of others the age is unknown, not 0. */
  #tell(to: { emit: ControlSocket['emit'] }): void {
    const { ledger, presence } = this.#project;
    to.emit('beat', {
      epoch: this.#ring.epoch,
      seq: this.#ring.lastSeq,
      node: ledger.node,
      clock: ledger.now(),
      digest: ledger.digest,
      serverTime: this.#wallClock(),
      eventsPerSecond: this.#eventsPerSecond,
      viewers: this.#viewers.size,
    });
    // While Redis is away reading waits; what is asked meanwhile would all be told at once afterwards.
    if (ledger.failingSince !== undefined) return;
    void ledger.read((replica) => {
      const agents: [string, number][] = [];
      for (const { id, connection, state } of replica.values('agent'))
        if (state !== 'left' && presence.wasHeard(id, connection))
          agents.push([id, Math.round(presence.ageOf(id, connection))]);
      to.emit('presence', { agents });
    });
  }
}
