import type { DirectiveRecord } from '@signalbox/shared/records/directive';
import { describe, expect, test } from 'vitest';
import { connectedClient } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';
import { Interruption, type Work } from './work.ts';

const task = (n: number, fields: object = {}) => ({
  kind: 'task',
  id: `T-${n}`,
  rev: n,
  attempt: 1,
  status: 'pending',
  title: `task ${n}`,
  ...fields,
});
const interrupt: Partial<DirectiveRecord> = {
  kind: 'directive',
  id: 'D-1',
  rev: 5,
  from: 'human:Kim',
  action: 'say',
  mode: 'interrupt',
  body: 'look at this first',
  expired: false,
};

/** Resolves when the signal is aborted, as work that obeys it does. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('onTask', () => {
  test('starts what is assigned, completes it with the result, and goes on with the next', async () => {
    const { wire, client } = await connectedClient();
    const seen: string[] = [];
    wire.socket.push('task.assigned', { task: task(1) });
    client.onTask(({ title }) => {
      seen.push(title);
      return `did ${title}`;
    });
    await settled();
    expect(seen).toEqual([]);
    wire.socket.last('task.start').answer({ task: task(1) });
    await settled();
    const { payload, answer } = wire.socket.last('task.complete');
    expect(payload).toMatchObject({ taskId: 'T-1', attempt: 1, result: { summary: 'did task 1' }, next: true });
    answer({ task: task(1), next: task(2, { status: 'in_progress' }) });
    await settled();
    expect(seen).toEqual(['task 1', 'task 2']);
    expect(wire.socket.all('task.start').length).toBe(1);
    wire.socket.last('task.complete').answer({ task: task(2), next: null });
    await settled();
    wire.socket.push('task.assigned', { task: task(3) });
    await settled();
    expect(wire.socket.last('task.start').payload).toMatchObject({ taskId: 'T-3' });
  });

  test('a task assigned again with every welcome is worked on once', async () => {
    const { wire, client, reconnect } = await connectedClient();
    const started: Work[] = [];
    client.onTask(async (_, work) => {
      started.push(work);
      await aborted(work.signal);
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    await reconnect();
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    expect(started.length).toBe(1);
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress', attempt: 2 }) });
    await settled();
    expect([started.length, started[0]?.signal.aborted]).toEqual([2, true]);
  });

  test('a throw fails the attempt with its message', async () => {
    const { wire, client, errors } = await connectedClient();
    client.onTask(() => {
      throw new Error('no compiler');
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    expect(wire.socket.last('task.fail').payload).toMatchObject({ taskId: 'T-1', attempt: 1, reason: 'no compiler' });
    expect(errors).toEqual(['working on T-1: no compiler']);
  });

  test.each([
    [
      'withdrawn',
      (w: { push(name: string, payload: unknown): void }) =>
        w.push('task.withdrawn', { taskId: 'T-1', attempt: 1, reason: 'CANCELLED' }),
    ],
    ['superseded', (w: { push(name: string, payload: unknown): void }) => w.push('superseded', { by: 2 })],
  ])('a task that is %s aborts and is neither completed nor failed', async (_, happen) => {
    const { wire, client, errors } = await connectedClient();
    client.onTask((_task, work) => aborted(work.signal));
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    happen(wire.socket);
    await settled();
    expect([...wire.socket.all('task.complete'), ...wire.socket.all('task.fail')]).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('an attempt that was taken away during a reconnect ends', async () => {
    const { wire, client, reconnect } = await connectedClient();
    let work: Work | undefined;
    client.onTask((_task, mine) => {
      work = mine;
      return aborted(mine.signal);
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    await reconnect();
    wire.socket.last('task.progress').refuse('STALE_ATTEMPT');
    await settled();
    expect(work?.signal.aborted).toBe(true);
  });

  test('interrupt aborts the step; the handler that lets it through runs again', async () => {
    const { wire, client } = await connectedClient();
    let runs = 0;
    client.onTask(async (_, work) => {
      runs += 1;
      if (runs === 1) await aborted(work.step);
      return 'done';
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    wire.socket.push('directive', { directive: interrupt });
    await settled();
    expect(runs).toBe(2);
    expect(wire.socket.last('task.complete').payload).toMatchObject({ result: { summary: 'done' } });
  });

  test('interrupt leaves the attempt and its later steps alone', async () => {
    const { wire, client } = await connectedClient();
    const heard: string[] = [];
    client.onTask(async (_, work) => {
      await aborted(work.step).catch((reason: unknown) =>
        heard.push(reason instanceof Interruption ? reason.message : 'other'),
      );
      heard.push(`step ${work.step.aborted} attempt ${work.signal.aborted}`);
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    wire.socket.push('directive', { directive: interrupt });
    await settled();
    expect(heard).toEqual(['human:Kim interrupts with D-1: look at this first', 'step false attempt false']);
  });

  test('work carries its attempt as the fence', async () => {
    const { wire, client } = await connectedClient();
    client.onTask(async (_, work) => {
      await work.progress(40, { doing: 'reading' });
      await work.checkpoint({ done: ['a.ts'] }, 'half');
      await work.block('no access');
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress', attempt: 3 }) });
    for (const name of ['task.progress', 'checkpoint.save', 'task.block']) {
      await settled();
      expect(wire.socket.last(name).payload).toMatchObject({ taskId: 'T-1', attempt: 3 });
      wire.socket.last(name).answer({ task: task(1) });
    }
    await settled();
    expect(wire.socket.all('task.complete')).toEqual([]);
  });
});

describe('next', () => {
  test('gives work, or null when there is none', async () => {
    const { wire, client } = await connectedClient({ accepts: 'pull' });
    const first = client.next();
    await settled();
    wire.socket.last('task.next').answer({ task: null, reason: 'EMPTY' });
    expect(await first).toBeNull();
    const second = client.next();
    await settled();
    wire.socket.last('task.next').answer({ task: task(1, { status: 'in_progress' }) });
    const completed = (await second)?.complete('done');
    await settled();
    expect(wire.socket.last('task.complete').payload).toMatchObject({ taskId: 'T-1', result: { summary: 'done' } });
    wire.socket.last('task.complete').answer({ task: task(1) });
    await completed;
  });
});

describe('a hub that is away', () => {
  test('work waits for it and says the same again', async () => {
    const { wire, timers, client, welcome, errors } = await connectedClient();
    client.onTask(() => 'done');
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    const { requestId } = wire.socket.last('task.complete').payload;
    wire.socket.cut();
    await timers.advance(60_000);
    await welcome();
    expect(wire.socket.last('task.complete').payload).toMatchObject({ taskId: 'T-1', requestId });
    wire.socket.last('task.complete').answer({ task: task(1), next: null });
    await settled();
    expect(errors).toEqual([]);
  });

  test('a handler that gave up on it runs again instead of failing the attempt', async () => {
    const { wire, timers, client, welcome } = await connectedClient();
    let runs = 0;
    client.onTask(async () => {
      runs += 1;
      await client.command('agent.list', {});
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    wire.socket.cut();
    await timers.advance(60_000);
    expect(runs).toBe(1);
    await welcome();
    expect(runs).toBe(2);
    expect(wire.socket.all('task.fail')).toEqual([]);
  });
});
