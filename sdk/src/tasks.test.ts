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

  test('a connection that breaks before the start was answered: it is started on the next one, and worked on', async () => {
    const { wire, client, reconnect, errors } = await connectedClient();
    const seen: string[] = [];
    client.onTask(async ({ id }, work) => {
      seen.push(`${id} ${work.signal.aborted}`);
      await aborted(work.signal);
    });
    wire.socket.push('task.assigned', { task: task(1) });
    await settled();
    const { requestId } = wire.socket.last('task.start').payload;
    await reconnect();
    // Nothing is said of what was not begun: the hub would refuse it.
    expect(wire.socket.all('task.progress')).toEqual([]);
    wire.socket.push('task.assigned', { task: task(1) });
    expect(wire.socket.last('task.start').payload).toMatchObject({ taskId: 'T-1', attempt: 1, requestId });
    wire.socket.last('task.start').answer({ task: task(1) });
    await settled();
    expect(seen).toEqual(['T-1 false']);
    await reconnect();
    expect(wire.socket.last('task.progress').payload).toMatchObject({ taskId: 'T-1', attempt: 1 });
    expect(errors).toEqual([]);
  });

  test('a task that is withdrawn right behind the answer that brings it is over at once', async () => {
    const { wire, client } = await connectedClient();
    const next = client.next();
    await settled();
    wire.socket.last('task.next').answer({ task: task(1, { status: 'in_progress' }) });
    wire.socket.push('task.withdrawn', { taskId: 'T-1', attempt: 1, reason: 'CANCELLED' });
    expect((await next)?.signal.aborted).toBe(true);
  });

  test('a task that is withdrawn before it was started is not begun', async () => {
    const { wire, client, errors } = await connectedClient();
    const seen: string[] = [];
    client.onTask(({ id }) => void seen.push(id));
    wire.socket.push('task.assigned', { task: task(1) });
    await settled();
    wire.socket.push('task.withdrawn', { taskId: 'T-1', attempt: 1, reason: 'REASSIGNED' });
    wire.socket.last('task.start').answer({ task: task(1) });
    await settled();
    expect([seen, errors]).toEqual([[], []]);
  });

  test('the next task is worked on once, also when the answer that brought it was lost', async () => {
    const { wire, client, reconnect, errors } = await connectedClient();
    const runs: string[] = [];
    client.onTask(async ({ id }, work) => {
      runs.push(id);
      if (id === 'T-2') await aborted(work.signal);
    });
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    const { requestId } = wire.socket.last('task.complete').payload;
    await reconnect();
    wire.socket.push('task.assigned', { task: task(2, { status: 'in_progress' }) });
    const again = wire.socket.last('task.complete');
    expect(again.payload).toMatchObject({ taskId: 'T-1', requestId });
    again.answer({ task: task(1), next: task(2, { status: 'in_progress' }) });
    await settled();
    expect([runs, errors]).toEqual([['T-1', 'T-2'], []]);
  });

  test('a result that the hub refuses fails the attempt and says why', async () => {
    const { wire, client, errors } = await connectedClient();
    client.onTask(() => 'far too long');
    wire.socket.push('task.assigned', { task: task(1, { status: 'in_progress' }) });
    await settled();
    wire.socket.last('task.complete').refuse('BAD_INPUT', 'result: 33 kB are more than 32');
    await settled();
    expect(wire.socket.last('task.fail').payload).toMatchObject({
      taskId: 'T-1',
      attempt: 1,
      reason: 'result: 33 kB are more than 32',
    });
    expect(errors).toEqual(['working on T-1: result: 33 kB are more than 32']);
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

  test.each(['OVERLOADED', 'STORAGE_UNAVAILABLE', 'RATE_LIMITED'] as const)(
    'what is refused as %s for longer than a request waits is said again when it is time',
    async (code) => {
      const { wire, timers, client, errors } = await connectedClient();
      client.onTask(() => 'done');
      wire.socket.push('task.assigned', { task: task(1) });
      await settled();
      wire.socket.last('task.start').refuse(code, 'not now', 15_000);
      await timers.advance(15_000);
      expect(wire.socket.all('task.start').length).toBe(2);
      wire.socket.last('task.start').answer({ task: task(1) });
      await settled();
      wire.socket.last('task.complete').refuse(code, 'not now', 15_000);
      await timers.advance(15_000);
      const [first, second] = wire.socket.all('task.complete');
      expect(second?.payload).toEqual(first?.payload);
      second?.answer({ task: task(1), next: null });
      await settled();
      expect([wire.socket.all('task.fail'), errors]).toEqual([[], []]);
    },
  );

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
