import { addDigest, formatDigest, recordDigest, subtractDigest } from '@signalbox/shared/digest';
import type { BeatFrame, Cursor, DiffFrame, SnapshotFrame } from '@signalbox/shared/protocol';
import type { VisibleRecord } from '@signalbox/shared/records';
import type { DiffMeta, SnapshotMeta } from './feed-types.ts';

/** Why the order was broken, for people who look into it. */
export type ResyncReason = 'opened' | 'gap' | 'behind' | 'digest' | 'epoch' | 'overflow' | 'no answer';

/** What is to be done, in this order. */
export type SequencerStep =
  | { do: 'snapshot'; records: readonly VisibleRecord[]; meta: SnapshotMeta }
  | { do: 'diff'; puts: DiffFrame['puts']; removes: DiffFrame['removes']; meta: DiffMeta }
  | { do: 'subscribe'; cursor?: Cursor; because: ResyncReason };

const HELD_MAX_FRAMES = 256;
const HELD_MAX_MS = 1_000;
const BEHIND_MAX_MS = 1_000;
const ASK_AT_MOST_EVERY_MS = 1_000;
/** How long a subscription may bring nothing before it is asked for again; doubled each time, up to the maximum. */
const PATIENCE_MS = 1_500;
const PATIENCE_MAX_MS = 12_000;

type Want = { full: boolean; because: ResyncReason };

/**
 * Puts the frames of one project in order: a snapshot (e, s) plus the diffs s+1… is the hub's state at every seq.
 * Missing, repeated, reordered and foreign frames are noticed and end in another subscription. Pure: frames and the
 * time come in, steps go out. Every method returns what is to be done now; `tick` wants to be called a few times a second.
 */
export class Sequencer {
  #cursor: Cursor | null = null;
  #digest = 0;
  #revs = new Map<string, number>();
  #parts: { epoch: number; seq: number; of: number; got: Map<number, SnapshotFrame> } | null = null;
  #held: DiffFrame[] = [];
  #heldSince = 0;
  #behind: { seq: number; since: number } | null = null;
  /** The subscription under way. `target`: the seq it promised; until it answered, Infinity. */
  #asked: { full: boolean; because: ResyncReason; progressAt: number; target: number } | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #patienceMs = PATIENCE_MS;
  #want: Want | null = null;
  #out: SequencerStep[] = [];

  get cursor(): Cursor | null {
    return this.#cursor;
  }

