import { expect, type Page } from '@playwright/test';
import { story } from '../support/story.ts';

story.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const LONG = 'manus_the_extraordinarily_long_named_agent_of_quality_dep_31';
const PAGES = [
  'floor',
  'floor?density=chips',
  'floor?peek=alarm:A-1',
  'tasks',
  'tasks?view=table',
  'locks',
  'messages',
  'alarms',
  'alarms?tab=history',
  'alarms?tab=catalogue',
  'metrics',
  'events',
  'events?log=hub',
];

/** What sticks out of the window, as words; data tables scroll in a place of their own. */
const beyond = (page: Page): Promise<string[]> =>
  page
    .locator('html, header, main, aside, nav, footer')
    .evaluateAll((boxes) =>
      boxes
        .filter((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.tagName} ${box.scrollWidth} > ${box.clientWidth}`),
    );

story(
  'on a phone: what waits comes first, and can be dealt with; no page is wider than it',
  async ({ room, fleet, hub, project }) => {
    const alice = await fleet.join('alice', { accepts: 'pull' });
    await hub.call(project, 'agent.register', { id: LONG, role: 'quality_enhancer', accepts: 'pull' });
    const title = `Rewrite ${'the-authentication-middleware-'.repeat(4)}`;
    await hub.call(project, 'task.create', { title, maxAttempts: 1 });
    await alice.next();
    await alice.claim([`src/${'deep/'.repeat(20)}refresh-tokens.ts`]);
    await alice.command('task.fail', { taskId: 'T-1', attempt: 1, reason: 'no compiler' });
    const answer = alice.ask('Drop legacy tokens?', { options: ['Keep', 'Drop'] });

    await room.goto(`${hub.url}/p/${project}/floor`);
    const question = room.getByTestId('question-card');
    await expect(question, 'it is the first thing that is seen').toBeInViewport();
    await question.getByRole('button', { name: 'alice' }).tap();
    await expect(room.getByTestId('peek-panel')).toBeInViewport();
    await room
      .getByRole('navigation', { name: 'Panes' })
      .getByRole('button', { name: /^Needs you/ })
      .tap();
    await expect(room.getByTestId('peek-panel')).toHaveCount(0);
    await question.getByRole('button', { name: 'Drop' }).tap();
    expect(await answer).toMatchObject({ choice: 'Drop' });
    await expect(question).toHaveCount(0);

    // With nothing new to deal with, the floor itself is what the floor shows.
    await hub.call(project, 'alarm.acknowledge', { alarmId: 'A-1' });
    for (const width of [390, 320]) {
      await room.setViewportSize({ width, height: 844 });
      for (const page of PAGES) {
        await room.goto(`${hub.url}/p/${project}/${page}`);
        await expect(room.getByTestId('liveness')).toHaveAttribute('data-live', 'true');
        await expect(room.getByRole('main')).not.toBeEmpty();
        expect.soft(await beyond(room), `${page} at ${width}`).toEqual([]);
      }
    }
  },
);
