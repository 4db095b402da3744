import { expect } from '@playwright/test';
import { story } from '../support/story.ts';

story('a simulated project says so on every page, and an admin removes it', async ({ room, hub, project }) => {
  await hub.call('sim', 'project.create', { id: 'sim', simulated: true });
  await hub.call('sim', 'agent.register', { id: 'sim-1', role: 'speed_developer' });
  await hub.call(project, 'agent.register', { id: 'alice', role: 'speed_developer' });
  for (const page of ['tasks', 'metrics', 'floor']) {
    await room.goto(`${hub.url}/p/sim/${page}`);
    await expect(room.getByTestId('simulated-nav')).toBeVisible();
    await expect(room.getByTestId('status-sentence')).toContainText('Simulated fleet.');
    await expect(room).toHaveTitle('sim · Simulated · Signalbox');
  }
  await room.getByRole('button', { name: 'Remove the simulation…' }).click();
  await expect(room.getByRole('dialog')).toContainText('1 made-up agent');
  await room.getByRole('button', { name: 'Remove it' }).click();
  await expect(room).toHaveURL(`${hub.url}/p/${project}/floor`);
  await expect(room.getByTestId('simulated-nav')).toHaveCount(0);
  await expect(room.getByRole('combobox', { name: 'Project' }), 'one project is no choice').toHaveCount(0);
});
