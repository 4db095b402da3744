import { HUB_PROJECT } from '@signalbox/shared/ids';
import { describe, expect, test, vi } from 'vitest';
import { decideProjectCreate, decideProjectRemove } from '../domain/hub.ts';
import type { Draft } from '../domain/view.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LiveTime } from '../presence/live-time.ts';
import { SOON } from '../testing/soon.ts';
import { MemoryHub, type MemoryNode } from './testing/memory-hub.ts';

const create = (on: MemoryNode, id = 'sim'): Promise<unknown> =>
  on.decide(HUB_PROJECT, decideProjectCreate, { id, simulated: true });
const remove = (on: MemoryNode): Promise<unknown> => on.decide(HUB_PROJECT, decideProjectRemove, { projectId: 'sim' });
const opens = (on: MemoryNode): Promise<unknown> => vi.waitUntil(() => on.projects.get('sim') !== undefined, SOON);
const closes = (on: MemoryNode): Promise<unknown> => vi.waitUntil(() => on.projects.get('sim') === undefined, SOON);

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

test('a project that cannot be opened as a whole leaves no ledger open, and opens when it can', async () => {
  await using hub = new MemoryHub();
  const node = await hub.join('one');
  const open = vi.spyOn(Ledger, 'open');
  const close = vi.spyOn(Ledger.prototype, 'close');
  hub.seriesRefused = true;
  await create(node);
  await expect(node.projects.find('sim')).rejects.toThrow('refused');
  expect(open.mock.calls.length).toBeGreaterThan(0);
  expect(close.mock.calls.length).toBe(open.mock.calls.length);
  hub.seriesRefused = false;
  expect(await node.projects.find('sim')).toMatchObject({ id: 'sim' });
  vi.restoreAllMocks();
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
    await vi.waitUntil(() => looks.mock.calls.length >= 2, SOON);
    expect([hub.erased, (await project())?.removing]).toEqual([[], true]);
    pass(100);
    await vi.waitUntil(async () => (await project()) === undefined, SOON);
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
    await vi.waitUntil(() => hub.erased.includes('sim'), SOON);
    await vi.waitUntil(
      () => after.project(HUB_PROJECT).ledger.read((view) => view.get('project', 'sim') === undefined),
      SOON,
    );
  });

  test('takes nothing into the next of its id from a node that has heard of neither', async () => {
    await using hub = new MemoryHub();
    const { live, pass } = hand();
    const [node, deaf] = [await hub.joinAlone(live), await hub.join('deaf')];
    await create(node);
    await deaf.projects.find('sim');
    const old = deaf.project('sim');
    const write = (draft: Draft): object => draft.put({ kind: 'counter', id: 'T', last: 1 });
    const counting = { command: 'test', caller: { kind: 'hub' }, decide: write } as const;
    expect(await old.ledger.execute(counting)).toMatchObject({ ok: true });
    hub.ledgers.get(HUB_PROJECT)?.tails.delete('deaf');
    await remove(node);
    await closes(node);
    pass(2_000);
    await vi.waitUntil(() => hub.erased.includes('sim'), SOON);
    // Gone, and not made anew: not by its command, and not by opening it again from what it believes.
    expect(await old.ledger.execute(counting)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    await closes(deaf);
    expect(hub.ledgers.get('sim')).toMatchObject({ adoptedRun: '', seq: 0 });
    await vi.waitUntil(
      () => node.project(HUB_PROJECT).ledger.read((view) => view.get('project', 'sim') === undefined),
      SOON,
    );
    await create(node);
    await opens(node);
    expect(await old.ledger.execute(counting)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await node.project('sim').ledger.read((view) => view.get('counter', 'T'))).toBeUndefined();
    expect(await deaf.projects.find('sim')).not.toBe(old);
    expect(await deaf.project('sim').ledger.execute(counting)).toMatchObject({ ok: true });
    expect(hub.errors).toEqual([]);
  });

  test('gives way to the next of its id on a node that hears of both at once', async () => {
    await using hub = new MemoryHub();
    const { live, pass } = hand();
    const [node, deaf] = [await hub.joinAlone(live), await hub.join('deaf')];
    await create(node);
    await deaf.projects.find('sim');
    const old = deaf.project('sim');
    hub.ledgers.get(HUB_PROJECT)?.tails.delete('deaf');
    await remove(node);
    await closes(node);
    pass(2_000);
    const { ledger } = node.project(HUB_PROJECT);
    await vi.waitUntil(() => ledger.read((view) => view.get('project', 'sim') === undefined), SOON);
    await create(node);
    // Loaded as a whole, what came between is not seen.
    hub.ledgers.get(HUB_PROJECT)?.restart();
    await old.ledger.execute({ command: 'test', caller: { kind: 'hub' }, decide: () => ({}) });
    await vi.waitUntil(() => deaf.projects.get('sim')?.ledger.removed === false, SOON);
    expect(deaf.project('sim')).not.toBe(old);
    expect(hub.errors).toEqual([]);
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
    await vi.waitUntil(() => ledger.read((view) => view.get('project', 'sim')?.removing === undefined), SOON);
    expect(hub.erased).toEqual([]);
  });
});
