import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { story } from '../support/story.ts';

story(
  'what happened is listed, waits on top, is filtered by its address and exported',
  async ({ room, fleet, hub, project }) => {
    const alice = await fleet.join('alice', { accepts: 'pull' });
    await alice.claim(['src/auth/'], { reason: 'new login' });
    await hub.call(project, 'lock.forceRelease', { lockId: 'L-1', reason: '=alice is "stuck"' });
    await room.goto(`${hub.url}/p/${project}/events`);
    const rows = room.getByTestId('event-row');
    const deed = rows.filter({ hasText: 'lock.forceRelease' });
    await expect(deed).toContainText('“=alice is "stuck"”');
    await expect(deed).toHaveAttribute('data-person', 'true');
    await expect(rows.filter({ hasText: 'new login' }), 'an agent is no person').not.toHaveAttribute('data-person');

    await hub.call(project, 'task.create', { title: 'Write docs' });
    await room.goto(`${hub.url}/p/${project}/events?command=task.create`);
    await expect(rows).toHaveCount(1);
    const before = await rows.first().getAttribute('data-seq');
    await hub.call(project, 'task.create', { title: 'Add login' });
    await hub.call(project, 'task.create', { title: 'Test login' });
    await expect(room.getByTestId('held-note')).toHaveText('2 new — press .');
    await expect(rows.first(), 'nothing jumps').toHaveAttribute('data-seq', before ?? '');
    await room.keyboard.press('.');
    await expect(rows.first()).toContainText('task.create');
    await expect(rows.nth(2)).toHaveAttribute('data-seq', before ?? '');

    await room.goto(`${hub.url}/p/${project}/events?actor=people&command=lock.forceRelease`);
    await expect(rows).toHaveCount(1);
    const download = room.waitForEvent('download');
    await room.getByRole('button', { name: 'CSV' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv).toMatch(/^time,epoch,seq,actor,command,reason,changes\r\n/);
    expect(csv).toContain(`,human:owner,lock.forceRelease,"'=alice is ""stuck""",lock L-1 removed`);
    await rows
      .first()
      .getByRole('button', { name: /^Event \d+/ })
      .click();
    await expect(rows.first()).toContainText('"removed":true');

    await room.goto(`${hub.url}/p/${project}/events?log=hub`);
    await expect(rows.filter({ hasText: 'project.create' }).first()).toContainText('owner');
  },
);
