import { refuse } from '@signalbox/shared/errors';
import type { Draft } from './view.ts';

export function missingDependency(draft: Draft, dependencies: readonly string[]) {
  const missing = dependencies.find((id) => draft.get('task', id) === undefined);
  return missing === undefined
    ? undefined
    : refuse('BAD_INPUT', `dependencies: there is no task ${missing} in this project.`, {
        details: { field: 'dependencies' },
      });
}

/** A cycle in the graph `edges[from] = [to …]`, as a closed walk of node numbers. Iterative: plans may be long chains. */
export function cycleOf(edges: readonly (readonly number[])[]): number[] | undefined {
  const state = new Array<'open' | 'done' | undefined>(edges.length);
  for (const root of edges.keys()) {
    const walk: { node: number; next: number }[] = state[root] === undefined ? [{ node: root, next: 0 }] : [];
    while (walk.length > 0) {
      const top = walk.at(-1);
      if (top === undefined) break;
      state[top.node] = 'open';
      const to = edges[top.node]?.[top.next++];
      if (to === undefined) {
        state[top.node] = 'done';
        walk.pop();
      } else if (state[to] === 'open') {
        const nodes = walk.map(({ node }) => node);
        return [...nodes.slice(nodes.indexOf(to)), to];
      } else if (state[to] === undefined) walk.push({ node: to, next: 0 });
    }
  }
  return undefined;
}

/** A way from `taskId` over the given dependencies back to it. */
export function pathTo(draft: Draft, taskId: string, dependencies: readonly string[]): string[] | undefined {
  const cameFrom = new Map<string, string>(dependencies.map((id) => [id, taskId]));
  const open = [...dependencies];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === taskId) {
      const path = [taskId];
      for (let step = cameFrom.get(taskId); step !== undefined && step !== taskId; step = cameFrom.get(step))
        path.unshift(step);
      return [taskId, ...path];
    }
    for (const dependency of draft.get('task', id)?.dependencies ?? [])
      if (!cameFrom.has(dependency)) {
        cameFrom.set(dependency, id);
        open.push(dependency);
      }
  }
  return undefined;
}
