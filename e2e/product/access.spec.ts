import { expect, test } from '@playwright/test';
import { story } from '../support/story.ts';

story('the launch link works once; without a session there is a way to sign in', async ({ room, hub, browser }) => {
  expect(new URL(room.url()).hash, 'the code does not stay in the address').toBe('');
  const cookies = await room.context().cookies();
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(hub.launchLink);
  await expect(stranger.getByTestId('sign-in')).toBeVisible();
  await stranger.context().close();
});

story('a viewer sees everything and is offered nothing that changes it', async ({ hub, project, fleet, browser }) => {
  const alice = await fleet.join('alice');
  void alice.ask('Drop legacy tokens?', { options: ['Keep', 'Drop'] }).catch(() => {});
  const { url } = await hub.call('_hub', 'token.link', { role: 'viewer', name: 'Wall' });
  const wall = await (await browser.newContext()).newPage();
  await wall.goto(String(url));
  await wall.getByTestId('liveness').waitFor();
  await wall.goto(`${hub.url}/p/${project}/floor`);
  await expect(wall.getByTestId('question-card')).toContainText('Drop legacy tokens?');
  await expect(wall.getByTestId('question-card').getByRole('button', { name: 'Drop' })).toHaveCount(0);
  await expect(wall.getByTestId('send')).toHaveCount(0);
  await wall.context().close();
});

test.describe('a hostile page', () => {
  story('gets nothing: foreign Origin and Host are refused on every face', async ({ hub }) => {
    const bad = {
      origin: 'https://evil.example',
      authorization: `Bearer ${hub.ownerToken}`,
      'content-type': 'application/json',
    };
    const answer = await fetch(`${hub.url}/api/v1/projects/acme-api/agent.list`, {
      method: 'POST',
      headers: bad,
      body: '{}',
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  });
});
