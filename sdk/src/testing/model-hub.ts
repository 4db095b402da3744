import { addDigest, formatDigest, recordDigest } from '@signalbox/shared/digest';
import type { BeatFrame, Cursor, DiffFrame, SnapshotFrame, SubscribeAnswer } from '@signalbox/shared/protocol';
import type { MessageRecord } from '@signalbox/shared/records/message';

/** The smallest record there is: what a sequencer looks at is kind, id and rev. */
export const record = (id: string, rev: number): MessageRecord => ({
  kind: 'message',
  id,
  rev,
  from: 'alice',
  to: 'bob',
  recipients: ['bob'],
  type: 'note',
  at: 0,
  bodies: { body: 'b' },
});

interface Change {
  seq: number;
  id: string;
  /** Undefined when it was removed. */
  put: MessageRecord | undefined;
}
const LOG_KEPT = 20;
const IDS = 12;

/** A hub of one project without anything but its sequence: what the frames it sends must add up to. */
export class ModelHub {
  epoch = 1;
  seq = 0;
  records = new Map<string, MessageRecord>();
  #log: Change[] = [];
  #sent = 0;

  change(number: (max: number) => number): void {
    const id = `M-${1 + number(IDS)}`;
    this.seq += 1;
    const gone = number(3) === 0;
    if (gone) this.records.delete(`message:${id}`);
    else this.records.set(`message:${id}`, record(id, this.seq));
    this.#log.push({ seq: this.seq, id, put: gone ? undefined : record(id, this.seq) });
    this.#log = this.#log.slice(-LOG_KEPT);
  }

  /** Redis came back without the tail of its log. */
  newEpoch(): void {
    this.epoch += 1;
    this.seq = Math.max(0, this.seq - 2);
    this.#log = [];
    this.#sent = this.seq;
    for (const [key, { rev }] of this.records) if (rev > this.seq) this.records.delete(key);
  }

  /** What happened since the last frame, as one. */
  flush(): DiffFrame | null {
    const frame = this.#diff(this.#sent);
    this.#sent = this.seq;
    return frame;
  }

  subscribe(cursor: Cursor | undefined): {
    answer: Pick<SubscribeAnswer, 'mode'> & { seq: number };
    frames: (SnapshotFrame | DiffFrame)[];
  } {
    const first = this.#log[0]?.seq ?? this.seq + 1;
    if (cursor?.epoch === this.epoch && cursor.seq + 1 >= first) {
      const missed = this.#diff(cursor.seq);
      return { answer: { mode: 'resumed', seq: this.seq }, frames: missed === null ? [] : [missed] };
    }
    const all = [...this.records.values()];
    const half = Math.ceil(all.length / 2);
    const frames = [all.slice(0, half), all.slice(half)].map((records, part) => ({
      epoch: this.epoch,
      seq: this.seq,
      clock: 0,
      part,
      of: 2,
      records,
    }));
    return { answer: { mode: 'snapshot', seq: this.seq }, frames };
  }

  beat(): BeatFrame {
    let digest = 0;
    for (const { kind, id, rev } of this.records.values()) digest = addDigest(digest, recordDigest(kind, id, rev));
    const { epoch, seq } = this;
    return {
      epoch,
      seq,
      digest: formatDigest(digest),
      node: 'n',
      clock: 0,
      serverTime: 0,
      eventsPerSecond: 0,
      viewers: 1,
    };
  }

  #diff(after: number): DiffFrame | null {
    if (after >= this.seq) return null;
    const last = new Map(this.#log.flatMap((change) => (change.seq > after ? [[change.id, change]] : [])));
    return {
      epoch: this.epoch,
      from: after + 1,
      to: this.seq,
      clock: 0,
      at: 0,
      puts: [...last.values()].flatMap(({ put }) => put ?? []),
      removes: [...last.values()].flatMap(({ id, put }) => (put === undefined ? [['message', id] as const] : [])),
    };
  }
}
