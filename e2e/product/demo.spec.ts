import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { buildRepository } from '../demo/random-repository.ts';
import { startDemo } from '../demo/running-demo.ts';
import { victimIn } from '../demo/victim.ts';
import { cellOf, story } from '../support/story.ts';

story(
  'a fleet works on a repository while a person watches, answers, pauses and loses an agent',
  async ({ page, hub }) => {
    story.setTimeout(300_000);
    const folder = await mkdtemp(join(tmpdir(), 'sb-story-'));
    const root = join(folder, 'some-repository');
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
    console.log(`random repository from SEED=${seed}`);
    await buildRepository(root, seed);
    await page.goto(hub.launchLink);
    await expect(page.getByTestId('first-project')).toBeVisible();

    await using demo = await startDemo(hub, [root, '--pace', '0.5', '--out', join(folder, 'report')]);
    // The page that waited for a first agent shows the fleet by itself.
    await expect(page.getByTestId('agent-cell')).toHaveCount(6, { timeout: 20_000 });
    await expect(page.getByTestId('agent-state').filter({ hasText: 'working' }).first()).toBeVisible();

    await page.keyboard.press('m');
    const composer = page.getByTestId('composer');
    await composer.getByRole('combobox').first().fill('speed-1');
    await page.keyboard.press('Enter');
    await composer.getByText('Pause', { exact: true }).click();
    await page.getByTestId('send').click();
    await expect(cellOf(page, 'speed-1')).toContainText('paused');
    await composer.getByText('Resume', { exact: true }).click();
    await page.getByTestId('send').click();
    await expect(cellOf(page, 'speed-1')).not.toContainText('paused');

    const question = page.getByTestId('question-card');
    await expect(question).toContainText('Which folder deserves the closest look?', { timeout: 60_000 });
    // The options come after the agent's own chip; the second of them is not the default.
    await question.getByRole('button').nth(3).click();
    await expect(question).toHaveCount(0);

    const victim = await demo.watcher.until(victimIn);
    process.kill(victim.pid, 'SIGKILL');
    await expect(cellOf(page, victim.agent)).toContainText('late');
    await expect(cellOf(page, victim.agent)).toContainText('lost', { timeout: 30_000 });

    expect(await demo.ended, demo.errors()).toBe(0);
    expect(demo.lines.at(-1)).toBe(join(folder, 'report'));
    const report = JSON.parse(await readFile(join(folder, 'report', 'report.json'), 'utf8'));
    expect(report.focus.by).toBe('human:owner');
    expect(report.attempts.find(({ taskId }: { taskId: string }) => taskId === victim.task.id)?.agents).toHaveLength(2);
    await page.goto(`${hub.url}/p/${demo.project}/tasks`);
    await expect(page.getByTestId('column-completed').getByTestId('task-card').first()).toBeVisible();
    await expect(page.getByTestId('column-in_progress').getByTestId('task-card')).toHaveCount(0);
    await rm(folder, { recursive: true, force: true });
  },
);
