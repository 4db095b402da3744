import type { BeatFrame, DiffFrame, SnapshotFrame } from '@signalbox/shared/protocol';
import type { VisibleRecord } from '@signalbox/shared/records';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Sequencer, type SequencerStep } from './sequencer.ts';
import { ModelHub, record } from './testing/model-hub.ts';

/** What a listener of the feed would hold. */
class Copy {
  records = new Map<string, VisibleRecord>();
  seq = 0;

  take(steps: SequencerStep[]): void {
    for (const step of steps) {
      if (step.do === 'subscribe') continue;
      if (step.do === 'snapshot') this.records = new Map(step.records.map((r) => [`${r.kind}:${r.id}`, r]));
      else {
        for (const [kind, id] of step.removes) this.records.delete(`${kind}:${id}`);
        for (const put of step.puts) this.records.set(`${put.kind}:${put.id}`, put);
      }
      this.seq = step.meta.seq;
    }
  }
}

const snapshot = (seq: number, records: VisibleRecord[] = [], fields: Partial<SnapshotFrame> = {}): SnapshotFrame => ({
  epoch: 1,
  seq,
  clock: 0,
  part: 0,
  of: 1,
  records,
  ...fields,
});
const diff = (from: number, to: number, puts: VisibleRecord[] = [], fields: Partial<DiffFrame> = {}): DiffFrame => ({
  epoch: 1,
  from,
  to,
  clock: 0,
  at: 0,
  puts,
  removes: [],
  ...fields,
});
const beat = (seq: number, digest: string, fields: Partial<BeatFrame> = {}): BeatFrame => ({
  epoch: 1,
  seq,
  digest,
  node: 'n',
  clock: 0,
  serverTime: 0,
  eventsPerSecond: 0,
  viewers: 1,
  ...fields,
});
const kinds = (steps: SequencerStep[]): string[] =>
  steps.map((step) =>
    step.do === 'subscribe' ? `subscribe ${step.cursor?.seq ?? 'all'}: ${step.because}` : `${step.do} ${step.meta.seq}`,
  );

const started = (seq: number): Sequencer => {
  const sequencer = new Sequencer();
  sequencer.opened(0);
  sequencer.answered({ mode: 'snapshot', seq }, 0);
  sequencer.snapshot(snapshot(seq), 0);
  return sequencer;
};

