import { describe, expect, test } from 'vitest';
import { connectedClient, makeClient } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';

describe('a command', () => {
  test('carries a requestId and resolves with the output', async () => {
    const { wire, client } = await connectedClient();
    const listed = client.command('agent.list', { limit: 1 });
    await settled();
    const { payload, answer } = wire.socket.last('agent.list');
    expect(payload).toEqual({
      limit: 1,
      requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/),
    });
    answer({ agents: [], seq: 12 });
    expect(await listed).toEqual({ ok: true, epoch: 1, seq: 12, agents: [] });
  });

  test('rejects with the typed refusal', async () => {
    const { wire, client } = await connectedClient();
    const got = client.command('task.get', { taskId: 'T-9' });
    const outcome = expect(got).rejects.toMatchObject({ name: 'SignalboxError', code: 'NOT_FOUND', message: 'no T-9' });
    await settled();
    wire.socket.last('task.get').refuse('NOT_FOUND', 'no T-9');
    await outcome;
  });

  test('is sent again with the same requestId after a lost answer, a TIMEOUT and a cut connection', async () => {
    const { wire, timers, client, reconnect } = await connectedClient();
    const created = client.command('task.create', { title: 'x' });
    await settled();
    const { requestId } = wire.socket.last('task.create').payload;
    await timers.advance(4_000);
    expect(wire.socket.all('task.create').length).toBe(2);
    wire.socket.last('task.create').refuse('TIMEOUT');
    await settled();
    expect(wire.socket.all('task.create').length).toBe(3);
    await reconnect();
    const again = wire.socket.all('task.create');
    expect(again.map(({ payload }) => payload)).toEqual([{ title: 'x', requestId }]);
    again[0]?.answer({ task: { id: 'T-1' } });
    expect((await created).task.id).toBe('T-1');
  });

  test('larger than a frame is refused here: the hub would end the connection, again and again', async () => {
    const { wire, client } = await connectedClient();
    const sent = (characters: number, text: string) =>
      client.command('task.create', { title: 'x', description: text.repeat(characters) });
    const refusal = { code: 'BAD_INPUT', message: expect.stringContaining('bytes of JSON') };
    await expect(sent(2 * 1024 * 1024, 'x')).rejects.toMatchObject(refusal);
    await expect(sent(1_000_000, '→'), 'by bytes, not characters').rejects.toMatchObject(refusal);
    expect(wire.socket.all('task.create')).toEqual([]);
    void sent(2_000_000, 'x').catch(() => {});
    await settled();
    expect(wire.socket.all('task.create'), 'the hub itself says what else is too long').toHaveLength(1);
  });

  test('settles with TIMEOUT after ten seconds, connected or not', async () => {
    const { wire, timers, client } = await connectedClient();
    const silent = expect(client.command('agent.list', {})).rejects.toMatchObject({ code: 'TIMEOUT' });
    await timers.advance(10_000);
    await silent;
    wire.socket.cut();
    const unsent = expect(client.command('agent.list', {})).rejects.toMatchObject({ code: 'TIMEOUT' });
    await timers.advance(10_000);
    await unsent;
  });

  test('waits out what passes, as long as there is time; a held lock is the caller’s to decide', async () => {
    const { wire, timers, client } = await connectedClient();
    const created = client.command('task.create', { title: 'x' });
    await settled();
    wire.socket.last('task.create').refuse('STORAGE_UNAVAILABLE', 'Redis is away', 2_000);
    await timers.advance(2_000);
    wire.socket.last('task.create').refuse('OVERLOADED', 'too much', 60_000);
    await expect(created).rejects.toMatchObject({ code: 'OVERLOADED', retry: { afterMs: 60_000 } });
    const claimed = client.command('lock.claim', { paths: ['a'] });
    const outcome = expect(claimed).rejects.toMatchObject({ code: 'LOCK_HELD' });
    await settled();
    wire.socket.last('lock.claim').refuse('LOCK_HELD', 'bob', 100);
    await outcome;
  });

  test('ends with its signal, also while it waits for an answer', async () => {
    const { client } = await connectedClient();
    const controller = new AbortController();
    const listed = client.command('agent.list', {}, { signal: controller.signal });
    const outcome = expect(listed).rejects.toThrow('enough');
    await settled();
    controller.abort(new Error('enough'));
    await outcome;
  });

  test('before connect() is refused at once', async () => {
    const { client } = makeClient();
    await expect(client.command('agent.list', {})).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });
});
