import type { BeatFrame } from '@signalbox/shared/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { FeedConnection } from './feed-connection.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { record } from './testing/model-hub.ts';
import { HandMadeWire } from './testing/wire.ts';

let wire: HandMadeWire;
let timers: ManualTimers;
let feed: FeedConnection;
let told: string[];

beforeEach(() => {
  wire = new HandMadeWire();
  timers = new ManualTimers();
  feed = new FeedConnection({ url: 'http://hub', token: 't', project: 'acme' }, { openSocket: wire.open, timers });
  told = [];
  feed.onStatus((status) => told.push(status.state));
  feed.onSnapshot((records, { seq }) => told.push(`snapshot ${seq} (${records.length})`));
  feed.onDiff((puts, removes, { seq, causedBy }) =>
    told.push(`diff ${seq} +${puts.length} -${removes.length} ${causedBy.join()}`),
  );
});

const EMPTY = '00000000';
const answer = { mode: 'snapshot', you: { name: 'Kim', role: 'operator' }, durability: 'always', epoch: 1, seq: 5 };
const snapshot = { epoch: 1, seq: 5, clock: 0, part: 0, of: 1, records: [] };
const diff = { epoch: 1, from: 6, to: 7, clock: 0, at: 0, puts: [record('M-1', 7)], removes: [], causedBy: ['r1'] };
const beat = (fields: Partial<BeatFrame> = {}) => ({
  epoch: 1,
  seq: 5,
  node: 'n1',
  clock: 0,
  digest: EMPTY,
  serverTime: timers.wall(),
  eventsPerSecond: 0,
  viewers: 1,
  ...fields,
});

const goLive = async (): Promise<void> => {
  wire.socket.handlers.opened();
  wire.socket.last('subscribe').answer(answer);
  await timers.advance(0);
  wire.socket.push('snapshot', snapshot);
};

