import { expect, test } from 'vitest';
import { FakeFeed } from '../testing/fake-feed.ts';
import { question } from '../testing/records.ts';
import { CommandLog } from './command-log.ts';

const TARGET = ['question', 'Q-1'] as const;
const ANSWER = { questionId: 'Q-1', choice: 'Keep' };

function setUp() {
  const feed = new FakeFeed();
  feed.goLive([question('Q-1')], { seq: 5 });
  const steps: (() => void)[] = [];
  const log = new CommandLog({
    feed,
    newRequestId: () => 'r1',
    now: () => 0,
    wait: () => new Promise((go) => steps.push(go)),
  });
  return { feed, log, steps, states: () => log.store.getState().entries.map(({ state }) => state) };
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a command stands as pending until its effect is here, not only until it is accepted', async () => {
  const { feed, log, states } = setUp();
  const ack = log.run('question.answer', ANSWER, TARGET);
  expect(states()).toEqual(['sending']);
  feed.sent[0]?.ok({ seq: 7 });
  await settle();
  expect(states()).toEqual(['accepted']);
  feed.diff({}, { seq: 6 });
  await settle();
  expect(states()).toEqual(['accepted']);
  feed.diff({}, { seq: 7 });
  expect(await ack).toMatchObject({ ok: true, seq: 7 });
  expect(states()).toEqual([]);
});

test('a diff caused by the request confirms it', async () => {
  const { feed, log, states } = setUp();
  const ack = log.run('question.answer', ANSWER, TARGET);
  feed.sent[0]?.ok({ seq: 99 });
  await settle();
  feed.diff({}, { seq: 6, causedBy: ['r1'] });
  await ack;
  expect(states()).toEqual([]);
});

test('a refusal stays on the object until the next attempt', async () => {
  const { feed, log, states } = setUp();
  const ack = log.run('question.answer', ANSWER, TARGET);
  feed.sent[0]?.refuse({ code: 'INVALID_STATE', message: 'Answered by AK.' });
  expect(await ack).toMatchObject({ ok: false });
  expect(log.store.getState().entries).toMatchObject([
    { state: 'rejected', target: TARGET, error: { message: 'Answered by AK.' } },
  ]);
  void log.run('question.answer', ANSWER, TARGET);
  expect(states()).toEqual(['sending']);
});

test('without an answer the same request is sent again, once the connection is back', async () => {
  const { feed, log, steps, states } = setUp();
  const ack = log.run('question.answer', ANSWER, TARGET);
  feed.setStatus({ state: 'reconnecting', attempt: 1, nextTryAt: null, closeReason: 'x', lastFrameAt: 0 });
  feed.sent[0]?.refuse({ code: 'TIMEOUT', message: 'closed' });
  await settle();
  expect(states()).toEqual(['unknown']);
  steps.shift()?.();
  await settle();
  expect(feed.sent.length).toBe(1);
  feed.setStatus({ state: 'live' });
  steps.shift()?.();
  await settle();
  expect(feed.sent.map(({ requestId }) => requestId)).toEqual(['r1', 'r1']);
  feed.sent[1]?.ok({ seq: 5 });
  expect(await ack).toMatchObject({ ok: true });
  expect(states()).toEqual([]);
});

test('nothing is sent while the picture is not current', async () => {
  const { feed, log, states } = setUp();
  feed.setStatus({ state: 'stale', lastFrameAt: 0 });
  expect(await log.run('question.answer', ANSWER, TARGET)).toMatchObject({ ok: false });
  expect(feed.sent).toEqual([]);
  expect(states()).toEqual([]);
});

test('a command on the hub as a whole waits for no change of the project', async () => {
  const { feed, log, states } = setUp();
  const ack = log.run('token.create', { role: 'agent', project: 'acme' });
  feed.sent[0]?.ok({ seq: 900, tokenId: 't', token: 'sb_x' });
  expect(await ack).toMatchObject({ ok: true });
  expect(states()).toEqual([]);
});
