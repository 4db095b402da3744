import { EventEmitter } from 'node:events';
import { refuse } from '@signalbox/shared/errors';
import type { Socket } from 'socket.io';
import { expect, test } from 'vitest';
import { CommandLane } from './command-lane.ts';

function lane() {
  const connection = Object.assign(new EventEmitter(), {
    readyState: 'open',
    writeBuffer: [] as { data: string }[],
    closed: 0,
    close(): void {
      connection.closed += 1;
    },
  });
  // As much of a connection as a lane uses.
  const commands = new CommandLane(connection as unknown as Socket['conn'], () => refuse('INTERNAL', 'it threw'));
  const answers: unknown[] = [];
  const started: (() => void)[] = [];
  const take = (name: string): void =>
    commands.take(
      { name, input: {}, answer: (ack) => answers.push(ack) },
      () => new Promise((resolve) => started.push(() => resolve({ name }))),
    );
  return { connection, commands, answers, started, take };
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

test('a client that does not read its answers is held up until it does', async () => {
  const { connection, started, take } = lane();
  connection.writeBuffer = Array.from({ length: 1_001 }, () => ({ data: 'x' }));
  take('c0');
  await turn();
  expect(started.length).toBe(0);
  connection.writeBuffer = [];
  connection.emit('drain');
  await turn();
  expect(started.length).toBe(1);
});

test('too many waiting commands are refused, and end the connection when nothing is read', () => {
  const { connection, answers, take } = lane();
  for (let number = 0; number < 32 + 2_000; number++) take(`c${number}`);
  take('one more');
  expect(answers).toMatchObject([{ ok: false, error: { code: 'OVERLOADED', retry: { afterMs: 1_000 } } }]);
  connection.writeBuffer = Array.from({ length: 1_001 }, () => ({ data: 'x' }));
  take('and another');
  expect(connection.closed).toBe(1);
});

test('a command that throws is answered, and the next one runs', async () => {
  const { commands, answers } = lane();
  const command = { name: 'c', input: {}, answer: (ack: object) => void answers.push(ack) };
  commands.take(command, () => Promise.reject(new Error('broken')));
  commands.take(command, () => Promise.resolve({ ok: true }));
  await commands.idle();
  expect(answers).toEqual([{ ok: true }, { ok: false, error: { code: 'INTERNAL', message: 'it threw' } }].reverse());
});
