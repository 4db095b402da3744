import { HUB_PROJECT } from '@signalbox/shared/ids';
import { describe, expect, test, vi } from 'vitest';
import { decideProjectCreate, decideProjectRemove } from '../domain/hub.ts';
import { LiveTime } from '../presence/live-time.ts';
import { MemoryHub, type MemoryNode } from './testing/memory-hub.ts';

const create = (on: MemoryNode, id = 'sim'): Promise<unknown> =>
  on.decide(HUB_PROJECT, decideProjectCreate, { id, simulated: true });
const remove = (on: MemoryNode): Promise<unknown> => on.decide(HUB_PROJECT, decideProjectRemove, { projectId: 'sim' });
const opens = (on: MemoryNode): Promise<unknown> => vi.waitUntil(() => on.projects.get('sim') !== undefined);
const closes = (on: MemoryNode): Promise<unknown> => vi.waitUntil(() => on.projects.get('sim') === undefined);

/** Live time moved by hand, in steps that count. */
function hand() {
  let ms = 0;
  const live = new LiveTime(() => ms);
  return {
    live,
    pass(by: number) {
      for (let passed = 0; passed < by; passed += 100) {
        ms += 100;
        live.now();
      }
    },
  };
}

test('a project that one node creates opens on the other', async () => {
  await using hub = new MemoryHub();
  const [one, two] = [await hub.join('one'), await hub.join('two')];
  await create(one);
  await Promise.all([opens(one), opens(two)]);
  expect([...two.projects.all()].map(({ id }) => id)).toEqual(['sim']);
});

test('a project is found that another node has created a moment ago', async () => {
  await using hub = new MemoryHub();
  const [one, two] = [await hub.join('one'), await hub.join('two')];
  hub.wire.drops = (to) => to === two.bus;
  await create(one);
  expect(two.projects.get('sim')).toBeUndefined();
  expect(await two.projects.find('sim')).toMatchObject({ id: 'sim' });
  expect(await two.projects.find('nowhere')).toBeUndefined();
});

test('a node that starts opens what there is, but for what is being removed', async () => {
  await using hub = new MemoryHub();
  const one = await hub.join('one');
  await create(one, 'acme');
  await create(one);
  await remove(one);
  const two = await hub.join('two');
  expect([...two.projects.all()].map(({ id }) => id)).toEqual(['acme']);
});

describe('a project that is removed', () => {
  test('closes on every node, and who speaks with it is told once', async () => {
    await using hub = new MemoryHub();
    const [one, two] = [await hub.join('one'), await hub.join('two')];
    await create(one);
    await Promise.all([opens(one), opens(two)]);
    const sim = two.project('sim');
    const told: unknown[] = [];
    two.projects.onClosed((project) => told.push(project));
    await remove(one);
    await Promise.all([closes(one), closes(two)]);
    expect(told).toEqual([sim]);
    expect(await sim.ledger.execute({ command: 'test', caller: { kind: 'hub' }, decide: () => ({}) })).toMatchObject({
      ok: false,
    });
    expect(hub.errors).toEqual([]);
  });

  test('is deleted two seconds later, and its id is free', async () => {
    await using hub = new MemoryHub();
    const { live, pass } = hand();
    const node = await hub.joinAlone(live);
    await create(node);
    await opens(node);
    await remove(node);
    await closes(node);
    const project = () => node.project(HUB_PROJECT).ledger.read((view) => view.get('project', 'sim'));
    pass(1_900);
    const looks = vi.spyOn(live, 'now');
    // The next looks find that it is not time yet.
    await vi.waitUntil(() => looks.mock.calls.length >= 2, { timeout: 5_000 });
    expect([hub.erased, (await project())?.removing]).toEqual([[], true]);
    pass(100);
    await vi.waitUntil(async () => (await project()) === undefined, { timeout: 5_000 });
    expect(hub.erased).toEqual(['sim']);
    await create(node);
    await opens(node);
    expect(node.project('sim').ledger.seq).toBe(0);
  });

  test('is deleted after a start, when the hub died before', async () => {
    await using hub = new MemoryHub();
    const { live, pass } = hand();
    const before = await hub.joinAlone(live);
    await create(before);
    await remove(before);
    await before.projects.close();
    const after = await hub.joinAlone(live);
    pass(2_000);
    await vi.waitUntil(() => hub.erased.includes('sim'), { timeout: 5_000 });
    await vi.waitUntil(
      () => after.project(HUB_PROJECT).ledger.read((view) => view.get('project', 'sim') === undefined),
      { timeout: 5_000 },
    );
  });

  test('is left alone when its id belongs to a new project by then', async () => {
    await using hub = new MemoryHub();
    const { live, pass } = hand();
    const [slow, other] = [await hub.joinAlone(live), await hub.join('other')];
    await create(slow);
    await remove(slow);
    await closes(slow);
    // The other deletes it and somebody makes it anew, of which the slow one does not hear.
    const store = hub.ledgers.get(HUB_PROJECT);
    store?.tails.delete('alone');
    await other.decide(HUB_PROJECT, (draft) => draft.remove('project', 'sim'), {});
    await create(other);
    await opens(other);
    pass(10_000);
    const { ledger } = slow.project(HUB_PROJECT);
    await vi.waitUntil(() => ledger.read((view) => view.get('project', 'sim')?.removing === undefined), {
      timeout: 5_000,
    });
    expect(hub.erased).toEqual([]);
  });
});
