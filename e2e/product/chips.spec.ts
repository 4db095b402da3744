import { expect } from '@playwright/test';
import { cellOf, story } from '../support/story.ts';

const AGENTS = 119;

story(
  'a large fleet is chips: each in its place, and the one that asks cannot be missed',
  async ({ room, fleet, hub, project }) => {
    const ids = Array.from({ length: AGENTS }, (_, i) => `manus_${i + 1}`);
    await Promise.all(ids.map((id) => hub.call(project, 'agent.register', { id, role: 'speed_developer' })));
    const asking = await fleet.join('manus_120', { accepts: 'pull' });
    await expect(room.getByTestId('floor')).toHaveAttribute('data-form', 'chips');
    await expect(room.getByRole('button', { name: 'Auto: chips' })).toBeVisible();
    const cells = room.getByTestId('agent-cell');
    await expect(cells).toHaveCount(AGENTS + 1);
    const places = () => cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-entity')));
    const before = await places();
    expect(before.slice(0, 2)).toEqual(['agent:manus_1', 'agent:manus_2']);

    void asking.ask('Drop legacy tokens?', { options: ['Keep', 'Drop'] }).catch(() => {});
    const chip = cellOf(room, 'manus_120');
    await expect(chip).toHaveAttribute('data-attention-tone', 'ask');
    await expect(chip.getByRole('button')).toHaveAccessibleName('manus_120, asking');
    expect(await places(), 'nobody has moved').toEqual(before);
    const box = await chip.boundingBox();
    expect([Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)]).toEqual([48, 44]);
    await chip.hover();
    await expect(room.getByTestId('chip-tooltip')).toContainText('“Drop legacy tokens?”');

    await cellOf(room, 'manus_1').getByRole('button').focus();
    await room.keyboard.press('ArrowRight');
    await room.keyboard.press('Enter');
    await expect(room.getByTestId('peek-panel')).toHaveAttribute('data-entity', 'agent:manus_2');
    await room.keyboard.press('Escape');
    await room.getByRole('button', { name: 'Tiles', exact: true }).click();
    await expect(room.getByTestId('floor')).toHaveAttribute('data-form', 'tiles');
    await expect(room).toHaveURL(/[?&]density=tiles/);
  },
);
