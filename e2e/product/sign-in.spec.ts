import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { story } from '../support/story.ts';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../cli/bin/signalbox.js', import.meta.url));

story(
  'an invitation opens the page that was wanted, once, and to a viewer nothing that acts',
  async ({ hub, project, browser }) => {
    const env = { ...process.env, SIGNALBOX_URL: hub.url, SIGNALBOX_TOKEN: hub.ownerToken };
    const { stdout } = await run(process.execPath, [CLI, 'invite', 'Wall', '--role', 'viewer'], { env });
    const link = stdout.trim().split('\n').at(-1) ?? '';
    const wanted = `${hub.url}/p/${project}/tasks?view=table`;
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(wanted);
    const signIn = page.getByTestId('sign-in');
    await expect(signIn).toContainText('npx signalbox invite NAME');
    const other = await context.newPage();
    await other.goto(link);
    await expect(other, 'the link leads to what was wanted').toHaveURL(wanted);
    await expect(other.getByText('View only')).toBeVisible();
    await expect(other.getByTestId('send')).toHaveCount(0);
    await expect(other.getByRole('button', { name: /^Create/ })).toHaveCount(0);
    await expect(signIn, 'the tab that waited goes on by itself').toHaveCount(0);
    await expect(page).toHaveURL(wanted);
    await context.close();

    const late = await (await browser.newContext()).newPage();
    await late.goto(link);
    await expect(late.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
    await expect(late.getByRole('alert')).toContainText('used already or is older than 15 minutes');
    await late.context().close();
  },
);

story('a token signs in where one stands; signing out shows nothing any more', async ({ hub, project, browser }) => {
  const { token } = await hub.call('_hub', 'token.create', { role: 'operator', name: 'Kim' });
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${hub.url}/p/${project}/alarms?tab=catalogue`);
  const signIn = page.getByTestId('sign-in');
  await signIn.getByLabel('A link or a token').fill('sb_operator_of_another_hub');
  await signIn.getByRole('button', { name: 'Sign in' }).click();
  await expect(signIn).toContainText('typing error');
  await signIn.getByLabel('A link or a token').fill(String(token));
  await signIn.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByTestId('catalogue-entry').first()).toBeVisible();
  await expect(signIn).toHaveCount(0);
  await page.getByLabel('Signed in as Kim, operator').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(signIn).toContainText('You are signed out');
  await expect(page.getByTestId('content')).toHaveCount(0);
  await page.reload();
  await expect(signIn).toContainText('Sign in to Signalbox');
  await page.context().close();
});
