import { expect, type Page } from '@playwright/test';
import type { MessageRecord } from '@signalbox/shared/records/message';
import { story } from '../support/story.ts';

const messageOf = (room: Page, id: string) => room.locator(`[data-testid="message"][data-entity="message:${id}"]`);
const list = (room: Page) => room.getByTestId('conversations');

story('agents talk, a person reads along and answers, and the agent gets it', async ({ room, fleet, hub, project }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  const bob = await fleet.join('bob', { accepts: 'pull' });
  await room.goto(`${hub.url}/p/${project}/messages`);
  await expect(room.getByTestId('conversation').getByTestId('empty-state')).toContainText('No message was sent yet.');
  await alice.send({ to: 'bob', type: 'question', body: 'Is `legacyToken` still used?', thread: 'auth' });
  await expect(messageOf(room, 'M-1')).toContainText('Is `legacyToken` still used?');
  await expect(messageOf(room, 'M-1').getByTestId('read-by')).toHaveText('◌ not acknowledged yet: bob');
  await list(room)
    .getByRole('link', { name: /# auth/ })
    .click();
  await expect(room).toHaveURL(/\/messages\/auth$/);

  const got: MessageRecord[] = [];
  bob.onMessage((message) => void got.push(message));
  await expect(messageOf(room, 'M-1').getByTestId('read-by')).toHaveText('● acknowledged');
  await bob.send({ to: 'alice', type: 'answer', body: 'Only in the migration.', thread: 'auth', replyTo: 'M-1' });
  await expect(messageOf(room, 'M-2')).toContainText('Only in the migration.');

  const box = room.getByTestId('reply-box');
  await expect(box.getByRole('combobox', { name: 'To' })).toHaveValue('bob');
  await box.getByRole('textbox', { name: 'Message' }).fill('Then drop it.');
  await room.keyboard.press('Control+Enter');
  await expect(messageOf(room, 'M-3')).toContainText('Then drop it.');
  await expect(box.getByRole('textbox', { name: 'Message' })).toHaveValue('');
  await expect
    .poll(() => got.map(({ from, body, thread }) => [from, body, thread]))
    .toEqual([
      ['alice', 'Is `legacyToken` still used?', 'auth'],
      ['human:owner', 'Then drop it.', 'auth'],
    ]);
  await expect(messageOf(room, 'M-3').getByTestId('read-by')).toHaveText('● acknowledged');
});

story('an inbox nobody reads is seen from outside, and its mail can be read', async ({ room, fleet, hub, project }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  await fleet.join('bob', { accepts: 'pull' });
  for (let i = 1; i <= 3; i++) await alice.send({ to: 'bob', type: 'note', body: `note ${i}` });
  await room.goto(`${hub.url}/p/${project}/messages`);
  await expect(list(room).getByRole('link', { name: /bob/ })).toContainText('3');
  await list(room).getByRole('link', { name: /bob/ }).click();
  await expect(room).toHaveURL(/\?with=bob$/);
  await expect(room.getByTestId('inbox-state')).toContainText('3 not acknowledged');
  await expect(room.getByTestId('message')).toHaveCount(3);
  await expect(messageOf(room, 'M-3')).toContainText('note 3');
  await room.goBack();
  await expect(room).toHaveURL(/\/messages$/);
});

story('hostile words stay words', async ({ room, fleet, hub, project }) => {
  const asked: string[] = [];
  room.on('request', (request) => asked.push(new URL(request.url()).origin));
  const alice = await fleet.join('alice', { accepts: 'pull' });
  const body = '<img src="http://evil.example/x" onerror="document.title=1"> ![x](http://evil.example/y) \u202egnp.exe';
  await alice.send({ to: 'people', type: 'report', body: `${body}\n${'long '.repeat(1_500)}`, thread: '<b>x</b>' });
  await room.goto(`${hub.url}/p/${project}/messages?with=people`);
  await expect(messageOf(room, 'M-1')).toContainText('<img src="http://evil.example/x" onerror="document.title=1">');
  await expect(messageOf(room, 'M-1')).toContainText('‹U+202E›gnp.exe');
  await expect(messageOf(room, 'M-1').locator('img, b')).toHaveCount(0);
  await expect(messageOf(room, 'M-1').getByRole('button', { name: /Show all .* characters/ })).toBeVisible();
  await messageOf(room, 'M-1').getByRole('link', { name: '# <b>x</b>' }).click();
  await expect(room).toHaveURL(/\/messages\/%3Cb%3Ex%3C%2Fb%3E$/);
  await room.reload();
  await expect(messageOf(room, 'M-1')).toContainText('gnp.exe');
  expect([...new Set(asked)]).toEqual([hub.url]);
});

story('who reads above keeps his place while messages come', async ({ room, fleet, hub, project }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  for (let i = 1; i <= 80; i++)
    await alice.send({ to: 'people', type: 'note', body: `note ${i}\n${'line\n'.repeat(i % 5)}`, thread: 'log' });
  await room.goto(`${hub.url}/p/${project}/messages/log`);
  await expect(messageOf(room, 'M-80')).toBeInViewport();
  await expect(messageOf(room, 'M-80')).toContainText('note 80');
  await room.getByTestId('message').first().hover();
  await expect(messageOf(room, 'M-80')).not.toBeInViewport();
  const seen = room.getByTestId('message').filter({ hasText: 'note 65' });
  await seen.scrollIntoViewIfNeeded();
  const top = async () => Math.round((await seen.boundingBox())?.y ?? -1);
  const before = await top();
  for (let i = 81; i <= 83; i++) await alice.send({ to: 'people', type: 'note', body: `note ${i}`, thread: 'log' });
  await expect(room.getByTestId('unseen')).toHaveText('3 new messages ↓');
  expect(await top()).toBe(before);
  await room.getByTestId('unseen').click();
  await expect(messageOf(room, 'M-83')).toBeInViewport();
  await room.getByRole('button', { name: 'Show older (33)' }).scrollIntoViewIfNeeded();
  const first = messageOf(room, 'M-34');
  await expect(first).toBeInViewport();
  const height = Math.round((await first.boundingBox())?.y ?? -1);
  await room.getByRole('button', { name: /Show older/ }).click();
  await expect(messageOf(room, 'M-1')).toHaveCount(1);
  // The button went from above it; the words stay where they were.
  await expect.poll(async () => Math.abs(Math.round((await first.boundingBox())?.y ?? -1) - height)).toBeLessThan(60);
});
