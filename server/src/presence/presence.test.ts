import { describe, expect, test } from 'vitest';
import { LiveTime } from './live-time.ts';
import { Presence } from './presence.ts';

/** Presence on a monotonic clock that is moved by hand. */
function watch() {
  const hand = { ms: 1_000 };
  const presence = new Presence(new LiveTime(() => hand.ms));
  return {
    presence,
    /** Time goes on in steps a running process would look at. */
    live(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        hand.ms += 100;
        presence.now();
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

describe('what another node heard', () => {
  test('counts as old as it was there, and never makes anybody older', () => {
    const { presence, live } = watch();
    presence.beat('alice', 5);
    live(3_000);
    presence.heardElsewhere(['alice', 5, 1_000]);
    expect(presence.ageOf('alice', 5)).toBe(1_000);
    presence.heardElsewhere(['alice', 5, 2_000]);
    expect(presence.ageOf('alice', 5)).toBe(1_000);
  });

  test('opens no connection here, and a newer one ends what is known of the older', () => {
    const { presence } = watch();
    presence.beat('alice', 5);
    presence.heardElsewhere(['alice', 9, 0]);
    expect([presence.isOpen('alice'), presence.wasHeard('alice', 9)]).toEqual([false, true]);
    presence.heardElsewhere(['bob', 7, 0]);
    expect([presence.isOpen('bob'), presence.wasHeard('bob', 7)]).toEqual([false, true]);
  });

  test('is not told on: each node tells what it heard itself', () => {
    const { presence, live } = watch();
    presence.beat('alice', 5);
    presence.heardElsewhere(['bob', 7, 0]);
    live(500);
    const since = presence.now();
    presence.beat('carol', 9);
    live(200);
    expect(presence.beatsSince(0)).toEqual([
      ['alice', 5, 700],
      ['carol', 9, 200],
    ]);
    expect(presence.beatsSince(since)).toEqual([['carol', 9, 200]]);
  });

  test('is known up to some moment: the age as of then', () => {
    const { presence, live } = watch();
    presence.beat('alice', 5);
    live(2_000);
    const until = presence.now();
    live(3_000);
    expect([presence.ageOf('alice', 5, until), presence.ageOf('alice', 5, 0)]).toEqual([2_000, 0]);
  });
});

test('who could not be heard starts at 0 again: all of them, or one', () => {
  const { presence, live } = watch();
  presence.beat('alice', 5);
  presence.beat('bob', 7);
  live(2_000);
  presence.restartOf('alice');
  expect([presence.ageOf('alice', 5), presence.ageOf('bob', 7)]).toEqual([0, 2_000]);
  presence.restart();
  expect(presence.ageOf('bob', 7)).toBe(0);
});

test('who could not be heard has given no sign until it is heard again, here or elsewhere', () => {
  const { presence } = watch();
  presence.beat('alice', 5);
  presence.beat('bob', 7);
  presence.restart();
  expect([presence.wasHeard('alice', 5), presence.wasHeard('bob', 7)]).toEqual([false, false]);
  presence.beat('alice', 5);
  presence.heardElsewhere(['bob', 7, 0]);
  expect([presence.wasHeard('alice', 5), presence.wasHeard('bob', 7)]).toEqual([true, true]);
});

test('whoever is gone for good is forgotten, nobody else', () => {
  const { presence } = watch();
  for (const id of ['alice', 'bob']) presence.beat(id, 5);
  presence.forgetOthers(1, (id) => id === 'alice');
  expect([presence.wasHeard('alice', 5), presence.wasHeard('bob', 5)]).toEqual([true, false]);
});

test('in another epoch connections count anew: a lower one than before is heard, and nobody has closed', () => {
  const { presence, live } = watch();
  presence.beat('alice', 4_800);
  presence.closed('alice', 4_800);
  presence.enterEpoch(() => 3_900);
  expect([presence.isOpen('alice'), presence.hasClosed('alice')]).toEqual([false, false]);
  live(2_000);
  presence.beat('alice', 4_001);
  expect([presence.wasHeard('alice', 4_001), presence.ageOf('alice', 4_001)]).toEqual([true, 0]);
});

test('in another epoch whose connection still stands has all its time again, and what was heard here is still told', () => {
  const { presence, live } = watch();
  presence.beat('alice', 5);
  presence.heardElsewhere(['bob', 7, 0]);
  live(4_000);
  presence.closed('alice', 5);
  presence.enterEpoch((id) => ({ alice: 5, bob: 7 })[id]);
  expect([presence.ageOf('alice', 5), presence.ageOf('bob', 7)]).toEqual([0, 0]);
  expect([presence.wasHeard('alice', 5), presence.hasClosed('alice')]).toEqual([true, false]);
  expect(presence.beatsSince(0)).toEqual([['alice', 5, 4_000]]);
});
