import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cycleOf } from './dependencies.ts';
import { decideForget } from './retention.ts';
import { HUB, Scene } from './testing/scene.ts';

describe('a circle in a plan', () => {
  test.each<[string, number[][], number[] | undefined]>([
    ['nothing at all', [], undefined],
    ['nobody waits', [[], []], undefined],
    ['one for itself', [[0]], [0, 0]],
    ['two for each other', [[1], [0]], [0, 1, 0]],
    ['two ways to the same', [[1, 2], [3], [3], []], undefined],
    ['the second way closes it', [[1, 2], [], [0]], [0, 2, 0]],
    ['behind a tail, which is no part of it', [[1], [2], [3], [1]], [1, 2, 3, 1]],
    ['among what comes later in the plan', [[], [0], [3], [2]], [2, 3, 2]],
    ['seen before from elsewhere', [[], [0], [1], [2, 0]], undefined],
  ])('[TK2] %s', (_, edges, cycle) => {
    expect(cycleOf(edges)).toEqual(cycle);
  });

  const graph = fc.integer({ min: 0, max: 7 }).chain((size) =>
    fc.array(fc.array(fc.nat({ max: Math.max(0, size - 1) }), { maxLength: 4 }), {
      minLength: size,
      maxLength: size,
    }),
  );

  test('[TK2] is found when there is one, and is one', () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const reached = edges.map((to) => new Set(to));
        for (const _ of edges)
          for (const to of reached) for (const one of [...to]) for (const next of edges[one] ?? []) to.add(next);
        const cycle = cycleOf(edges);
        expect(cycle !== undefined).toBe(reached.some((to, node) => to.has(node)));
        for (const [at, node] of cycle?.slice(1).entries() ?? []) expect(edges[cycle?.[at] ?? -1]).toContain(node);
        if (cycle !== undefined) expect(cycle.at(-1)).toBe(cycle[0]);
      }),
      { seed: Number(process.env.SEED ?? 20_251_120) },
    );
  });
});

describe('a circle by another dependency', () => {
  /** T-1; T-2 and T-3 wait for it; T-4 for both. */
  function diamond(): Scene {
    const scene = new Scene();
    const tasks = [
      { key: 'a', title: 'A' },
      { key: 'b', title: 'B', dependencies: ['a'] },
      { key: 'c', title: 'C', dependencies: ['a'] },
      { title: 'D', dependencies: ['b', 'c'] },
      { title: 'E' },
    ];
    scene.as('human:kim').call('task.createMany', { tasks });
    return scene;
  }
  const circle = (taskId: string, dependencies: string[]): unknown => {
    const reply = diamond().as('human:kim').attempt('task.update', { taskId, dependencies });
    return 'refused' in reply ? reply.refused.details?.cycle : undefined;
  };

  test.each<[string, string[], string[] | undefined]>([
    ['T-1', ['T-4'], ['T-1', 'T-4', 'T-3', 'T-1']],
    ['T-1', ['T-5', 'T-2'], ['T-1', 'T-2', 'T-1']],
    ['T-1', ['T-2', 'T-5'], ['T-1', 'T-2', 'T-1']],
    ['T-2', ['T-1', 'T-3'], undefined],
    ['T-4', ['T-1', 'T-2', 'T-3'], undefined],
    ['T-4', [], undefined],
  ])('[TK5] %s on %j: %j', (taskId, dependencies, cycle) => {
    expect(circle(taskId, dependencies)).toEqual(cycle);
  });

  test('[TK5] is looked for behind what is done, as far as that is still there', () => {
    const scene = diamond();
    const kim = scene.as('human:kim');
    scene.agent('alice', { accepts: 'pull' });
    for (const taskId of ['T-1', 'T-2']) {
      kim.call('task.assign', { taskId, agentId: 'alice' });
      scene.as('alice').call('task.start', { taskId, attempt: 1 });
      scene.as('alice').call('task.complete', { taskId, attempt: 1 });
    }
    for (const taskId of ['T-3', 'T-4']) kim.call('task.cancel', { taskId, reason: 'x' });
    scene.decide(HUB, decideForget, { kind: 'task', ids: ['T-1'], before: scene.at, crowded: false });
    expect(scene.replica.get('task', 'T-1')).toBeUndefined();
    expect(kim.call('task.update', { taskId: 'T-5', dependencies: ['T-2'] }).task.dependencies).toEqual(['T-2']);
  });
});

describe('many ways to the same', () => {
  const DEPTH = 40;
  /** Two tasks a step, each of which waits for both of the next step: 2 ** DEPTH ways to the last ones. */
  const lattice = Array.from({ length: 2 * DEPTH }, (_, n) => {
    const next = 2 * Math.floor(n / 2) + 2;
    return { key: `k${n}`, title: 'Step', ...(next < 2 * DEPTH && { dependencies: [`k${next}`, `k${next + 1}`] }) };
  });

  test('[TK2] [TK5] are gone once each', () => {
    const scene = new Scene();
    const kim = scene.as('human:kim');
    kim.call('task.createMany', { tasks: lattice });
    kim.call('task.create', { title: 'Last' });
    const dependencies = ['T-1', 'T-2'];
    expect(kim.call('task.update', { taskId: `T-${2 * DEPTH + 1}`, dependencies }).task.dependencies).toEqual(
      dependencies,
    );
  });
});
