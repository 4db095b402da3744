import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Intake } from './intake.ts';
import type { Connection } from './wire.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function intake() {
  const wire = {
    bufferedAmount: 0,
    reading: true,
    pause: () => (wire.reading = false),
    resume: () => (wire.reading = true),
    terminate: () => {},
  };
  // As much of a connection as an intake uses.
  const connection = Object.assign(new EventEmitter(), { transport: { socket: wire } }) as unknown as Connection;
  let now = 0;
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { wire, intake: new Intake(connection, () => now), advance };
}

test('who was told to wait is not read meanwhile; what it was told adds up, to a second at most', async () => {
  const { wire, intake: taken, advance } = intake();
  taken.hold(100);
  taken.hold(200);
  expect(wire.reading).toBe(false);
  await advance(299);
  expect(wire.reading).toBe(false);
  await advance(1);
  expect(wire.reading).toBe(true);
  for (let times = 0; times < 100; times++) taken.hold(500);
  await advance(999);
  expect(wire.reading).toBe(false);
  await advance(1);
  expect(wire.reading).toBe(true);
});

test('with too much waiting nothing is read until there is less, but for a look every second', async () => {
  const { wire, intake: taken, advance } = intake();
  taken.full(true);
  expect(wire.reading).toBe(false);
  taken.full(false);
  expect(wire.reading).toBe(true);
  taken.full(true);
  await advance(1_000);
  expect(wire.reading).toBe(true);
});

test('having room again does not shorten the wait that somebody was told', async () => {
  const { wire, intake: taken, advance } = intake();
  taken.hold(500);
  taken.full(true);
  taken.full(false);
  expect(wire.reading).toBe(false);
  await advance(1_000);
  expect(wire.reading).toBe(true);
});
