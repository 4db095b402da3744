import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import { cellOf, story } from '../support/story.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[];
}

/** What axe finds on the page, as `rule: element`. Its source is evaluated, since the page's policy refuses foreign scripts. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate<AxeResult, string[]>(
    (rules) => Reflect.get(globalThis, 'axe').run({ runOnly: rules }),
    RULES,
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

story(
  'every page, light and dark, wide and narrow, live and stale, has nothing axe objects to',
  async ({ room, fleet, hub, project, browser }) => {
    story.setTimeout(300_000);
    const alice = await fleet.join('alice', { accepts: 'pull' });
    await hub.call(project, 'task.createMany', {
      tasks: [
        { key: 'a', title: 'Add login', priority: 1 },
        { title: 'Test login', dependencies: ['a'] },
        { title: 'Write docs', maxAttempts: 1 },
        { title: 'Draw pictures', maxAttempts: 1 },
      ],
    });
    await alice.next();
    await alice.claim(['src/auth/'], { reason: 'new login', taskId: 'T-1' });
    const bob = await fleet.join('bob', { role: 'quality_enhancer', accepts: 'pull' });
    for (const taskId of ['T-3', 'T-4']) {
      await bob.next();
      await bob.command('task.fail', { taskId, attempt: 1, reason: 'no pencil' });
    }
    await hub.call(project, 'alarm.shelve', { alarmId: 'A-2', forMs: 3_600_000, reason: 'known' });
    bob.claim(['src/auth/login.ts'], { waitMs: 600_000 }).catch(() => {});
    await alice.send({ to: 'bob', type: 'note', body: 'login.ts is next', thread: 'T-1' });
    alice
      .ask('Drop legacy tokens?', { options: ['Keep', 'Drop'], deadlineMs: 600_000, default: 'Keep' })
      .catch(() => {});
    await hub.call(project, 'directive.send', { to: 'bob', action: 'pause', body: 'deploy' });
    await expect(cellOf(room, 'bob')).toContainText('paused');
    const look = async (what: string) => expect.soft(await violations(room), what).toEqual([]);
    for (const colorScheme of ['light', 'dark'] as const) {
      await room.emulateMedia({ colorScheme });
      for (const width of [1440, 390]) {
        await room.setViewportSize({ width, height: 900 });
        for (const page of [
          'floor',
          'tasks',
          'tasks?view=table',
          'locks',
          'locks?view=holders',
          'locks?view=waits&peek=lock:L-1',
          'messages',
          'messages/T-1',
          'messages?with=bob&peek=message:M-1',
          'alarms?peek=alarm:A-1',
          'alarms?tab=shelved',
          'alarms?tab=history',
          'alarms?tab=catalogue',
          'events',
          'events?log=hub',
          'floor?density=chips&group=host',
          'metrics',
          'floor?peek=agent:alice',
          'tasks?peek=task:T-1',
        ]) {
          await room.goto(`${hub.url}/p/${project}/${page}`);
          await expect(room.getByTestId('liveness')).toHaveAttribute('data-live', 'true');
          await expect(room.locator('main')).not.toBeEmpty();
          await look(`${page} ${colorScheme} ${width}`);
        }
      }
      await room.goto(`${hub.url}/welcome`);
      await look(`welcome ${colorScheme}`);
      const stranger = await (
        await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } })
      ).newPage();
      await stranger.goto(hub.launchLink);
      await expect(stranger.getByTestId('sign-in')).toBeVisible();
      expect.soft(await violations(stranger), `sign-in ${colorScheme}`).toEqual([]);
      await stranger.context().close();
    }
    await room.setViewportSize({ width: 1440, height: 900 });
    await room.goto(`${hub.url}/p/${project}/floor`);
    await expect(cellOf(room, 'alice')).toBeVisible();
    hub.process.kill('SIGKILL');
    await expect(room.getByTestId('content')).toHaveAttribute('data-stale', 'true');
    await look('stale');
  },
);
