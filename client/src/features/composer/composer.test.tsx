// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { useDrafts } from '../../hub/drafts.ts';
import type { VisibleRecord } from '../../hub/record-types.ts';
import { requestCompose, useUi } from '../../hub/ui-store.ts';
import { agent, directive, task } from '../../testing/records.ts';
import { type RenderedHub, renderHub } from '../../testing/render-hub.tsx';
import { Composer } from './composer.tsx';

afterEach(() => {
  cleanup();
  useDrafts.setState({ drafts: {} });
  useUi.setState({ composeRequest: 0, pane: 'page' });
});

const fleet = [agent('alice'), agent('bob', { state: 'lost' }), agent('carol', { role: 'quality_enhancer' })];
const send = () => screen.getByTestId<HTMLButtonElement>('send');

async function compose(
  fill: { to: string; action?: string; text?: string },
  records: readonly VisibleRecord[] = fleet,
): Promise<RenderedHub> {
  const hub = await renderHub(<Composer />, records);
  await hub.hubSays(requestCompose);
  expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'To' }));
  await hub.hubSays(() =>
    fireEvent.change(screen.getByRole('combobox', { name: 'To' }), { target: { value: `@${fill.to} ` } }),
  );
  const { action, text } = fill;
  if (action !== undefined) await hub.hubSays(() => fireEvent.click(screen.getByRole('button', { name: action })));
  if (text !== undefined)
    await hub.hubSays(() =>
      fireEvent.change(screen.getByRole('textbox', { name: 'Text' }), { target: { value: text } }),
    );
  return hub;
}

test('the audience is shown as a count and names, with those who are lost, before anything is sent', async () => {
  const { feed, hubSays } = await compose({ to: 'all', text: 'ship it' });
  expect(screen.getByTestId('audience-count').textContent).toContain('→ 3 agents: alice, bob, carol');
  expect(screen.getByTestId('audience-count').textContent).toContain('bob is lost');
  await hubSays(() =>
    fireEvent.keyDown(screen.getByRole('textbox', { name: 'Text' }), { key: 'Enter', ctrlKey: true }),
  );
  expect(feed.sent).toMatchObject([
    {
      name: 'directive.send',
      input: { to: 'all', action: 'say', mode: 'steer', body: 'ship it', expiresMs: 7_200_000 },
    },
  ]);
  await hubSays(() => feed.sent[0]?.ok({ seq: 1, directiveId: 'D-1', recipients: ['alice', 'bob', 'carol'] }));
  expect(screen.getByTestId('sent-note').textContent).toContain('D-1: sent to 3 agents.');
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Text' }).value).toBe('');
});

test('what was sent says how far it got, as it gets there', async () => {
  const { feed, hubSays } = await compose({ to: 'all', text: 'ship it' });
  await hubSays(() => fireEvent.click(send()));
  await hubSays(() => {
    feed.diff({ puts: [directive('D-1', { counts: { queued: 3 } })] });
    feed.sent[0]?.ok({ seq: 2, directiveId: 'D-1', recipients: ['alice', 'bob', 'carol'] });
  });
  const note = () => screen.getByTestId('sent-note').textContent;
  expect(note()).toContain('D-1: 3 queued of 3.');
  await hubSays(() => feed.diff({ puts: [directive('D-1', { rev: 2, counts: { acknowledged: 2, queued: 1 } })] }));
  expect(note()).toContain('D-1: 2 acknowledged · 1 queued of 3.');
});

test('a word is needed to say something, none to pause', async () => {
  const { hubSays } = await compose({ to: 'alice' });
  expect(send().disabled).toBe(true);
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Pause' })));
  expect(send().disabled).toBe(false);
});

test('nobody here has that name', async () => {
  await compose({ to: 'dave', text: 'hello' });
  expect(send().disabled).toBe(true);
  expect(screen.getByTestId('audience-count').textContent).toContain('Nobody here is dave.');
});

