import { expect, test } from 'vitest';
import { MESSAGES_IN_TURN, SAME_REFUSALS, SLOWED_MS } from '../domain/loop-times.ts';
import { connectAgent } from './testing/test-agent.ts';
import { startTestHub, type TestHub } from './testing/test-hub.ts';
import type { Fields } from './testing/test-socket.ts';

interface Alarm {
  code: string;
  state: string;
  subject: { kind: string; id: string };
  summary: string;
}

async function alarms(hub: TestHub): Promise<Alarm[]> {
  const { body } = await hub.call('alarm.list', {});
  return body.alarms as Alarm[];
}

/** The alarms, once they are as they should be. */
async function until(hub: TestHub, is: (found: Alarm[]) => boolean): Promise<Alarm[]> {
  for (let found = await alarms(hub); ; found = await alarms(hub)) {
    if (is(found)) return found;
    await new Promise((go) => setImmediate(go));
  }
}

test('two agents that answer whatever they are sent are slowed, people are told, and a directive ends it', async () => {
  await using hub = await startTestHub();
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map(async (id) => {
      const { socket } = await connectAgent(hub, { id });
      return { id, socket };
    }),
  );
  if (alice === undefined || bob === undefined) throw new Error('nobody is there');
  const thanks = (from: typeof alice, to: string): Promise<Fields> =>
    from.socket.call('message.send', { to, type: 'note', body: 'Thank you!', thread: 'thanks' });
  let sent = 0;
  let answer = await thanks(alice, 'bob');
  for (let turn = 1; answer.ok === true && turn < 100; turn++) {
    sent++;
    const [me, other] = turn % 2 === 1 ? [bob, alice] : [alice, bob];
    const { payload } = await me.socket.next('inbox');
    for (const { id } of payload.messages as { id: string }[])
      await me.socket.call('message.ack', { messageIds: [id] });
    answer = await thanks(me, other.id);
  }
  expect(sent).toBe(MESSAGES_IN_TURN);
  expect(answer).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED', retry: { afterMs: expect.any(Number) } } });
  const [alarm] = await until(hub, (found) => found.length > 0);
  expect(alarm).toMatchObject({
    code: 'LOOP',
    state: 'unacked',
    subject: { kind: 'agent', id: 'bob' },
    summary: expect.stringMatching(/^alice and bob answered each other 16 times in .* thread thanks and did nothing/),
  });
  expect((await thanks(alice, 'people')).ok).toBe(true);

  await hub.call('directive.send', { to: 'bob', action: 'say', body: 'Leave it at that.' });
  expect(await until(hub, ([first]) => first?.state === 'returned')).toHaveLength(1);
  expect((await thanks(bob, 'alice')).ok).toBe(true);
});

test('an agent that repeats what is refused is slowed, and free again as soon as it does something else', async () => {
  await using hub = await startTestHub();
  const { socket } = await connectAgent(hub, { id: 'alice' });
  const start = (taskId: string) => socket.call('task.start', { taskId, attempt: 1 });
  for (let i = 0; i < SAME_REFUSALS; i++) expect(await start('T-9')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  const { error } = (await start('T-9')) as { error: { code: string; message: string; retry: { afterMs: number } } };
  expect(error).toMatchObject({ code: 'RATE_LIMITED', message: expect.stringContaining('question.ask') });
  expect(error.retry.afterMs).toBeGreaterThan(SLOWED_MS / 2);
  expect(await start('T-8')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  const [alarm] = await until(hub, (found) => found.length > 0);
  expect(alarm).toMatchObject({
    code: 'LOOP',
    subject: { id: 'alice' },
    summary: expect.stringContaining('same task.start 10 times'),
  });
});

test('over HTTP as well', async () => {
  await using hub = await startTestHub();
  const { body } = await hub.call('agent.register', { id: 'carol', role: 'coder', accepts: 'pull' });
  const headers = { 'signalbox-agent': 'carol', 'signalbox-connection': String(body.connection) };
  for (let i = 0; i < SAME_REFUSALS; i++) await hub.call('task.start', { taskId: 'T-9', attempt: 1 }, { headers });
  const { status, headers: answered } = await hub.call('task.start', { taskId: 'T-9', attempt: 1 }, { headers });
  expect([status, Number(answered.get('retry-after')) > 0]).toEqual([429, true]);
});

test('what a person repeats is not held up', async () => {
  await using hub = await startTestHub();
  for (let i = 0; i < 2 * SAME_REFUSALS; i++)
    expect((await hub.call('task.retry', { taskId: 'T-9' })).status).toBe(404);
  expect(await alarms(hub)).toEqual([]);
});
