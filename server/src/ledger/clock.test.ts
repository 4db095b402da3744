import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerClock } from './clock.ts';

/** A clock on a monotonic clock that is moved by hand. */
function clockAt(committed: number) {
  const hand = { ms: 5_000.4 };
  const clock = new LedgerClock(() => hand.ms, committed);
  return {
    clock,
    /** So many looks, so many milliseconds apart. */
    run(ms: number, looks = 1) {
      for (let i = 0; i < looks; i++) {
        hand.ms += ms;
        clock.now();
      }
      return clock.now();
    },
  };
}

describe('the ledger clock', () => {
  test('starts at what is committed and runs with the monotonic clock', () => {
    const { clock, run } = clockAt(1_000);
    expect(clock.now()).toBe(1_000);
    expect(run(100)).toBe(1_100);
  });

  test('a pause counts 250 ms, however long it was', () => {
    expect(clockAt(1_000).run(60_000)).toBe(1_250);
  });

  test('stands still 750 ms ahead of what is committed', () => {
    const { clock, run } = clockAt(1_000);
    expect(run(100, 100)).toBe(1_750);
    clock.committed(1_700);
    expect(run(100, 100)).toBe(2_450);
  });

  test('jumps to a committed clock that is ahead of it, and never back to one behind', () => {
    const { clock, run } = clockAt(1_000);
    clock.committed(90_000);
    expect(clock.now()).toBe(90_000);
    run(100);
    clock.committed(90_050);
    expect(clock.now()).toBe(90_100);
  });

  test('what another node counted during a pause is not counted again', () => {
    const hand = { ms: 0 };
    const [paused, other] = [new LedgerClock(() => hand.ms, 0), new LedgerClock(() => hand.ms, 0)];
    for (let tick = 0; tick < 100; tick++) {
      hand.ms += 100;
      other.committed(other.now());
    }
    paused.committed(other.now());
    expect([paused.now(), other.now()]).toEqual([10_000, 10_000]);
  });

  test('asks for a tick once it is 500 ms ahead', () => {
    const { clock, run } = clockAt(1_000);
    run(100, 4);
    expect(clock.wantsTick()).toBe(false);
    run(100);
    expect(clock.wantsTick()).toBe(true);
    clock.committed(clock.now());
    expect(clock.wantsTick()).toBe(false);
  });

  test('never goes back and is whole milliseconds, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ look: fc.double({ min: 0, max: 2_000, noNaN: true }) }),
      fc.record({ commit: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { clock, run } = clockAt(1_000);
        let last = clock.now();
        for (const one of steps) {
          if ('look' in one) run(one.look);
          else if (one.commit) clock.committed(clock.now());
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(last);
          expect(Number.isInteger(now)).toBe(true);
          last = now;
        }
      }),
    );
  });
});