test('pausing everybody takes the number, as it is at that moment', async () => {
  const { feed, hubSays } = await compose({ to: 'all', action: 'Pause' });
  await hubSays(() => fireEvent.click(send()));
  const confirm = () => screen.getByRole<HTMLButtonElement>('button', { name: /^Pause \d agents$/ });
  const type = (text: string) =>
    hubSays(() => fireEvent.change(screen.getByRole('textbox', { name: /^Type/ }), { target: { value: text } }));
  await type('2');
  expect(confirm().disabled).toBe(true);
  await type('3');
  expect(confirm().disabled).toBe(false);
  await hubSays(() => feed.diff({ puts: [agent('dave')] }));
  expect(confirm().disabled).toBe(true);
  await type('4');
  await hubSays(() => fireEvent.click(confirm()));
  expect(feed.sent).toMatchObject([{ input: { to: 'all', action: 'pause' } }]);
});

test('from ten recipients on the number is shown for a nod, and Cancel sends nothing', async () => {
  const { feed, hubSays } = await compose(
    { to: 'all', text: 'hello' },
    Array.from({ length: 10 }, (_, n) => agent(`m_${n}`)),
  );
  await hubSays(() => fireEvent.click(send()));
  expect(screen.getByText('Send to 10 agents?')).toBeTruthy();
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Cancel' })));
  expect(feed.sent).toEqual([]);
});

test('the draft outlives a lost connection and a refusal', async () => {
  const { feed, hubSays } = await compose({ to: 'alice', text: 'hello' });
  await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 0 }));
  expect(send().disabled).toBe(true);
  expect(send().title).toBe('Available when live; the draft is kept');
  await hubSays(() => feed.setStatus({ state: 'live' }));
  await hubSays(() => fireEvent.click(send()));
  await hubSays(() => feed.sent[0]?.refuse({ code: 'FORBIDDEN', message: 'You may not.' }));
  expect(screen.getByRole('alert').textContent).toContain('You may not.');
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Text' }).value).toBe('hello');
});

test('what is written while the former text is under way stays', async () => {
  const { feed, hubSays } = await compose({ to: 'alice', text: 'first' });
  const text = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Text' });
  await hubSays(() => fireEvent.click(send()));
  await hubSays(() => fireEvent.change(text(), { target: { value: 'second' } }));
  await hubSays(() => feed.sent[0]?.ok({ seq: 1, directiveId: 'D-1', recipients: ['alice'] }));
  expect(text().value).toBe('second');
  expect(screen.getByTestId('sent-note').textContent).toContain('D-1: sent to 1 agent.');
});

const about = (task: string) =>
  fireEvent.change(screen.getByRole('combobox', { name: /task/i }), { target: { value: task } });

test('a task is given to one agent, by its id', async () => {
  const { feed, hubSays } = await compose({ to: 'all', action: 'Assign' }, [...fleet, task('T-7')]);
  expect(send().disabled).toBe(true);
  expect(send().title).toBe('A task is given to one agent');
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Remove all' })));
  await hubSays(() => fireEvent.change(screen.getByRole('combobox', { name: 'To' }), { target: { value: 'alice ' } }));
  expect(send().title).toBe('Say which task');
  await hubSays(() => about('t-8'));
  expect(send().title).toBe('There is no task T-8');
  await hubSays(() => about('t-7'));
  await hubSays(() => fireEvent.click(send()));
  expect(feed.sent).toMatchObject([{ input: { to: 'alice', action: 'assign', taskId: 'T-7' } }]);
});

test('an order may be about a task, and the next one is not', async () => {
  const { feed, hubSays } = await compose({ to: 'alice', action: 'Checkpoint' }, [...fleet, task('T-7')]);
  await hubSays(() => about('T-7'));
  await hubSays(() => fireEvent.click(send()));
  await hubSays(() => feed.sent[0]?.ok({ seq: 1, directiveId: 'D-1', recipients: ['alice'] }));
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Drain' })));
  await hubSays(() => fireEvent.click(send()));
  expect(feed.sent[0]).toMatchObject({ input: { action: 'checkpoint', taskId: 'T-7' } });
  expect(feed.sent[1]).toMatchObject({ input: { action: 'drain' } });
  expect(feed.sent[1]?.input).not.toHaveProperty('taskId');
});
