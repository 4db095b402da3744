// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { requestAttention } from '../../hub/ui-store.ts';
import { agent, alarm, question, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { NeedsYou } from './needs-you.tsx';

afterEach(cleanup);

const AT = 1_700_000_000_000;
const asked = question('Q-1', { options: ['Keep', 'Drop'], default: 'Keep', deadlineClock: 600_000, taskId: 'T-1' });
const world = [agent('alice', { state: 'asking', taskIds: ['T-1'] }), task('T-1', { title: 'Refactor auth' }), asked];
const cards = () => screen.queryAllByTestId('question-card').map((card) => card.getAttribute('data-entity'));

test('a question is answered where it stands: pending first, gone only when the hub shows it answered', async () => {
  const { feed, hubSays } = await renderHub(<NeedsYou />, world);
  const card = screen.getByTestId('question-card');
  expect(card.textContent).toContain('Drop legacy tokens?');
  expect(card.textContent).toContain('Refactor auth');
  expect(card.textContent).toContain('Default “Keep” in 10 m');

  await hubSays(() => fireEvent.click(within(card).getByRole('button', { name: 'Drop' })));
  expect(feed.sent).toMatchObject([{ name: 'question.answer', input: { questionId: 'Q-1', choice: 'Drop' } }]);
  expect(card.textContent).toContain('sending…');
  expect(within(card).getByRole<HTMLButtonElement>('button', { name: 'Keep' }).disabled).toBe(true);

  await hubSays(() => feed.sent[0]?.ok({ seq: 2 }));
  expect(cards()).toEqual(['question:Q-1']);
  await hubSays(() =>
    feed.diff(
      { puts: [{ ...asked, rev: 2, state: 'answered', answer: { choice: 'Drop', by: 'human:AK', at: AT } }] },
      { seq: 2 },
    ),
  );
  expect(cards()).toEqual([]);
  expect(screen.getByTestId('answered-question').textContent).toContain('alice: “Drop” by AK');
  expect(screen.getByText('No agent waits for you.')).toBeTruthy();
});

test('who was too late reads why, on the card, and sees who was first', async () => {
  const { feed, hubSays } = await renderHub(<NeedsYou />, world);
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Drop' })));
  await hubSays(() => feed.sent[0]?.refuse({ code: 'INVALID_STATE', message: 'KL answered it.' }));
  expect(screen.getByRole('alert').textContent).toBe('KL answered it.');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Drop' }).disabled).toBe(false);
  await hubSays(() =>
    feed.diff({ puts: [{ ...asked, rev: 2, state: 'answered', answer: { choice: 'Keep', by: 'human:KL', at: AT } }] }),
  );
  expect(screen.getByTestId('answered-question').textContent).toContain('by KL');
});

test('without options it is answered in words, and not with none', async () => {
  const { feed, hubSays } = await renderHub(<NeedsYou />, [question('Q-2')]);
  const answer = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Answer' });
  expect(answer().disabled).toBe(true);
  await hubSays(() => fireEvent.change(screen.getByRole('textbox'), { target: { value: ' Keep them. ' } }));
  await hubSays(() => fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter', ctrlKey: true }));
  expect(feed.sent).toMatchObject([{ input: { questionId: 'Q-2', body: 'Keep them.' } }]);
});

test('nothing can be answered while the picture is not current', async () => {
  const { feed, hubSays } = await renderHub(<NeedsYou />, world);
  await hubSays(() =>
    feed.setStatus({ state: 'reconnecting', attempt: 1, nextTryAt: null, closeReason: 'x', lastFrameAt: 0 }),
  );
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Drop' });
  expect(button.disabled).toBe(true);
  expect(button.title).toBe('Available when live');
});

test('who may only look finds no buttons to answer', async () => {
  await renderHub(<NeedsYou />, world, { role: 'viewer' });
  expect(screen.queryByRole('button', { name: 'Drop' })).toBeNull();
  expect(screen.getByTestId('question-card').textContent).toContain('Drop legacy tokens?');
});

test('the longest waiting comes first; alarms nobody has taken stand below', async () => {
  await renderHub(<NeedsYou />, [
    question('Q-1', { at: AT }),
    question('Q-2', { at: AT - 60_000 }),
    question('Q-3', { at: AT - 1, state: 'withdrawn' }),
    alarm('A-1'),
    alarm('A-2', { state: 'acked' }),
  ]);
  expect(cards()).toEqual(['question:Q-2', 'question:Q-1']);
  expect(screen.getAllByTestId('alarm-card').map((card) => card.getAttribute('data-entity'))).toEqual(['alarm:A-1']);
});

test('N gives the focus to the card; when that is answered elsewhere the next one has it', async () => {
  const { feed, hubSays } = await renderHub(<NeedsYou />, [question('Q-1'), question('Q-2'), question('Q-3')]);
  await hubSays(() => requestAttention('question', 'Q-2', 'needs'));
  expect(document.activeElement?.getAttribute('data-entity')).toBe('question:Q-2');
  await hubSays(() => feed.diff({ puts: [question('Q-2', { rev: 2, state: 'withdrawn' })] }));
  expect(document.activeElement?.getAttribute('data-entity')).toBe('question:Q-3');
});

test('what an agent wrote stays text', async () => {
  await renderHub(<NeedsYou />, [
    question('Q-1', { body: '<img src=x onerror=alert(1)>\u202e[x](javascript:alert(1))' }),
  ]);
  const card = screen.getByTestId('question-card');
  expect(card.querySelector('img, a')).toBeNull();
  expect(card.textContent).toContain('<img src=x onerror=alert(1)>‹U+202E›[x](javascript:alert(1))');
});

test('of many questions the twelve that wait longest; the others on demand', async () => {
  const many = Array.from({ length: 14 }, (_, i) => question(`Q-${i + 1}`, { at: 1_700_000_000_000 + i }));
  await renderHub(<NeedsYou />, many);
  expect(screen.getAllByTestId('question-card')).toHaveLength(12);
  fireEvent.click(screen.getByRole('button', { name: 'and 2 more questions' }));
  expect(screen.getAllByTestId('question-card')).toHaveLength(14);
});
