import { test as base, type Page } from '@playwright/test';
import { Fleet } from './fleet.ts';
import { startHub, type TestHub } from './hub.ts';

export interface Story {
  hub: TestHub;
  project: string;
  fleet: Fleet;
  /** The control room, signed in by the launch link. */
  room: Page;
}

/** A story on the built product: a hub, a project, a fleet and a browser that used the launch link. */
export const story = base.extend<Story>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  hub: async ({}, use) => {
    const hub = await startHub();
    await use(hub);
    await hub.close();
  },
  project: async ({ hub }, use) => {
    await hub.call('acme-api', 'project.create', { id: 'acme-api' });
    await use('acme-api');
  },
  fleet: async ({ hub, project }, use) => {
    const fleet = new Fleet(hub, project);
    await use(fleet);
    fleet.close();
  },
  room: async ({ page, hub, project }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
        faults.push(message.text());
    });
    await page.goto(hub.launchLink);
    await page.getByTestId('liveness').getByText('Live').waitFor();
    await page.goto(`${hub.url}/p/${project}/floor`);
    await use(page);
    if (faults.length > 0) throw new Error(`the page complained:\n${faults.join('\n')}`);
  },
});

export const cellOf = (room: Page, agentId: string) =>
  room.locator(`[data-testid="agent-cell"][data-entity="agent:${agentId}"]`);
