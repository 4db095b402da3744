import { expect } from '@playwright/test';
import { cellOf, story } from '../support/story.ts';

story('an agent appears, claims a file and works, without a reload', async ({ room, fleet, hub, project }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  await expect(cellOf(room, 'alice')).toContainText('idle');
  await hub.call(project, 'task.create', { title: 'Add login', files: ['src/auth/'] });
  const work = await alice.next();
  await alice.command('task.progress', {
    taskId: work?.task.id ?? '',
    attempt: 1,
    progress: 40,
    activity: { doing: 'writing tests', step: 2, total: 5 },
  });
  await expect(cellOf(room, 'alice')).toContainText('working');
  await expect(cellOf(room, 'alice')).toContainText('Add login');
  await expect(cellOf(room, 'alice')).toContainText('writing tests');
  const lock = await alice.claim(['src/auth/'], { reason: 'new login' });
  await cellOf(room, 'alice').getByRole('button', { name: 'alice' }).click();
  await expect(room.getByTestId('peek-panel')).toContainText('src/auth/**');
  await lock.release();
  await expect(room.getByTestId('peek-panel')).not.toContainText('src/auth/**');
});

story('a question is answered in place, once, and the agent hears it', async ({ room, fleet }) => {
  const alice = await fleet.join('alice');
  const answer = alice.ask('Drop legacy tokens?', { options: ['Keep', 'Drop'], default: 'Keep', deadlineMs: 600_000 });
  const card = room.getByTestId('question-card');
  await expect(card).toContainText('Drop legacy tokens?');
  await expect(cellOf(room, 'alice')).toContainText('asking');
  await expect(room).toHaveTitle(/\(1\?/);
  await card.getByRole('button', { name: 'Drop' }).click();
  await expect(card).toHaveCount(0);
  expect(await answer).toMatchObject({ choice: 'Drop', by: 'human:owner' });
  await expect(cellOf(room, 'alice')).toContainText('idle');
});

story('a directive is queued, delivered, acknowledged and done, each on evidence', async ({ room, fleet }) => {
  const alice = await fleet.join('alice');
  const calls: { done(note?: string): Promise<unknown>; acknowledge(note?: string): Promise<unknown> }[] = [];
  alice.onDirective((call) => void calls.push(call));
  await expect(cellOf(room, 'alice')).toBeVisible();
  await room.keyboard.press('m');
  const composer = room.getByTestId('composer');
  await composer.getByRole('combobox').or(composer.getByLabel('To')).first().fill('alice');
  await room.keyboard.press('Enter');
  await composer.getByLabel('Text').fill('Ship it');
  await expect(room.getByTestId('audience-count')).toContainText('1');
  await room.keyboard.press('Control+Enter');
  await expect(room.getByTestId('sent-note')).toContainText('D-1');
  await room.getByTestId('sent-note').getByRole('button', { name: 'Receipts' }).click();
  const sent = room.getByTestId('directive-card');
  await expect(sent).toContainText('delivered');
  await expect.poll(() => calls.length).toBe(1);
  await calls[0]?.acknowledge('after this test');
  await expect(sent).toContainText('acknowledged');
  await calls[0]?.done('shipped');
  await expect(sent).toContainText('done');
});

story(
  'an agent that is killed is shown lost, its task goes on with another, an alarm says so',
  async ({ room, fleet, hub, project }) => {
    const alice = await fleet.join('alice', { accepts: 'pull' });
    await hub.call(project, 'task.create', { title: 'Add login' });
    await alice.next();
    await alice.claim(['src/auth/']);
    await expect(cellOf(room, 'alice')).toContainText('working');
    alice.close();
    await expect(cellOf(room, 'alice')).toContainText('late');
    await expect(cellOf(room, 'alice')).toContainText('lost', { timeout: 25_000, ignoreCase: true });
    const bob = await fleet.join('bob', { accepts: 'pull' });
    expect(await bob.next()).toMatchObject({ task: { id: 'T-1', attempt: 2, assignee: 'bob' } });
    await room.getByRole('tab', { name: /Alarms/ }).click();
    const alarm = room.getByTestId('alarm-card');
    await expect(alarm).toContainText('AGENT_LOST');
    await alarm.getByRole('button', { name: /^Ack/ }).click();
    await expect(alarm).toContainText('owner');
  },
);
