import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveTime } from '../presence/live-time.ts';
import { parseBeacon } from './beacon.ts';
import { BEACON_EVERY_MS, GONE_AFTER_MS, Nodes } from './nodes.ts';
import { type MemoryBus, MemoryWire } from './testing/memory-bus.ts';

const STEP_MS = 50;

interface Made {
  id: string;
  nodes: Nodes;
  bus: MemoryBus;
  gone: string[];
  gaps: number;
}

/** Nodes on one wire, in a time that is moved by hand. */
class World {
  readonly wire = new MemoryWire();
  readonly made: Made[] = [];
  /** Messages said since this was last emptied, by whom. */
  said: string[] = [];
  /** Messages take their time. */
  slow = false;
  #ms = 0;

  async join(id: string): Promise<Made> {
    const bus = this.wire.bus();
    const live = new LiveTime(() => this.#ms);
    const nodes = await Nodes.start({
      node: id,
      bus,
      channel: 'nodes',
      ownChannel: (node) => `own:${node}`,
      live,
      monotonic: () => this.#ms,
    });
    await bus.subscribe(`own:${id}`, () => {});
    const made: Made = { id, nodes, bus, gone: [], gaps: 0 };
    nodes.onGone((node) => made.gone.push(node));
    nodes.onGap(() => made.gaps++);
    this.made.push(made);
    this.flush();
    return made;
  }

  flush(): void {
    for (const message of this.wire.flush()) this.said.push(parseBeacon(message)?.node ?? '');
  }

  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.#ms += STEP_MS;
      vi.advanceTimersByTime(STEP_MS);
      for (const { nodes } of this.made) nodes.heardUntil();
      if (!this.slow) this.flush();
    }
  }

  /** Nothing runs in this time. */
  standStill(ms: number): void {
    this.#ms += ms;
  }

  /** kill -9. */
  kill(made: Made): void {
    made.nodes.stop();
    made.bus.kill();
    this.wire.drops = () => true;
    this.flush();
    this.wire.drops = () => false;
    this.made.splice(this.made.indexOf(made), 1);
  }
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  for (const { nodes } of world.made) nodes.stop();
  vi.useRealTimers();
});

describe('who lives', () => {
  test('is known at once to whoever comes, and of whoever comes', async () => {
    const a = await world.join('a');
    const b = await world.join('b');
    expect([a.nodes.others(), b.nodes.others()]).toEqual([['b'], ['a']]);
  });

  test('one message of each node in every beacon’s time, and no more', async () => {
    await world.join('a');
    await world.join('b');
    world.pass(BEACON_EVERY_MS);
    world.said = [];
    world.pass(10 * BEACON_EVERY_MS);
    expect([world.said.filter((id) => id === 'a').length, world.said.length]).toEqual([10, 20]);
  });

  test('whoever is killed is gone after three seconds of silence, not before', async () => {
    const a = await world.join('a');
    world.pass(2 * GONE_AFTER_MS);
    const b = await world.join('b');
    world.pass(BEACON_EVERY_MS);
    world.kill(b);
    world.pass(GONE_AFTER_MS - BEACON_EVERY_MS);
    expect([a.nodes.isGone('b'), a.gone]).toEqual([false, []]);
    world.pass(2 * BEACON_EVERY_MS + STEP_MS);
    expect([a.nodes.isGone('b'), a.gone, a.nodes.others()]).toEqual([true, ['b'], []]);
  });

  test('whoever says goodbye is gone at once', async () => {
    const a = await world.join('a');
    const b = await world.join('b');
    b.nodes.stop();
    world.flush();
    expect([a.nodes.isGone('b'), a.gone]).toEqual([true, ['b']]);
  });

  test('whoever said goodbye says nothing more, whoever comes', async () => {
    const a = await world.join('a');
    const b = await world.join('b');
    b.nodes.stop();
    world.flush();
    world.said = [];
    const c = await world.join('c');
    expect(world.said).not.toContain('b');
    expect([a.nodes.others(), c.nodes.others()]).toEqual([['c'], ['a']]);
  });

  test('whoever was silent and speaks again is there again', async () => {
    const a = await world.join('a');
    const b = await world.join('b');
    world.wire.drops = (to, message) => to === a.bus && parseBeacon(message)?.node === 'b';
    world.pass(GONE_AFTER_MS + 2 * BEACON_EVERY_MS);
    expect(a.gone).toEqual(['b']);
    world.wire.drops = () => false;
    world.pass(BEACON_EVERY_MS);
    expect([a.nodes.others(), a.nodes.isGone('b'), b.gone]).toEqual([['b'], false, []]);
  });
});

describe('of a node that was never heard', () => {
  test('nothing is known until it had the time to be heard', async () => {
    const a = await world.join('a');
    world.pass(GONE_AFTER_MS - STEP_MS);
    expect(a.nodes.isGone('of yesterday')).toBe(false);
    world.pass(2 * BEACON_EVERY_MS);
    expect(a.nodes.isGone('of yesterday')).toBe(true);
  });

  test('it can be found out at once', async () => {
    const a = await world.join('a');
    const mute = world.wire.bus();
    await mute.subscribe('own:mute', () => {});
    await a.nodes.findGone(['of yesterday', 'mute', 'a']);
    expect(['of yesterday', 'mute', 'a'].map((id) => a.nodes.isGone(id))).toEqual([true, false, false]);
  });
});