  get digest(): string {
    return formatDigest(this.#digest);
  }

  /**
   * False until the state is the hub's for the first time after `opened`, and while it has to be loaded again. A gap
   * that is being filled does not count: it is over, or a full load, within a second.
   */
  get following(): boolean {
    const loading = this.#asked !== null && (this.#asked.full || this.#asked.because === 'opened');
    return this.#cursor !== null && !loading && this.#want?.full !== true;
  }

  /** 0–100 of the snapshot under way. */
  get progress(): number {
    return this.#parts === null ? 0 : Math.floor((100 * this.#parts.got.size) / this.#parts.of);
  }

  /** The connection is open: nothing of the one before will come any more. */
  opened(now: number): SequencerStep[] {
    this.#asked = null;
    this.#parts = null;
    this.#behind = null;
    this.#held = [];
    this.#patienceMs = PATIENCE_MS;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#want = { full: this.#cursor === null, because: 'opened' };
    return this.#settle(now);
  }

  /** The hub's answer to the newest `subscribe`. */
  answered(answer: { mode: 'resumed' | 'snapshot'; seq: number }, now: number): SequencerStep[] {
    if (this.#asked === null) return [];
    this.#asked.full = answer.mode === 'snapshot';
    this.#asked.target = answer.seq;
    this.#asked.progressAt = now;
    return this.#settle(now);
  }

  snapshot(frame: SnapshotFrame, now: number): SequencerStep[] {
    const cursor = this.#cursor;
    const newer = cursor === null || frame.epoch > cursor.epoch;
    // Anything else is a repetition, and would take the state back in time.
    const awaited = this.#asked?.full === true || (this.#asked !== null && frame.seq >= (cursor?.seq ?? 0));
    if (!newer && !awaited) return [];
    if (this.#parts?.epoch !== frame.epoch || this.#parts.seq !== frame.seq || this.#parts.of !== frame.of)
      this.#parts = { epoch: frame.epoch, seq: frame.seq, of: frame.of, got: new Map() };
    this.#parts.got.set(frame.part, frame);
    this.#asked ??= { full: true, because: 'epoch', progressAt: now, target: frame.seq };
    this.#asked.full = true;
    this.#asked.progressAt = now;
    if (this.#parts.got.size === frame.of) this.#replace(this.#parts.got, frame, now);
    return this.#settle(now);
  }

  diff(frame: DiffFrame, now: number): SequencerStep[] {
    const cursor = this.#cursor;
    if (cursor === null || this.#asked?.full === true) this.#hold(frame, now);
    else if (frame.epoch !== cursor.epoch) {
      this.#hold(frame, now);
      this.#wish(true, 'epoch');
    } else if (frame.from > cursor.seq + 1) {
      this.#hold(frame, now);
      this.#wish(false, 'gap');
    } else this.#apply(frame, cursor, now);
    return this.#settle(now);
  }

  beat(frame: BeatFrame, now: number): SequencerStep[] {
    const cursor = this.#cursor;
    if (cursor !== null && this.#asked?.full !== true) {
      if (frame.epoch !== cursor.epoch) this.#wish(true, 'epoch');
      else if (frame.seq > cursor.seq) this.#behind = { seq: frame.seq, since: this.#behind?.since ?? now };
      else if (frame.seq === cursor.seq && frame.digest !== this.digest) this.#wish(true, 'digest');
    }
    return this.#settle(now);
  }

  tick(now: number): SequencerStep[] {
    if (this.#held.length > 0 && now - this.#heldSince > HELD_MAX_MS && this.#asked?.full !== true) {
      this.#wish(true, 'gap');
    }
    if (this.#behind !== null && now - this.#behind.since > BEHIND_MAX_MS) {
      this.#behind = null;
      this.#wish(false, 'behind');
    }
    if (this.#asked !== null && now - this.#asked.progressAt > this.#patienceMs) {
      this.#patienceMs = Math.min(2 * this.#patienceMs, PATIENCE_MAX_MS);
      // A resumption that got stuck is not tried a second time.
      this.#asked = null;
      this.#parts = null;
      this.#wish(true, 'no answer');
    }
    return this.#settle(now);
  }

  #wish(full: boolean, because: ResyncReason): void {
    if (this.#want === null || (full && !this.#want.full)) this.#want = { full, because };
  }

  #hold(frame: DiffFrame, now: number): void {
    if (this.#held.length === 0) this.#heldSince = now;
    this.#held.push(frame);
    if (this.#held.length <= HELD_MAX_FRAMES) return;
    // Waiting for a snapshot the oldest are the ones it will contain; otherwise the gap will not close any more.
    this.#held.shift();
    this.#wish(true, 'overflow');
  }

  #replace(parts: Map<number, SnapshotFrame>, frame: SnapshotFrame, now: number): void {
    const { epoch, seq, clock } = frame;
    const records = [...parts.values()].sort((a, b) => a.part - b.part).flatMap((part) => part.records);
    this.#cursor = { epoch, seq };
    this.#digest = 0;
    this.#revs = new Map();
    for (const record of records) this.#put(record);
    this.#parts = null;
    this.#asked = null;
    this.#want = null;
    this.#behind = null;
    this.#heldSince = now;
    this.#patienceMs = PATIENCE_MS;
    this.#out.push({ do: 'snapshot', records, meta: { epoch, seq, clock } });
  }

  #apply(frame: DiffFrame, cursor: Cursor, now: number): void {
    if (frame.to <= cursor.seq) return;
    for (const [kind, id] of frame.removes) this.#remove(`${kind}:${id}`);
    for (const record of frame.puts) this.#put(record);
    this.#cursor = { epoch: frame.epoch, seq: frame.to };
    if (this.#asked !== null) this.#asked.progressAt = now;
    if (this.#behind !== null && frame.to >= this.#behind.seq) this.#behind = null;
    const { epoch, to: seq, clock, at, causedBy = [] } = frame;
    this.#out.push({ do: 'diff', puts: frame.puts, removes: frame.removes, meta: { epoch, seq, clock, at, causedBy } });
  }

  #put(record: VisibleRecord): void {
    const key = `${record.kind}:${record.id}`;
    this.#remove(key);
    this.#revs.set(key, record.rev);
    this.#digest = addDigest(this.#digest, recordDigest(record.kind, record.id, record.rev));
  }

  #remove(key: string): void {
    const rev = this.#revs.get(key);
    if (rev === undefined) return;
    this.#revs.delete(key);
    const colon = key.indexOf(':');
    this.#digest = subtractDigest(this.#digest, recordDigest(key.slice(0, colon), key.slice(colon + 1), rev));
  }

  /** After every input: what was held back may fit now, what was asked for may have come, and what is wanted is asked. */
  #settle(now: number): SequencerStep[] {
    if (this.#asked?.full !== true) this.#releaseHeld(now);
    if (this.#asked !== null && !this.#asked.full && this.#cursor !== null && this.#cursor.seq >= this.#asked.target) {
      this.#asked = null;
      this.#patienceMs = PATIENCE_MS;
    }
    // A resumption is wanted because of a gap; when held-back frames closed it, it is not needed any more.
    if (this.#want?.because === 'gap' && !this.#want.full && this.#held.length === 0) this.#want = null;
    this.#ask(now);
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #releaseHeld(now: number): void {
    const cursor = this.#cursor;
    if (cursor === null || this.#held.length === 0) return;
    const waiting = this.#held.sort((a, b) => a.from - b.from);
    this.#held = [];
    for (const frame of waiting) {
      const at = this.#cursor ?? cursor;
      if (frame.epoch !== at.epoch) {
        // Of the ledger that is coming, or of the one that is gone: the snapshot under way decides.
        if (frame.epoch > at.epoch) this.#held.push(frame);
      } else if (frame.from > at.seq + 1) {
        this.#held.push(frame);
        this.#wish(false, 'gap');
      } else this.#apply(frame, at, now);
    }
    if (this.#held.length === 0) this.#heldSince = now;
  }

  #ask(now: number): void {
    if (this.#want === null) return;
    if (this.#asked !== null && (this.#asked.full || !this.#want.full)) {
      // What is under way brings it.
      this.#want = null;
      return;
    }
    if (now - this.#askedAt < ASK_AT_MOST_EVERY_MS) return;
    const { full, because } = this.#want;
    this.#want = null;
    this.#askedAt = now;
    this.#asked = { full, because, progressAt: now, target: Number.POSITIVE_INFINITY };
    if (full || this.#cursor === null) this.#out.push({ do: 'subscribe', because });
    else this.#out.push({ do: 'subscribe', cursor: this.#cursor, because });
  }
}