describe('Feed', () => {
  test('subscribes with its project and is live only when the snapshot is applied', async () => {
    expect(feed.status).toEqual({ state: 'connecting', attempt: 1 });
    expect(wire.socket.address).toEqual({ url: 'http://hub', namespace: '/control', auth: { token: 't' } });
    await goLive();
    expect(wire.socket.last('subscribe').payload).toEqual({ project: 'acme' });
    wire.socket.push('diff', diff);
    expect(told).toEqual(['resyncing', 'snapshot 5 (0)', 'live', 'diff 7 +1 -0 r1']);
    expect(feed.welcome).toEqual({ you: { name: 'Kim', role: 'operator' }, durability: 'always' });
    expect([feed.epoch, feed.seq]).toEqual([1, 7]);
  });

  test('reconnects after 0.25 · 0.5 · 1 · 2 · 4 · 4 s and resumes where it was', async () => {
    await goLive();
    wire.socket.cut('transport close');
    expect(feed.status).toEqual({
      state: 'reconnecting',
      attempt: 1,
      nextTryAt: timers.wall() + 250,
      closeReason: 'transport close',
      lastFrameAt: timers.wall(),
    });
    for (const delayMs of [250, 500, 1_000, 2_000, 4_000, 4_000]) {
      const tries = wire.sockets.length;
      await timers.advance(delayMs - 1);
      expect(wire.sockets.length).toBe(tries);
      await timers.advance(1);
      expect(wire.sockets.length).toBe(tries + 1);
      wire.socket.handlers.refused(null, 'connection refused');
    }
    await timers.advance(4_000);
    wire.socket.handlers.opened();
    expect(feed.status.state).toBe('resyncing');
    expect(wire.socket.last('subscribe').payload).toEqual({ project: 'acme', cursor: { epoch: 1, seq: 5 } });
    wire.socket.last('subscribe').answer({ ...answer, mode: 'resumed' });
    await timers.advance(0);
    expect(feed.status.state).toBe('live');
  });

  test('tryNow does not wait for the next try', async () => {
    await goLive();
    wire.socket.cut();
    feed.tryNow();
    expect(wire.sockets.length).toBe(2);
    expect(feed.status).toMatchObject({ state: 'reconnecting', nextTryAt: null });
    await timers.advance(5_000);
    expect(wire.sockets.length).toBe(2);
  });

  test('no frame for five seconds is stale, the next one ends it', async () => {
    await goLive();
    const lastFrameAt = timers.wall();
    await timers.advance(5_000);
    expect(feed.status.state).toBe('live');
    await timers.advance(250);
    expect(feed.status).toEqual({ state: 'stale', lastFrameAt });
    wire.socket.push('beat', beat());
    expect(feed.status).toEqual({ state: 'live' });
  });

  test('frames that are two seconds old when they come are lagging', async () => {
    await goLive();
    wire.socket.push('beat', beat());
    await timers.advance(2_500);
    wire.socket.push('beat', beat({ serverTime: timers.wall() - 2_100 }));
    expect(feed.status).toMatchObject({ state: 'lagging', lagMs: 2_100 });
    expect(feed.serverNow()).toBe(timers.wall());
  });

  test('the clock of the hub is taken from the fastest beat and the fastest round trip', async () => {
    await goLive();
    wire.socket.push('beat', beat({ serverTime: timers.wall() + 60_000 - 40 }));
    await timers.advance(40);
    wire.socket.last('project.get').answer({});
    await timers.advance(10);
    wire.socket.push('beat', beat({ serverTime: timers.wall() + 60_000 - 20 }));
    expect(feed.serverNow()).toBe(timers.wall() + 60_000);
    expect(feed.rttMs).toBe(40);
  });

  test('a refusal for good ends the tries, a refusal for now does not', async () => {
    wire.socket.handlers.refused({ code: 'OVERLOADED', message: 'later' }, 'later');
    expect(feed.status.state).toBe('reconnecting');
    await timers.advance(250);
    wire.socket.handlers.refused({ code: 'UNAUTHENTICATED', message: 'no' }, 'no');
    expect(feed.status).toMatchObject({ state: 'refused', error: { code: 'UNAUTHENTICATED' } });
    await timers.advance(60_000);
    expect(wire.sockets.length).toBe(2);
    feed.tryNow();
    expect(wire.sockets.length).toBe(3);
  });

  test('a subscription to a project that is not there is refused', async () => {
    wire.socket.handlers.opened();
    wire.socket.last('subscribe').refuse('NOT_FOUND', 'no such project');
    await timers.advance(0);
    expect(feed.status).toMatchObject({ state: 'refused', error: { code: 'NOT_FOUND' } });
    expect(wire.socket.closed).toBe(true);
  });

  test('a command settles: answered, without an answer for ten seconds, cut off, not connected', async () => {
    await goLive();
    const answered = feed.command('alarm.acknowledge', { alarmId: 'A-1' }, { requestId: 'r1' });
    expect(wire.socket.last('alarm.acknowledge').payload).toEqual({ alarmId: 'A-1', requestId: 'r1' });
    wire.socket.last('alarm.acknowledge').refuse('NOT_FOUND');
    expect(await answered).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    const silent = feed.command('health.get', {});
    await timers.advance(10_000);
    expect(await silent).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    const cut = feed.command('health.get', {});
    wire.socket.cut();
    expect(await cut).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(await feed.command('health.get', {})).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
  });

  test('another node and another epoch are told apart', async () => {
    const changes: string[] = [];
    feed.onNodeChange(({ from, to, gapMs }) => changes.push(`node ${from} ${to} ${gapMs}`));
    feed.onEpochChange(({ from, to }) => changes.push(`epoch ${from} ${to}`));
    await goLive();
    wire.socket.push('beat', beat());
    await timers.advance(3_000);
    wire.socket.cut();
    await timers.advance(250);
    wire.socket.handlers.opened();
    wire.socket.push('beat', beat({ node: 'n2' }));
    expect(changes).toEqual(['node n1 n2 3250']);
    wire.socket.last('subscribe').answer(answer);
    await timers.advance(0);
    wire.socket.push('snapshot', { ...snapshot, epoch: 2 });
    expect(changes).toEqual(['node n1 n2 3250', 'epoch 1 2']);
  });

  test('garbage does no harm', async () => {
    await goLive();
    for (const garbage of [null, 7, 'x', {}, { epoch: 'x' }, { ...diff, puts: [null] }, { ...diff, from: {} }]) {
      for (const name of ['diff', 'snapshot', 'beat', 'presence', 'draining', 'unheard of'])
        wire.socket.push(name, garbage);
    }
    wire.socket.push('diff', diff);
    expect(feed.seq).toBe(7);
  });

  test('a draining hub is left alone for as long as it asks', async () => {
    await goLive();
    wire.socket.push('draining', { reconnectAfterMs: 700 });
    wire.socket.cut('io server disconnect');
    await timers.advance(699);
    expect(wire.sockets.length).toBe(1);
    await timers.advance(1);
    expect(wire.sockets.length).toBe(2);
  });

  test('after close nothing is tried any more', async () => {
    await goLive();
    feed.close();
    expect(feed.status).toEqual({ state: 'closed' });
    expect(wire.socket.closed).toBe(true);
    await timers.advance(60_000);
    expect(wire.sockets.length).toBe(1);
  });
});