describe('who hears nothing, not even itself', () => {
  test('blames nobody, however long, and says when it hears again', async () => {
    const a = await world.join('a');
    const b = await world.join('b');
    world.pass(2 * GONE_AFTER_MS);
    world.wire.drops = (to) => to === a.bus;
    world.pass(4 * GONE_AFTER_MS);
    expect([a.gone, a.gaps, a.nodes.others()]).toEqual([[], 0, ['b']]);
    expect(a.nodes.isGone('of yesterday')).toBe(true);
    world.wire.drops = () => false;
    world.pass(BEACON_EVERY_MS);
    expect([a.gone, a.gaps, b.gone, b.gaps]).toEqual([[], 1, [], 0]);
    // It may have missed the coming of others.
    expect(a.nodes.isGone('of yesterday')).toBe(false);
    world.pass(GONE_AFTER_MS + BEACON_EVERY_MS);
    expect(a.nodes.isGone('of yesterday')).toBe(true);
  });

  test('a beacon that is a second late is no gap', async () => {
    const a = await world.join('a');
    world.pass(BEACON_EVERY_MS);
    world.standStill(900);
    world.pass(2 * BEACON_EVERY_MS);
    expect(a.gaps).toBe(0);
  });

  test('a pause of everything makes nobody gone', async () => {
    const a = await world.join('a');
    const b = await world.join('b');
    world.pass(BEACON_EVERY_MS);
    world.standStill(60_000);
    world.pass(GONE_AFTER_MS);
    expect([a.gone, b.gone, a.gaps, b.gaps]).toEqual([[], [], 1, 1]);
  });

  test('an interruption that the bus noticed is a gap', async () => {
    const a = await world.join('a');
    a.bus.gap();
    expect(a.gaps).toBe(1);
  });

  test('what waited while we stood still tells no signs of life, nor up to when they are known', async () => {
    const a = await world.join('a');
    await world.join('b');
    world.pass(2 * BEACON_EVERY_MS);
    const told: unknown[] = [];
    a.nodes.onBeacon(({ beats }) => told.push(...beats));
    const beats = [['acme', ['alice', 7, 0]]];
    const say = (): void => {
      world.wire.send('nodes', JSON.stringify({ node: 'b', at: 0, beats, heads: {} }));
      world.flush();
    };
    world.standStill(60_000);
    const until = a.nodes.heardUntil();
    say();
    expect([told, a.nodes.heardUntil(), a.gaps]).toEqual([[], until, 0]);
    world.pass(3 * BEACON_EVERY_MS);
    expect(a.gaps).toBe(1);
    say();
    expect(told).toEqual(beats);
  });
});

test('ranks are the places among the live, at most 3; one leads, once it has listened', async () => {
  const made = [];
  for (const id of ['c', 'a', 'e', 'b', 'd']) made.push(await world.join(id));
  const ranks = (): unknown => Object.fromEntries(world.made.map(({ id, nodes }) => [id, nodes.rank()]));
  expect(ranks()).toEqual({ a: 0, b: 1, c: 2, d: 3, e: 3 });
  expect(world.made.filter(({ nodes }) => nodes.leads())).toEqual([]);
  world.pass(GONE_AFTER_MS + BEACON_EVERY_MS);
  expect(world.made.filter(({ nodes }) => nodes.leads()).map(({ id }) => id)).toEqual(['a']);
  made[1]?.nodes.stop();
  world.flush();
  expect(ranks()).toMatchObject({ b: 0, c: 1, d: 2, e: 3 });
});

test('what others heard is known up to the oldest of their newest beacons', async () => {
  const a = await world.join('a');
  world.pass(GONE_AFTER_MS);
  const alone = a.nodes.heardUntil();
  const b = await world.join('b');
  world.pass(BEACON_EVERY_MS);
  const until = a.nodes.heardUntil();
  expect(until).toBeGreaterThanOrEqual(alone + BEACON_EVERY_MS);
  const other = b.nodes.heardUntil();
  world.wire.drops = (to, message) => to === a.bus && parseBeacon(message)?.node === 'b';
  world.pass(2_000);
  expect(a.nodes.heardUntil()).toBe(until);
  expect(b.nodes.heardUntil()).toBeGreaterThan(other);
});

test('news goes to others only, and again until it is proven to be heard', async () => {
  const a = await world.join('a');
  const asked: number[] = [];
  a.nodes.tell((since) => {
    asked.push(since);
    return { beats: [], heads: {} };
  });
  world.pass(3 * BEACON_EVERY_MS);
  expect(asked).toEqual([]);
  await world.join('b');
  world.pass(2 * BEACON_EVERY_MS);
  const proven = asked.at(-1);
  expect(asked.at(-2)).toBeLessThan(proven ?? 0);
  world.wire.drops = () => true;
  world.pass(3 * BEACON_EVERY_MS);
  const [next, ...unproven] = asked.slice(-3);
  expect(new Set(unproven)).toEqual(new Set([next]));
});

test('news of the time that a beacon took to come back is in the next one', async () => {
  const a = await world.join('a');
  await world.join('b');
  world.pass(BEACON_EVERY_MS);
  const asked: number[] = [];
  a.nodes.tell((since) => {
    asked.push(since);
    return { beats: [], heads: {} };
  });
  world.slow = true;
  world.pass(BEACON_EVERY_MS);
  world.pass(500);
  world.slow = false;
  world.pass(BEACON_EVERY_MS);
  const [first = 0, next = 0] = asked;
  expect(next - first).toBe(BEACON_EVERY_MS);
});

test('what is no beacon is nobody’s', async () => {
  const a = await world.join('a');
  for (const text of ['', 'null', '{"node":7}', '{"node":"b","at":1,"beats":[["p",["x"]]]}'])
    world.wire.send('nodes', text);
  world.flush();
  expect(a.nodes.others()).toEqual([]);
});
