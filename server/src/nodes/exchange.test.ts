import { HUB_PROJECT } from '@signalbox/shared/ids';
import { expect, test, vi } from 'vitest';
import { decideRegister } from '../domain/agents.ts';
import { decideProjectCreate } from '../domain/hub.ts';
import { MemoryHub, type MemoryNode } from '../hosted-projects/testing/memory-hub.ts';
import { SOON } from '../testing/soon.ts';
import { parseBeacon } from './beacon.ts';

async function twoNodes(hub: MemoryHub, monotonic?: () => number): Promise<[MemoryNode, MemoryNode]> {
  const nodes: [MemoryNode, MemoryNode] = [await hub.join('one', monotonic), await hub.join('two', monotonic)];
  await nodes[0].decide(HUB_PROJECT, decideProjectCreate, { id: 'acme' });
  for (const { projects } of nodes) await vi.waitUntil(() => projects.get('acme') !== undefined, SOON);
  return nodes;
}

/** Two nodes whose time passes by hand: only when their beacons go is up to the machine. */
async function twoNodesByHand(hub: MemoryHub) {
  let ms = 0;
  const [one, two] = await twoNodes(hub, () => ms);
  const pass = (by: number): void => {
    // More would be a pause.
    for (let passed = 0; passed < by; passed += 100) {
      ms += 100;
      for (const node of [one, two]) node.project('acme').presence.now();
    }
  };
  return { one, two, pass };
}

const register = async (on: MemoryNode, id: string): Promise<number> => {
  const profile = { id, role: 'developer', instance: id };
  const { agent } = await on.decide('acme', decideRegister, { profile, via: 'http' as const });
  on.project('acme').presence.beat(id, agent.connection);
  return agent.connection;
};
const knows = (on: MemoryNode, id: string): Promise<boolean> =>
  on.project('acme').ledger.read((view) => view.get('agent', id) !== undefined);
const isTail = (message: string): boolean => parseBeacon(message) === undefined;

test('what one node writes the other has', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  await register(one, 'alice');
  await vi.waitUntil(() => knows(two, 'alice'), SOON);
});

test('what was said and never heard is noticed by where the ledger is', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  hub.wire.drops = (to, message) => to === two.bus && isTail(message);
  let beacons = 0;
  const noticed = new Promise<number>((resolve) => two.project('acme').ledger.onCommit(() => resolve(beacons)));
  two.nodes.onBeacon(({ node }) => node === 'one' && beacons++);
  await register(one, 'alice');
  expect(await knows(two, 'alice')).toBe(false);
  beacons = 0;
  // One may have been on its way when it was written.
  expect(await noticed).toBeLessThanOrEqual(2);
});

test('after a time of deafness everything is there', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  hub.wire.drops = (to) => to === two.bus;
  await register(one, 'alice');
  expect(await knows(two, 'alice')).toBe(false);
  two.bus.gap();
  await vi.waitUntil(() => knows(two, 'alice'), SOON);
});

test('signs of life that one node hears count on the other, and are as old as they are', async () => {
  await using hub = new MemoryHub();
  const { one, two, pass } = await twoNodesByHand(hub);
  const connection = await register(one, 'alice');
  const { presence } = two.project('acme');
  // It knows her by the ledger, long before it is told when she was heard.
  expect(presence.ageOf('alice', connection)).toBe(0);
  pass(700);
  await vi.waitUntil(() => presence.wasHeard('alice', connection), SOON);
  expect(presence.isOpen('alice')).toBe(false);
  pass(300);
  expect(one.project('acme').presence.ageOf('alice', connection)).toBe(1_000);
  expect(presence.ageOf('alice', connection)).toBe(1_000);
});

test('after a time of deafness all have their time', async () => {
  await using hub = new MemoryHub();
  const { one, two, pass } = await twoNodesByHand(hub);
  const connection = await register(one, 'alice');
  const { presence } = two.project('acme');
  await vi.waitUntil(() => presence.wasHeard('alice', connection), SOON);
  pass(500);
  expect(presence.ageOf('alice', connection)).toBe(500);
  two.bus.gap();
  expect(presence.ageOf('alice', connection)).toBe(0);
});

/** What a node says of one sign of life, and where its ledger is. */
const sayBeat = (hub: MemoryHub, connection: number, epoch: number): void => {
  const beacon = { node: 'one', at: 0, beats: [['acme', ['alice', connection, 0]]], heads: { acme: [epoch, 0] } };
  hub.wire.send('nodes', JSON.stringify(beacon));
  hub.wire.flush();
};

test('after a time of deafness signs of life count from our next own beacon on: before, they may have waited', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  const connection = await register(one, 'alice');
  const { presence, ledger } = two.project('acme');
  await vi.waitUntil(() => presence.wasHeard('alice', connection), SOON);
  two.bus.gap();
  sayBeat(hub, connection, ledger.epoch);
  expect(presence.wasHeard('alice', connection)).toBe(false);
  await vi.waitUntil(() => {
    sayBeat(hub, connection, ledger.epoch);
    return presence.wasHeard('alice', connection);
  }, SOON);
});

test('signs of life of another epoch than ours do not count', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  const connection = await register(one, 'alice');
  const { presence, ledger } = two.project('acme');
  sayBeat(hub, connection + 1_000, ledger.epoch - 1);
  expect(presence.wasHeard('alice', connection + 1_000)).toBe(false);
  sayBeat(hub, connection + 1_000, ledger.epoch);
  expect(presence.wasHeard('alice', connection + 1_000)).toBe(true);
});

test('where the ledger is goes with every sign of life', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  const connection = await register(one, 'alice');
  const told: unknown[] = [];
  const { epoch, seq } = one.project('acme').ledger;
  two.nodes.onBeacon(({ node, beats, heads }) => {
    if (node === 'one' && beats.length > 0) told.push(heads.acme);
  });
  // Long after the last commit it beats again.
  await vi.waitUntil(() => told.length > 0, SOON);
  await new Promise((resolve) => one.nodes.onBeacon(resolve));
  await new Promise((resolve) => one.nodes.onBeacon(resolve));
  told.length = 0;
  one.project('acme').presence.beat('alice', connection);
  await vi.waitUntil(() => told.length > 0, SOON);
  expect(told[0]).toEqual([epoch, seq]);
});

test('what was said under the last epoch, when others were in the next one already, is said again', async () => {
  await using hub = new MemoryHub();
  const [one, two] = await twoNodes(hub);
  const connection = await register(one, 'alice');
  const [here, there] = [one.project('acme'), two.project('acme')];
  await vi.waitUntil(() => there.presence.wasHeard('alice', connection), SOON);
  // One hears only itself, and so goes on in an epoch that is over.
  hub.wire.drops = (to, message) => to === one.bus && parseBeacon(message)?.node !== 'one';
  hub.ledgers.get('acme')?.restart();
  await there.ledger.catchUp();
  there.presence.restartOf('alice');
  here.presence.beat('alice', connection);
  const told = new Promise<void>((resolve) => {
    two.nodes.onBeacon(({ node, beats }) => node === 'one' && beats.length > 0 && resolve());
  });
  await told;
  // So that it knows that this was heard.
  await new Promise((resolve) => two.nodes.onBeacon(({ node }) => node === 'one' && resolve(undefined)));
  expect(here.ledger.epoch).toBeLessThan(there.ledger.epoch);
  expect(there.presence.wasHeard('alice', connection)).toBe(false);
  await here.ledger.catchUp();
  await vi.waitUntil(() => there.presence.wasHeard('alice', connection), SOON);
});
