import { EventEmitter } from 'node:events';
import { refuse } from '@signalbox/shared/errors';
import { expect, test, vi } from 'vitest';
import { CommandLane } from './command-lane.ts';
import { Outbox } from './outbound.ts';
import { SettleInTime } from './settle-in-time.ts';
import type { Connection } from './wire.ts';

const MB = 1024 * 1024;

function lane(inTime = new SettleInTime()) {
  const transport = Object.assign(new EventEmitter(), {
    socket: {
      bufferedAmount: 0,
      reading: true,
      pause: () => (transport.socket.reading = false),
      resume: () => (transport.socket.reading = true),
      terminate: () => {},
    },
  });
  const connection = Object.assign(new EventEmitter(), {
    readyState: 'open',
    writeBuffer: [] as { data: string }[],
    transport,
  });
  let slow = 0;
  // As much of a connection as a lane uses.
  const wire = connection as unknown as Connection;
  const outbox = new Outbox(wire, () => (slow += 1));
  const onThrow = () => refuse('INTERNAL', 'it threw');
  const commands = new CommandLane(wire, { outbox, inTime, onThrow });
  const answers: unknown[] = [];
  const started: ((answer?: object) => void)[] = [];
  const take = (name: string, bytes = 0): void =>
    commands.take(
      { name, input: {}, bytes, answer: (ack) => answers.push(ack) },
      () => new Promise((resolve) => started.push((answer = { name }) => resolve(answer))),
    );
  return {
    commands,
    answers,
    started,
    take,
    isRead: () => transport.socket.reading,
    slow: () => slow,
    stopReading: () => {
      connection.writeBuffer = Array.from({ length: 1_000 }, () => ({ data: 'x' }));
    },
    readAll: () => {
      connection.writeBuffer = [];
      transport.emit('drain');
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('32 commands are under way at once, the others follow in order', async () => {
  const { answers, started, take } = lane();
  for (let number = 0; number < 40; number++) take(`c${number}`);
  expect(started.length).toBe(32);
  for (let number = 0; number < 40; number++) {
    started[number]?.();
    await turn();
  }
  expect(answers).toEqual(Array.from({ length: 40 }, (_none, number) => ({ name: `c${number}` })));
});

test('large commands are under way one by one, small ones beside them', async () => {
  const { answers, started, take } = lane();
  take('large', MB);
  take('small');
  take('large too', MB);
  take('small behind it');
  expect(started.length).toBe(2);
  started[0]?.();
  await turn();
  expect(started.length).toBe(4);
  for (const end of started) end();
  await turn();
  expect(answers.length).toBe(4);
});

/** A lane in a time that is moved by hand. */
function laneInTime() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let now = 0;
  const inTime = new SettleInTime(() => now);
  return {
    ...lane(inTime),
    pass: async (ms: number): Promise<void> => {
      now += ms;
      vi.advanceTimersByTime(ms);
      await turn();
    },
    jump: (ms: number) => (now += ms),
    [Symbol.dispose]: () => {
      inTime.close();
      vi.useRealTimers();
    },
  };
}
const UNAVAILABLE = { ok: false, error: { code: 'STORAGE_UNAVAILABLE' } };

test('what never had its turn is answered before its sender gives up, and never runs', async () => {
  using made = laneInTime();
  const { answers, started, take, pass, isRead } = made;
  for (let number = 0; number < 32 + 100; number++) take(`c${number}`);
  expect(isRead()).toBe(false);
  await pass(9_000);
  expect(answers).toEqual([]);
  await pass(1_000);
  expect(answers).toMatchObject(Array.from({ length: 100 }, () => UNAVAILABLE));
  expect(isRead()).toBe(true);
  for (const end of started) end();
  await turn();
  expect(started.length).toBe(32);
});

test('what comes to its turn when its sender is about to give up is not begun any more', async () => {
  using made = laneInTime();
  const { answers, started, take, jump } = made;
  for (let number = 0; number < 33; number++) take(`c${number}`);
  jump(9_600);
  started[0]?.();
  await turn();
  expect(answers).toMatchObject([{ name: 'c0' }, UNAVAILABLE]);
  expect(started.length).toBe(32);
});

test('the time that a command has waited counts when it runs', async () => {
  using made = laneInTime();
  const { answers, started, take, pass } = made;
  for (let number = 0; number < 33; number++) take('task.create');
  await pass(5_000);
  started[0]?.();
  await turn();
  expect(started.length).toBe(33);
  await pass(5_000);
  expect(answers.slice(1)).toMatchObject([{ ok: false, error: { code: 'TIMEOUT' } }]);
  // Its own answer comes too late to be a second one.
  started[32]?.();
  await turn();
  expect(answers.length).toBe(2);
});

test('a client that does not read its answers is held up until it does, and the answers wait with it', async () => {
  const { answers, started, take, stopReading, readAll } = lane();
  take('c0');
  stopReading();
  started[0]?.();
  take('c1');
  await turn();
  expect([started.length, answers.length]).toEqual([1, 0]);
  readAll();
  await turn();
  await turn();
  expect([started.length, answers.length]).toEqual([2, 1]);
});

test('a client that sends more than is worked on is not read until there is less', async () => {
  const { started, take, isRead } = lane();
  for (let number = 0; number < 32 + 63; number++) take(`c${number}`);
  expect(isRead()).toBe(true);
  take('one more');
  expect(isRead()).toBe(false);
  for (let number = 0; number < 32; number++) started[number]?.();
  await turn();
  expect(isRead()).toBe(false);
  for (const end of started) end();
  await turn();
  expect(isRead()).toBe(true);
});

test('who is refused because it is too fast is not read for as long as it was told', async () => {
  const { answers, started, take, isRead } = lane();
  take('c0');
  started[0]?.({ ok: false, error: refuse('RATE_LIMITED', 'too fast', { retryAfterMs: 60 }).refused });
  await turn();
  expect(answers.length).toBe(1);
  expect(isRead()).toBe(false);
  take('c1');
  started[1]?.({ ok: false, error: refuse('LOCK_HELD', 'held', { retryAfterMs: 60_000 }).refused });
  while (!isRead()) await turn();
});

test('too many waiting commands, or too large ones, are refused', async () => {
  const { answers, take } = lane();
  for (let number = 0; number < 32 + 2_000; number++) take(`c${number}`);
  take('one more');
  expect(answers).toMatchObject([{ ok: false, error: { code: 'OVERLOADED', retry: { afterMs: 1_000 } } }]);
  const other = lane();
  for (let number = 0; number < 4; number++) other.take(`large ${number}`, MB);
  expect(other.answers).toMatchObject([{ ok: false, error: { code: 'OVERLOADED' } }]);
});

test('who goes on sending and reads no answer is too slow', async () => {
  const { take, stopReading, slow } = lane();
  stopReading();
  for (let number = 0; number < 2_000 + 1_000; number++) take(`c${number}`);
  expect(slow()).toBe(0);
  for (let number = 0; number < 10; number++) take('and another');
  expect(slow()).toBeGreaterThan(0);
});

test('a command that throws is answered, and the next one runs', async () => {
  const { commands, answers } = lane();
  const command = { name: 'c', input: {}, bytes: 0, answer: (ack: object) => void answers.push(ack) };
  commands.take(command, () => Promise.reject(new Error('broken')));
  commands.take(command, () => Promise.resolve({ ok: true }));
  await commands.idle();
  expect(answers).toEqual([{ ok: true }, { ok: false, error: { code: 'INTERNAL', message: 'it threw' } }].reverse());
});
