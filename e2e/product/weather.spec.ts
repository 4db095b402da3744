import { expect } from '@playwright/test';
import { startHub } from '../support/hub.ts';
import { cellOf, story } from '../support/story.ts';

story(
  'a killed hub: the page says that it is not current, and catches up by itself when the hub is back',
  async ({ room, fleet, hub }) => {
    await fleet.join('alice');
    await expect(cellOf(room, 'alice')).toContainText('idle');
    hub.process.kill('SIGKILL');
    await hub.ended;
    await expect(room.getByTestId('connection-banner')).toBeVisible({ timeout: 15_000 });
    await expect(room.getByTestId('content')).toHaveAttribute('data-stale', 'true', { timeout: 15_000 });
    const again = await startHub({ dataDir: hub.dataDir, env: { SIGNALBOX_PORT: String(hub.port) } });
    try {
      await expect(room.getByTestId('connection-banner')).toHaveCount(0, { timeout: 15_000 });
      await expect(room.getByTestId('content')).toHaveAttribute('data-stale', 'false');
      await expect(cellOf(room, 'alice')).toContainText('idle', { timeout: 15_000 });
      await expect(room.getByTestId('alarm-card')).toHaveCount(0);
      await room.reload();
      await expect(cellOf(room, 'alice'), 'the session survives the restart').toBeVisible();
    } finally {
      await again.close();
    }
  },
);

story('a frozen hub: nothing moves for 5 s and the page looks so', async ({ room, fleet, hub }) => {
  await fleet.join('alice');
  await expect(cellOf(room, 'alice')).toContainText('idle');
  hub.process.kill('SIGSTOP');
  try {
    await expect(room.getByTestId('content')).toHaveAttribute('data-stale', 'true', { timeout: 15_000 });
    await expect(room.getByTestId('connection-banner')).toContainText('Not updating', { ignoreCase: true });
  } finally {
    hub.process.kill('SIGCONT');
  }
  await expect(room.getByTestId('content')).toHaveAttribute('data-stale', 'false', { timeout: 15_000 });
  await expect(cellOf(room, 'alice')).not.toContainText('lost', { ignoreCase: true });
});

story('the series of the charts survive a restart of the hub', async ({ room, fleet, hub, project }) => {
  const alice = await fleet.join('alice', { accepts: 'pull' });
  await hub.call(project, 'task.create', { title: 'Add login' });
  await alice.next();
  await alice.command('task.complete', { taskId: 'T-1', attempt: 1 });
  const completed = async (url: string) => {
    const answer = await fetch(`${url}/api/v1/projects/${project}/metrics.query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.ownerToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ series: ['tasks.completed'], range: '1h' }),
    });
    const body = (await answer.json()) as { series: Record<string, (number | null)[]>; restarts: number[] };
    return {
      sum: (body.series['tasks.completed'] ?? []).reduce((sum: number, n) => sum + (n ?? 0), 0),
      restarts: body.restarts.length,
    };
  };
  await expect.poll(async () => (await completed(hub.url)).sum).toBe(1);
  await hub.stop();
  const again = await startHub({ dataDir: hub.dataDir, env: { SIGNALBOX_PORT: String(hub.port) } });
  try {
    expect(await completed(again.url)).toEqual({ sum: 1, restarts: 1 });
    await room.goto(`${again.url}/p/${project}/metrics`);
    await expect(room.getByTestId('metrics-page').locator('svg').first()).toBeVisible();
  } finally {
    await again.close();
  }
});
