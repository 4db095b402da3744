import { describe, expect, test } from 'vitest';
import { Presence } from './presence.ts';

/** Presence on a monotonic clock that is moved by hand. */
function watch() {
  const hand = { ms: 1_000 };
  const presence = new Presence(() => hand.ms);
  return {
    presence,
    /** Time goes on in steps a running process would look at. */
    live(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        hand.ms += 100;
        presence.advance();
      }
    },
    /** The process stood still. */
    stop(ms: number) {
      hand.ms += ms;
    },
  };
}

describe('the age of an agent', () => {
  test('is the live time since its last sign', () => {
    const { presence, live } = watch();
    presence.beat('alice', 5);
    live(2_000);
    expect(presence.ageOf('alice', 5)).toBe(2_000);
    presence.beat('alice', 5);
    expect(presence.ageOf('alice', 5)).toBe(0);
  });

  test('does not grow while the hub stands still, but for 250 ms', () => {
    const { presence, stop } = watch();
    presence.beat('alice', 5);
    stop(600_000);
    expect(presence.ageOf('alice', 5)).toBe(250);
  });

  test('starts at 0 for one never heard of, as after a start of the hub', () => {
    const { presence, live } = watch();
    live(10_000);
    expect(presence.ageOf('alice', 5)).toBe(0);
    live(3_000);
    expect(presence.ageOf('alice', 5)).toBe(3_000);
    expect([presence.isOpen('alice'), presence.wasHeard('alice', 5)]).toEqual([false, false]);
  });

  test('starts at 0 with a newer connection; signs of an older one no longer count', () => {
    const { presence, live } = watch();
    presence.beat('alice', 5);
    live(2_000);
    expect(presence.ageOf('alice', 9)).toBe(0);
    live(1_000);
    presence.beat('alice', 5);
    expect(presence.ageOf('alice', 9)).toBe(1_000);
    expect(presence.wasHeard('alice', 9)).toBe(false);
  });
});

describe('whether its connection is open', () => {
  test('from its first sign until it closes', () => {
    const { presence } = watch();
    expect(presence.isOpen('alice')).toBe(false);
    presence.beat('alice', 5);
    expect([presence.isOpen('alice'), presence.wasHeard('alice', 5)]).toEqual([true, true]);
    presence.closed('alice', 5);
    expect(presence.isOpen('alice')).toBe(false);
  });

  test('the closing of an older one says nothing about the newer', () => {
    const { presence } = watch();
    presence.beat('alice', 5);
    presence.beat('alice', 9);
    presence.closed('alice', 5);
    expect(presence.isOpen('alice')).toBe(true);
  });

  test('is forgotten with the agent', () => {
    const { presence } = watch();
    presence.beat('alice', 5);
    presence.forget('alice');
    expect([presence.isOpen('alice'), presence.wasHeard('alice', 5), presence.ageOf('alice', 5)]).toEqual([
      false,
      false,
      0,
    ]);
  });
});
