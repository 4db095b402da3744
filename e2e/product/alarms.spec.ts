import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { AgentClient } from '@signalbox/sdk/index';
import type { TestHub } from '../support/hub.ts';
import { story } from '../support/story.ts';

const rowOf = (page: Page, alarm: string) => page.locator(`[data-testid="alarm-row"][data-entity="alarm:${alarm}"]`);
const tab = (page: Page, name: RegExp) => page.getByTestId('alarms-page').getByRole('tab', { name });

/** Makes tasks that may be tried once, and lets alice fail them: each raises RETRY_OUT. */
async function failTasks(hub: TestHub, project: string, alice: AgentClient, titles: string[]): Promise<void> {
  await hub.call(project, 'task.createMany', { tasks: titles.map((title) => ({ title, maxAttempts: 1 })) });
  for (let i = 0; i < titles.length; i += 1) {
    const work = await alice.next();
    await alice.command('task.fail', { taskId: work?.task.id ?? '', attempt: 1, reason: 'no compiler' });
  }
}

/** The control room of somebody else, on the alarms. */
async function second(hub: TestHub, project: string, page: Page): Promise<Page> {
  const { url } = await hub.call('_hub', 'token.link', { role: 'operator', name: 'Kim' });
  const browser = page.context().browser();
  if (browser === null) throw new Error('a browser runs the story');
  const kim = await (await browser.newContext({ timezoneId: 'UTC' })).newPage();
  await kim.goto(String(url));
  await kim.getByTestId('liveness').waitFor();
  await kim.goto(`${hub.url}/p/${project}/alarms`);
  return kim;
}

/** While somebody points into the list it is held, and what is new waits to be let in. */
const pointAway = (page: Page): Promise<void> => page.mouse.move(0, 0);

story(
  'an alarm is taken by one person and everybody sees by whom; over unseen, put aside and back by itself',
  async ({ room, fleet, hub, project }) => {
    const alice = await fleet.join('alice', { accepts: 'pull' });
    await room.goto(`${hub.url}/p/${project}/alarms`);
    const kim = await second(hub, project, room);
    await failTasks(hub, project, alice, ['Add login']);

    await expect(rowOf(room, 'A-1')).toContainText('Nobody has taken it yet.');
    await rowOf(kim, 'A-1').getByRole('button', { name: 'Ack' }).click();
    await expect(rowOf(room, 'A-1')).toContainText(/Kim takes care of it, since \d\d:\d\d/);
    await rowOf(room, 'A-1').getByRole('button', { name: 'Retry task' }).click();
    await pointAway(room);
    await expect(rowOf(kim, 'A-1'), 'an acknowledged alarm ends with its cause').toHaveCount(0);

    await alice.next();
    await alice.command('task.complete', { taskId: 'T-1', attempt: 2 });
    await failTasks(hub, project, alice, ['Test login']);
    await expect(rowOf(room, 'A-2')).toContainText('NEW');
    await hub.call(project, 'task.cancel', { taskId: 'T-2', reason: 'not needed' });
    await expect(rowOf(room, 'A-2')).toContainText('OVER');
    await rowOf(room, 'A-2').getByRole('button', { name: 'Ack' }).click();
    await pointAway(room);
    await expect(rowOf(kim, 'A-2')).toHaveCount(0);

    await failTasks(hub, project, alice, ['Write docs']);
    await rowOf(room, 'A-3').getByRole('button', { name: 'Shelve…' }).click();
    await rowOf(room, 'A-3').getByRole('textbox').fill('known, fixed tomorrow');
    await rowOf(room, 'A-3').getByRole('button', { name: 'Shelve it' }).click();
    await pointAway(room);
    await expect(rowOf(kim, 'A-3')).toHaveCount(0);
    await tab(kim, /^Shelved/).click();
    await expect(rowOf(kim, 'A-3')).toContainText(/Shelved by owner, comes back in 1\d m.*: known, fixed tomorrow/);
    await rowOf(kim, 'A-3').getByRole('button', { name: 'Unshelve' }).click();
    await pointAway(kim);
    await expect(rowOf(room, 'A-3')).toContainText('NEW');
    await hub.call(project, 'alarm.shelve', { alarmId: 'A-3', forMs: 4_000, reason: 'a moment' });
    await expect(rowOf(room, 'A-3')).toHaveCount(0);
    await expect(rowOf(room, 'A-3'), 'it is back by itself').toContainText('NEW');

    await tab(room, /^History/).click();
    const history = room.getByTestId('history-row');
    await expect(history.filter({ hasText: 'RETRY_OUT acknowledged by Kim' })).toHaveCount(1);
    await expect(history.filter({ hasText: 'RETRY_OUT shelved by owner: a moment' })).toHaveCount(1);
    await expect(history.filter({ hasText: 'over before anybody saw it' })).toHaveCount(1);
    await tab(room, /^Catalogue/).click();
    await expect(room.getByTestId('alarm-kpis')).toContainText('3 alarms in the last');
    await kim.context().close();
  },
);

story('many alarms of one cause are one row, and one press takes them all', async ({ room, fleet, hub, project }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  await room.goto(`${hub.url}/p/${project}/alarms`);
  await failTasks(hub, project, alice, ['a', 'b', 'c', 'd', 'e']);
  const group = rowOf(room, 'A-1').first();
  await expect(group).toContainText('5 tasks out of retries — first: T-1 a');
  await expect(room.getByTestId('alarm-row')).toHaveCount(1);
  await expect(room.getByTestId('rail').getByTestId('alarm-card')).toHaveCount(1);
  await group.getByRole('button', { name: /5 tasks out of retries/ }).click();
  await expect(rowOf(room, 'A-4')).toContainText('T-4 d');
  await group.getByRole('button', { name: 'Ack all 5' }).click();
  await expect(group).toContainText('owner takes care of it');
  const { alarms } = await hub.call(project, 'alarm.list', { state: 'acked' });
  expect(alarms).toHaveLength(5);
});