describe('Sequencer', () => {
  test('a snapshot in parts counts when the last part is there', () => {
    const sequencer = new Sequencer();
    expect(kinds(sequencer.opened(0))).toEqual(['subscribe all: opened']);
    sequencer.answered({ mode: 'snapshot', seq: 5 }, 0);
    expect(sequencer.snapshot(snapshot(5, [record('T-1', 1)], { part: 1, of: 2 }), 0)).toEqual([]);
    expect([sequencer.progress, sequencer.following]).toEqual([50, false]);
    expect(kinds(sequencer.snapshot(snapshot(5, [record('T-2', 2)], { part: 0, of: 2 }), 0))).toEqual(['snapshot 5']);
    expect(sequencer.following).toBe(true);
  });

  test('what was applied before is dropped, what overlaps is applied', () => {
    const sequencer = started(5);
    expect(kinds(sequencer.diff(diff(4, 5), 1))).toEqual([]);
    expect(kinds(sequencer.diff(diff(4, 7), 1))).toEqual(['diff 7']);
    expect(kinds(sequencer.diff(diff(4, 7), 1))).toEqual([]);
  });

  test('a gap asks with the cursor, holds back, and closes in order', () => {
    const sequencer = started(5);
    const at = 2_000;
    expect(kinds(sequencer.diff(diff(8, 9), at))).toEqual(['subscribe 5: gap']);
    expect(kinds(sequencer.diff(diff(10, 10), at))).toEqual([]);
    expect(sequencer.following).toBe(true);
    expect(kinds(sequencer.diff(diff(6, 7), at + 5))).toEqual(['diff 7', 'diff 9', 'diff 10']);
  });

  test('a gap that stays open for a second is loaded anew', () => {
    const sequencer = started(5);
    sequencer.diff(diff(8, 9), 2_000);
    expect(kinds(sequencer.tick(2_900))).toEqual([]);
    expect(kinds(sequencer.tick(3_100))).toEqual(['subscribe all: gap']);
    expect(sequencer.following).toBe(false);
    expect(kinds(sequencer.snapshot(snapshot(7), 3_200))).toEqual(['snapshot 7', 'diff 9']);
  });

  test('no more than 256 frames are held back', () => {
    const sequencer = started(5);
    sequencer.diff(diff(8, 8), 2_000);
    let asked: string[] = [];
    for (let seq = 9; seq < 300; seq++) asked = [...asked, ...kinds(sequencer.diff(diff(seq, seq), 2_000))];
    expect(asked).toEqual([]);
    expect(kinds(sequencer.tick(3_000))).toEqual(['subscribe all: overflow']);
  });

  test('a beat ahead for more than a second is a gap', () => {
    const sequencer = started(5);
    sequencer.beat(beat(6, 'unknown'), 2_000);
    expect(kinds(sequencer.tick(2_900))).toEqual([]);
    expect(kinds(sequencer.tick(3_100))).toEqual(['subscribe 5: behind']);
  });

  test('another digest at the same seq is loaded anew, the same one is not', () => {
    const sequencer = started(5);
    expect(kinds(sequencer.beat(beat(5, '00000000'), 2_000))).toEqual([]);
    expect(kinds(sequencer.beat(beat(5, 'deadbeef'), 2_000))).toEqual(['subscribe all: digest']);
  });

  test('a diff or beat of another epoch is loaded anew', () => {
    for (const foreign of [
      (s: Sequencer) => s.diff(diff(6, 6, [], { epoch: 2 }), 2_000),
      (s: Sequencer) => s.beat(beat(2, 'x', { epoch: 2 }), 2_000),
    ]) {
      const sequencer = started(5);
      expect(kinds(foreign(sequencer))).toEqual(['subscribe all: epoch']);
      expect(kinds(sequencer.snapshot(snapshot(2, [], { epoch: 2 }), 2_001))).toEqual(['snapshot 2']);
      expect(sequencer.cursor).toEqual({ epoch: 2, seq: 2 });
    }
  });

  test('a repeated snapshot does not take the state back', () => {
    const sequencer = started(5);
    sequencer.diff(diff(6, 6), 1);
    expect(sequencer.snapshot(snapshot(5), 2)).toEqual([]);
    expect(sequencer.cursor?.seq).toBe(6);
  });

  test('after a reconnect it resumes and follows when it has what the answer promised', () => {
    const sequencer = started(5);
    expect(kinds(sequencer.opened(9_000))).toEqual(['subscribe 5: opened']);
    expect(sequencer.following).toBe(false);
    sequencer.answered({ mode: 'resumed', seq: 6 }, 9_001);
    expect(sequencer.following).toBe(false);
    sequencer.diff(diff(6, 6), 9_002);
    expect(sequencer.following).toBe(true);
  });

  test('a subscription that brings nothing is asked for again, ever more patiently', () => {
    const sequencer = new Sequencer();
    sequencer.opened(0);
    const asked: number[] = [];
    for (let now = 0; now <= 30_000; now += 100) if (sequencer.tick(now).length > 0) asked.push(now);
    expect(asked).toEqual([1_600, 4_700, 10_800, 22_900]);
  });

  test('[G9] lost, repeated and reordered frames end in the state of the hub', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(999)), fc.integer({ min: 1, max: 120 }), (chance, rounds) => {
        const dice = (outOf1000: number): boolean => (chance.next().value ?? 0) < outOf1000;
        const number = (max: number): number => (chance.next().value ?? 0) % max;
        const hub = new ModelHub();
        const sequencer = new Sequencer();
        const copy = new Copy();
        let now = 0;
        const wire: (() => SequencerStep[])[] = [];
        let lossy = true;
        const send = (deliver: () => SequencerStep[]): void => {
          if (lossy && dice(60)) return;
          wire.push(deliver);
          if (lossy && dice(60)) wire.push(deliver);
          if (lossy && dice(60) && wire.length > 1) wire.unshift(...wire.splice(-1));
        };
        const run = (steps: SequencerStep[]): void => {
          copy.take(steps);
          for (const step of steps) {
            if (step.do !== 'subscribe') continue;
            const { answer, frames } = hub.subscribe(step.cursor);
            send(() => sequencer.answered(answer, now));
            for (const frame of frames) {
              if ('part' in frame) send(() => sequencer.snapshot(frame, now));
              else send(() => sequencer.diff(frame, now));
            }
          }
        };
        const flush = (): void => {
          while (wire.length > 0) {
            const [deliver] = wire.splice(0, 1);
            if (deliver !== undefined) run(deliver());
          }
        };
        const round = (): void => {
          now += 100;
          if (now % 2_000 === 0) {
            const frame = hub.beat();
            send(() => sequencer.beat(frame, now));
          }
          run(sequencer.tick(now));
          flush();
        };
        run(sequencer.opened(now));
        for (let i = 0; i < rounds; i++) {
          if (dice(20)) hub.newEpoch();
          for (let n = number(4); n > 0; n--) hub.change(number);
          const frame = hub.flush();
          if (frame !== null) send(() => sequencer.diff(frame, now));
          round();
        }
        lossy = false;

        // Patience may have grown to 12 s while nothing got through.
        for (let i = 0; i < 200; i++) round();
        expect(copy.seq).toBe(hub.seq);
        expect([...copy.records].sort()).toEqual([...hub.records].sort());
        expect(sequencer.digest).toBe(hub.beat().digest);
        expect(sequencer.following).toBe(true);
      }),
      { seed, numRuns: 300 },
    );
  });
});
