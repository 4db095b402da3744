import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

/** Alice has asked. */
function asked(more: Partial<CommandInput<'question.ask'>> = {}): Scene {
  const made = new Scene();
  made.agent('alice');
  made.agent('bob');
  made.as('alice').call('question.ask', { body: 'Drop legacy tokens?', ...more });
  return made;
}
const question = (on: Scene) => on.need('question', 'Q-1');
const options = ['Keep', 'Drop'];

test('[QU1] a question is open, and its agent is asking, until it is answered', () => {
  const made = asked({ options, blocking: true });
  expect(question(made)).toMatchObject({ state: 'open', from: 'alice', blocking: true, options, at: made.at });
  expect(made.need('agent', 'alice').state).toBe('asking');
  made.as('human:kim').call('question.answer', { questionId: 'Q-1', choice: 'Drop', body: 'by Friday' });
  expect(question(made)).toMatchObject({
    state: 'answered',
    answer: { choice: 'Drop', body: 'by Friday', by: 'human:kim', at: made.at },
  });
  expect(made.need('agent', 'alice').state).toBe('idle');
});

test('[QU1] about a task that is not there: refused', () => {
  expect(asked().as('alice').refused('question.ask', { body: 'x', taskId: 'T-9' })).toMatchObject({
    code: 'BAD_INPUT',
    details: { field: 'taskId' },
  });
});

test('[QU6] an agent has at most twenty open: the next has to wait for an answer, or one is withdrawn', () => {
  const made = asked();
  const alice = made.as('alice');
  const ask = () => alice.call('question.ask', { body: 'And?' });
  for (let n = 2; n <= 20; n++) ask();
  const before = made.seq;
  expect(alice.refused('question.ask', { body: 'And?' })).toMatchObject({
    code: 'QUOTA',
    message: 'alice has 20 open questions; wait for an answer, or withdraw one with question.withdraw.',
  });
  expect(made.seq).toBe(before);
  made.as('bob').call('question.ask', { body: 'Of mine, too?' });
  made.as('human:kim').call('question.answer', { questionId: 'Q-1', body: 'Drop them' });
  ask();
  alice.refused('question.ask', { body: 'And?' });
  alice.call('question.withdraw', { questionId: 'Q-2' });
  ask();
});

describe('answering', () => {
  test('[QU2] the first wins; the next hears what it was', () => {
    const made = asked();
    made.as('human:kim').call('question.answer', { questionId: 'Q-1', body: 'Drop them' });
    expect(made.as('human:ann').refused('question.answer', { questionId: 'Q-1', body: 'Keep them' })).toMatchObject({
      code: 'INVALID_STATE',
      message: 'Q-1 was answered by human:kim: Drop them.',
      details: { state: 'answered', answer: { body: 'Drop them' } },
    });
  });

  test.each<[string, Partial<CommandInput<'question.ask'>>, string, string | undefined]>([
    ['one of the options', { options }, 'Keep', undefined],
    ['none of the options', { options }, 'Maybe', 'BAD_INPUT'],
    ['a choice where none was offered', {}, 'Maybe', undefined],
  ])('[QU2] %s', (_, more, choice, code) => {
    const reply = asked(more).as('human:kim').attempt('question.answer', { questionId: 'Q-1', choice });
    expect('refused' in reply ? reply.refused.code : undefined).toBe(code);
  });

  test('[QU2] one that does not exist', () => {
    expect(asked().as('human:kim').refused('question.answer', { questionId: 'Q-9', body: 'x' })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('[QU3] only who asked can withdraw, and only once', () => {
    const made = asked();
    expect(made.as('bob').refused('question.withdraw', { questionId: 'Q-1' })).toMatchObject({ code: 'FORBIDDEN' });
    made.as('alice').call('question.withdraw', { questionId: 'Q-1' });
    expect(made.need('agent', 'alice').state).toBe('idle');
    expect(made.as('bob').refused('question.withdraw', { questionId: 'Q-1' })).toMatchObject({ code: 'FORBIDDEN' });
    expect(made.as('alice').refused('question.withdraw', { questionId: 'Q-1' })).toMatchObject({
      code: 'INVALID_STATE',
    });
    expect(made.as('human:kim').refused('question.answer', { questionId: 'Q-1', body: 'x' })).toMatchObject({
      code: 'INVALID_STATE',
    });
  });
});

describe('its time', () => {
  test('[QU4] at the deadline plus the margin the hub answers with the default, never before', () => {
    const made = asked({ options, default: 'Keep', deadlineMs: 60_000 });
    expect(question(made).deadlineAt).toBe(made.at + 60_000);
    made.pass(60_749).sweep();
    expect(question(made).state).toBe('open');
    made.pass(1).sweep();
    expect(question(made)).toMatchObject({ state: 'answered', answer: { choice: 'Keep', by: 'hub' } });
    expect(made.replica.count('alarm')).toBe(0);
    made.pass(3_600_000).sweep();
    expect(made.replica.count('alarm')).toBe(0);
  });

  test('[QU4] a person in time beats the default', () => {
    const made = asked({ options, default: 'Keep', deadlineMs: 60_000 });
    made.as('human:kim').call('question.answer', { questionId: 'Q-1', choice: 'Drop' });
    made.pass(100_000).sweep();
    expect(question(made).answer).toMatchObject({ choice: 'Drop', by: 'human:kim' });
  });

  test.each([
    ['its deadline, without a default', { deadlineMs: 60_000 }, 60_750],
    ['15 minutes, without a deadline', {}, 900_750],
    ['15 minutes, before a later deadline', { deadlineMs: 3_600_000, default: 'Keep' }, 900_750],
  ])('[QU5] after %s it is late, stays open, and people are told once', (_, more, ms) => {
    const made = asked(more);
    made.pass(ms - 1).sweep();
    expect(made.replica.count('alarm')).toBe(0);
    made.pass(1).sweep();
    expect(question(made).state).toBe('open');
    expect(made.replica.all('alarm')).toMatchObject([
      {
        code: 'ASK_LATE',
        subject: { kind: 'question', id: 'Q-1' },
        summary: `alice has waited ${Math.round(ms / 60_000)} min for an answer: Drop legacy tokens?`,
      },
    ]);
    made.pass(1_000_000).sweep();
    expect(made.replica.count('alarm')).toBe(1);
  });

  test('[QU5] the answer, the default too, is the end of the alarm', () => {
    const made = asked({ deadlineMs: 3_600_000, default: 'Keep' });
    made.pass(1_000_000).sweep();
    expect(made.replica.alarmOn('ASK_LATE', 'Q-1')).toMatchObject({ state: 'unacked' });
    made.pass(3_000_000).sweep();
    expect(question(made).state).toBe('answered');
    expect(made.replica.alarmOn('ASK_LATE', 'Q-1')).toMatchObject({ state: 'returned' });
  });

  test('[QU5] an alarm somebody has taken care of ends with the answer', () => {
    const made = asked();
    made.pass(1_000_000).sweep();
    made.as('human:kim').call('alarm.acknowledge', { alarmId: 'A-1' });
    made.as('human:kim').call('question.answer', { questionId: 'Q-1', body: 'Drop them' });
    expect(made.replica.count('alarm')).toBe(0);
  });
});
