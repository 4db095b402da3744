import { expect, test } from 'vitest';
import { connectedClient } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';

const answered = { kind: 'question', id: 'Q-3', state: 'answered', answer: { choice: 'Drop', by: 'human:Kim', at: 1 } };

async function asking(options: { signal?: AbortSignal } = {}) {
  const made = await connectedClient();
  const answer = made.client.ask('Drop legacy tokens?', {
    options: ['Keep', 'Drop'],
    default: 'Keep',
    deadlineMs: 60_000,
    ...options,
  });
  answer.catch(() => undefined);
  await settled();
  made.wire.socket.last('question.ask').answer({ questionId: 'Q-3' });
  await settled();
  return { ...made, answer };
}

test('ask resolves with the answer', async () => {
  const { wire, answer } = await asking();
  expect(wire.socket.last('question.ask').payload).toMatchObject({
    body: 'Drop legacy tokens?',
    default: 'Keep',
    deadlineMs: 60_000,
  });
  wire.socket.push('question.answered', { question: answered });
  expect(await answer).toEqual({ choice: 'Drop', by: 'human:Kim', at: 1 });
});

test('an answer missed during a reconnect is fetched', async () => {
  const { wire, answer, reconnect } = await asking();
  await reconnect();
  expect(wire.socket.last('question.list').payload).toMatchObject({ after: 'Q-2', limit: 1 });
  wire.socket.last('question.list').answer({ questions: [answered] });
  expect(await answer).toMatchObject({ choice: 'Drop' });
});

test('its signal withdraws it', async () => {
  const controller = new AbortController();
  const { wire, answer } = await asking({ signal: controller.signal });
  controller.abort(new Error('not needed'));
  await expect(answer).rejects.toThrow('not needed');
  await settled();
  expect(wire.socket.last('question.withdraw').payload).toMatchObject({ questionId: 'Q-3' });
});

test('a closed client does not leave it hanging', async () => {
  const { client, answer } = await asking();
  client.close();
  await expect(answer).rejects.toMatchObject({ code: 'INVALID_STATE' });
});
