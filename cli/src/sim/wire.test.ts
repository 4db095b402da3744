import type { OpenSocket, SocketHandlers } from '@signalbox/sdk/socket';
import { ManualTimers } from '@signalbox/sdk/testing/manual-timers';
import { describe, expect, test } from 'vitest';
import { Meter } from './meter.ts';
import { Weather } from './weather.ts';

const ADDRESS = { url: 'http://hub', namespace: '/agent', auth: {} };
const ok = (fields: object = {}) => ({ ok: true, epoch: 1, seq: 2, ...fields });
const refused = (code: string) => ({ ok: false, error: { code, message: 'No.' } });

/** A hub that is moved by hand. */
function wire() {
  const sent: { name: string; payload: unknown; answer: (answer: unknown) => void }[] = [];
  const told: string[] = [];
  let hub: SocketHandlers | undefined;
  const state = { opened: 0, closed: 0 };
  const open: OpenSocket = (_address, handlers) => {
    hub = handlers;
    state.opened += 1;
    return {
      emit: (name, payload, answer) => void sent.push({ name, payload, answer }),
      close: () => {
        state.closed += 1;
      },
    };
  };
  const client: SocketHandlers = {
    opened: () => void told.push('opened'),
    refused: (_error, message) => void told.push(`refused: ${message}`),
    closed: (reason) => void told.push(`closed: ${reason}`),
    event: (name) => void told.push(name),
  };
  return { open, client, sent, told, state, hub: () => hub };
}

describe('the meter', () => {
  function metered() {
    const timers = new ManualTimers();
    const { open, client, sent } = wire();
    const unasked: true[] = [];
    const meter = new Meter({ open, timers, onUnasked: () => void unasked.push(true) });
    const socket = meter.open(ADDRESS, client);
    const call = async (name: string, payload: object, answer: unknown, tookMs = 1) => {
      socket.emit(name, payload, () => undefined);
      await timers.advance(tookMs);
      sent.at(-1)?.answer(answer);
    };
    return { meter, call, socket, unasked };
  }

  test.each<[string, object, object, number]>([
    ['task.progress', { progress: 5 }, ok(), 1],
    ['agent.heartbeat', { activity: { doing: 'reading' } }, ok(), 1],
    ['agent.heartbeat', {}, ok(), 0],
    ['task.next', {}, ok({ task: { id: 'T-1' } }), 1],
    ['task.next', {}, ok({ task: null, reason: 'EMPTY' }), 0],
    ['task.list', {}, ok({ tasks: [] }), 0],
    ['task.progress', { progress: 5 }, refused('STALE_ATTEMPT'), 0],
  ])('%s %j answered %j: %i changes', async (name, payload, answer, changes) => {
    const { meter, call } = metered();
    await call(name, payload, answer);
    expect(meter.changes).toBe(changes);
    expect(meter.acks.count).toBe(1);
  });

  test('counts refusals by code, acks by command and by how long they took', async () => {
    const { meter, call } = metered();
    for (const code of ['LOCK_HELD', 'DEADLOCK', 'LOCK_HELD']) await call('lock.claim', {}, refused(code));
    await call('task.complete', {}, ok(), 100);
    expect([...meter.refusals]).toEqual([
      ['LOCK_HELD', 2],
      ['DEADLOCK', 1],
    ]);
    expect([meter.accepted('task.complete'), meter.accepted('lock.claim')]).toEqual([1, 0]);
    expect(meter.acks.quantile(1)).toBeGreaterThanOrEqual(100);
    expect(meter.acks.quantile(0.5)).toBeLessThan(1.1);
  });

  test('counts what was sent twice and answered twice once', async () => {
    const { meter, call } = metered();
    for (const requestId of ['a', 'a', 'b']) await call('task.complete', { requestId }, ok());
    expect([meter.changes, meter.accepted('task.complete'), meter.acks.count]).toEqual([2, 2, 3]);
  });

  test('knows what is unanswered, and tells of what the SDK sends by itself', () => {
    const { meter, socket, unasked } = metered();
    for (const name of ['message.ack', 'lock.renew', 'task.start', 'task.progress'])
      socket.emit(name, {}, () => undefined);
    expect([meter.unanswered, unasked.length]).toEqual([4, 3]);
  });
});

describe('the weather', () => {
  function stormy() {
    const timers = new ManualTimers();
    const under = wire();
    const weather = new Weather(under.open, timers);
    return { ...under, timers, weather, connect: () => weather.open(ADDRESS, under.client) };
  }

  test('a cut ends the connection, and nobody is reached until it is over', async () => {
    const { weather, timers, connect, told, state } = stormy();
    connect();
    weather.cut(1_000);
    expect([told, state]).toEqual([['closed: cut by the simulation'], { opened: 1, closed: 1 }]);
    connect();
    await timers.advance(1);
    expect([told.at(-1), state.opened]).toEqual(['refused: cut by the simulation', 1]);
    await timers.advance(1_000);
    connect();
    expect(state.opened).toBe(2);
  });

  test('a try that was given up while nobody is reached is not told of', async () => {
    const { weather, timers, connect, told } = stormy();
    weather.cut(1_000);
    connect().close();
    await timers.advance(10);
    expect(told).toEqual([]);
  });

  test('while it is frozen nothing passes, in no direction; then all of it, in order', async () => {
    const { weather, timers, connect, told, sent, hub } = stormy();
    const socket = connect();
    const answers: unknown[] = [];
    socket.emit('one', {}, (answer) => answers.push(answer));
    weather.freeze(1_000);
    sent[0]?.answer('yes');
    socket.emit('two', {}, (answer) => answers.push(answer));
    hub()?.event('inbox', {}, () => undefined);
    hub()?.event('directive', {}, () => undefined);
    await timers.advance(999);
    expect([sent.length, told, answers]).toEqual([1, [], []]);
    await timers.advance(1);
    expect([sent.map(({ name }) => name), told, answers]).toEqual([['one', 'two'], ['inbox', 'directive'], ['yes']]);
    sent[1]?.answer('no');
    expect(answers).toEqual(['yes', 'no']);
  });

  test('what was frozen when the connection ended is lost with it', async () => {
    const { weather, timers, connect, told, sent, hub } = stormy();
    const socket = connect();
    weather.freeze(1_000);
    socket.emit('one', {}, () => undefined);
    hub()?.event('inbox', {}, () => undefined);
    socket.close();
    await timers.advance(1_000);
    expect([sent, told]).toEqual([[], []]);
  });
});
