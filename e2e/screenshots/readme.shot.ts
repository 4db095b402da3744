import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { startHub } from '../support/hub.ts';

const CLI = fileURLToPath(new URL('../../cli/bin/signalbox.js', import.meta.url));
const pictureOf = (name: string): string => fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url));

/** The demo at work on a copy of this repository, at the moment it asks its question. */
test('the control room while six agents take stock of a repository', async ({ page }) => {
  const hub = await startHub();
  const env = { ...process.env, SIGNALBOX_URL: hub.url, SIGNALBOX_TOKEN: hub.ownerToken };
  const demo = spawn(process.execPath, [CLI, 'demo', '--pace', '1'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = once(demo, 'exit');
  try {
    await page.goto(hub.launchLink);
    await expect(page.getByTestId('question-card')).toBeVisible({ timeout: 240_000 });
    const { pathname } = new URL(page.url());
    const project = pathname.split('/')[2];
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      for (const name of ['floor', 'tasks', 'metrics']) {
        await page.goto(`${hub.url}/p/${project}/${name}`);
        await expect(page.getByTestId(name === 'floor' ? 'agent-cell' : `${name}-page`).first()).toBeVisible();
        if (name === 'metrics') await expect(page.locator('svg.recharts-surface').first()).toBeVisible();
        await page.screenshot({ path: pictureOf(theme === 'light' ? name : `${name}-dark`) });
      }
    }
  } finally {
    demo.kill('SIGINT');
    await ended;
    await hub.close();
  }
});
