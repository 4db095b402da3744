import { HUB_PROJECT } from '@signalbox/shared/ids';
import { expect, test, vi } from 'vitest';
import { decideProjectCreate, decideProjectRemove } from '../domain/hub.ts';
import { MemoryHub } from '../hosted-projects/testing/memory-hub.ts';
import { SOON } from '../testing/soon.ts';
import { prometheus } from './prometheus.ts';

async function hubWithTwoProjects(hub: MemoryHub) {
  const node = await hub.join('one');
  for (const id of ['acme', 'sim']) {
    await node.decide(HUB_PROJECT, decideProjectCreate, { id, simulated: true });
    await node.projects.find(id);
  }
  return { node, scrape: prometheus(node.projects, node.nodes) };
}

const linesOf = (text: string, project: string): string[] =>
  text.split('\n').filter((line) => line.includes(`project="${project}"`));

test('a project that was removed is not told of any more, and the others are', async () => {
  await using hub = new MemoryHub();
  const { node, scrape } = await hubWithTwoProjects(hub);
  const before = (await scrape()).text;
  await node.decide(HUB_PROJECT, decideProjectRemove, { projectId: 'sim' });
  await vi.waitUntil(() => node.projects.get('sim') === undefined, SOON);
  const { text } = await scrape();
  expect(linesOf(before, 'sim')).toHaveLength(linesOf(before, 'acme').length);
  expect(linesOf(text, 'sim')).toEqual([]);
  expect(linesOf(text, 'acme')).toHaveLength(linesOf(before, 'acme').length);
});

test('two scrapes at once tell the same, as one alone does', async () => {
  await using hub = new MemoryHub();
  const { node, scrape } = await hubWithTwoProjects(hub);
  vi.spyOn(node.project('acme').ledger, 'contention', 'get').mockReturnValue({ conflicts: 3, waits: 2 });
  const [one, two] = await Promise.all([scrape(), scrape()]);
  for (const { text } of [one, two, await scrape()])
    expect(linesOf(text, 'acme')).toEqual(
      expect.arrayContaining([
        'signalbox_ledger_conflicts_total{project="acme"} 3',
        'signalbox_ledger_turn_waits_total{project="acme"} 2',
      ]),
    );
});
