import { expect, type Page } from '@playwright/test';
import { story } from '../support/story.ts';

const rowOf = (room: Page, lockId: string) => room.locator(`[data-testid="lock-row"][data-entity="lock:${lockId}"]`);
const emptyOf = (room: Page) => room.getByTestId('locks-page').getByTestId('empty-state');
const leftOf = async (room: Page, lockId: string) =>
  Number(await rowOf(room, lockId).getByRole('progressbar').getAttribute('aria-valuenow'));

/** What is only so for a second every few seconds is looked for more often than that. */
const OFTEN = { intervals: [100], timeout: 30_000 };

story('claims come, are renewed in place and go, without a reload', async ({ room, fleet, hub, project }) => {
  await room.goto(`${hub.url}/p/${project}/locks`);
  await expect(emptyOf(room)).toContainText('No file is claimed.');
  const alice = await fleet.join('alice', { accepts: 'pull' });
  const lock = await alice.claim(['src/auth/login.ts'], { reason: 'new login', ttlMs: 9_000 });
  await expect(rowOf(room, 'L-1')).toContainText('login.ts');
  await expect(rowOf(room, 'L-1')).toContainText('new login');
  await expect(rowOf(room, 'L-1')).toContainText('alice');
  await expect(room.getByTestId('lock-group')).toHaveText(/src\/auth\/\s*1 path held/);
  const row = await rowOf(room, 'L-1').elementHandle();
  await expect.poll(() => leftOf(room, 'L-1'), OFTEN).toBeLessThan(92);
  await expect.poll(() => leftOf(room, 'L-1'), OFTEN).toBeGreaterThan(98);
  expect(await row?.evaluate((element) => element.isConnected), 'the same row').toBe(true);
  await lock.release();
  await expect(emptyOf(room)).toContainText('No file is claimed.');
});

story('who waits is shown with why, and a forced release hands the file on', async ({ room, fleet, hub, project }) => {
  const [alice, bob] = [await fleet.join('alice', { accepts: 'pull' }), await fleet.join('bob', { accepts: 'pull' })];
  const held = await alice.claim(['src/db.ts'], { reason: 'refactor db layer' });
  await room.goto(`${hub.url}/p/${project}/locks?view=waits`);
  await expect(emptyOf(room)).toContainText('Nobody waits for a file.');
  const waiting = bob.claim(['src/db.ts'], { waitMs: 60_000, reason: 'add an index' });
  const wait = room.getByTestId('wait-row');
  await expect(wait).toContainText('bob');
  await expect(wait).toContainText('“add an index”');
  await expect(wait).toContainText(/behind\s*L-1.*held by\s*alice/);
  await room.getByRole('button', { name: 'Files', exact: true }).click();
  await expect(room).toHaveURL(/\/locks$/);
  await expect(rowOf(room, 'L-1')).toHaveAttribute('data-abnormal', 'true');
  await room.getByRole('button', { name: 'Release L-1' }).click();
  const dialog = room.getByRole('dialog', { name: 'Release L-1 of alice?' });
  await expect(dialog).toContainText('alice (idle) loses 1 path at once');
  await expect(dialog).toContainText('bob gets it next');
  await dialog.getByLabel('Reason, kept with it').fill('alice is stuck');
  await dialog.getByRole('button', { name: 'Release L-1' }).click();
  await expect(dialog).toHaveCount(0);
  expect(await waiting).toMatchObject({ lockId: 'L-2', paths: ['src/db.ts'] });
  await expect.poll(() => held.signal.aborted).toBe(true);
  expect(held.signal.reason).toMatchObject({ code: 'LOCK_LOST', details: { reason: 'FORCED' } });
  await expect(rowOf(room, 'L-1')).toHaveCount(0);
  await expect(rowOf(room, 'L-2')).toContainText('bob');
  await expect(room.getByTestId('lock-summary')).toContainText('nobody waits');
});

story('by keyboard: to the page, along the rows, beside the list and back', async ({ room, fleet }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  await alice.claim(['README.md']);
  await alice.claim(['package.json']);
  await room.keyboard.press('g');
  await room.keyboard.press('l');
  await expect(room).toHaveURL(/\/locks$/);
  await expect(room.getByTestId('lock-row')).toHaveCount(2);
  await room.keyboard.press('j');
  await room.keyboard.press('Space');
  await expect(room).toHaveURL(/peek=lock:L-1/);
  await expect(room.getByTestId('peek-panel')).toContainText('README.md');
  await room.keyboard.press('j');
  await expect(room).toHaveURL(/peek=lock:L-2/);
  await expect(room.getByTestId('peek-panel')).toContainText('package.json');
  await room.keyboard.press('Escape');
  await expect(room.getByTestId('peek-panel')).toHaveCount(0);
});

story('a holder is asked in the composer; nothing is sent unseen', async ({ room, fleet, hub, project }) => {
  const [alice, bob] = [await fleet.join('alice', { accepts: 'pull' }), await fleet.join('bob', { accepts: 'pull' })];
  await alice.claim(['src/db.ts']);
  bob.claim(['src/db.ts'], { waitMs: 60_000 }).catch(() => {});
  await room.goto(`${hub.url}/p/${project}/locks`);
  await room.getByRole('button', { name: 'Ask alice about L-1' }).click();
  const text = room.getByTestId('composer').getByLabel('Text');
  await expect(text).toHaveValue(/How long do you still need src\/db\.ts \(L-1\)\? bob waits for it/);
  await expect(room.getByTestId('audience-count')).toContainText('1 agent: alice');
  expect(await hub.call(project, 'directive.list')).toMatchObject({ directives: [] });
  await text.press('Control+Enter');
  await expect(room.getByTestId('sent-note')).toContainText('D-1');
});
