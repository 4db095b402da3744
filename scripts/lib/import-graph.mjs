import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { listFiles } from './fingerprint.mjs';
import { readImports } from './imports.mjs';

const SOURCE = /\.(ts|tsx|mjs)$/;

/**
 * Who imports whom below these folders of `root`: a map from file (relative to root) to its imports
 * [{ specifier, typeOnly, file? }]; `file` is there when it is a file of ours.
 */
export function readGraph(root, folders) {
  const files = folders.flatMap((folder) => listFiles(join(root, folder))).filter((file) => SOURCE.test(file));
  return new Map(files.map((file) => [relative(root, file), importsOf(root, file)]));
}

function importsOf(root, file) {
  return readImports(readFileSync(file, 'utf8')).map((found) => {
    const target = resolveOwn(root, relative(root, file), found.specifier);
    return target === undefined ? found : { ...found, file: target };
  });
}

function resolveOwn(root, from, specifier) {
  if (specifier.startsWith('.')) {
    const path = normalize(join(dirname(from), specifier));
    return path.includes('/dist/') ? undefined : path; // what is built is nobody's source
  }
  const [, part, name] = /^@signalbox\/(\w+)\/(.+)$/.exec(specifier) ?? [];
  if (part === undefined) return undefined;
  return (
    [`${part}/src/${name}.ts`, `${part}/src/${name}.tsx`, `${part}/${name}.ts`].find((path) =>
      existsSync(join(root, path)),
    ) ?? `${part}/src/${name}.ts`
  );
}

/** Loops of imports, each as the list of its files; type-only imports are gone at run time but count as well. */
export function findCycles(graph) {
  const done = new Set();
  const cycles = [];
  const visit = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push(path.slice(at));
    if (at >= 0 || done.has(file)) return;
    for (const { file: next } of graph.get(file) ?? []) if (next !== undefined) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

/** The way from a file to a package through imports that stay at run time, or undefined. */
export function findRuntimePath(graph, start, isTarget) {
  const cameFrom = new Map([[start, undefined]]);
  for (const file of cameFrom.keys()) {
    for (const { specifier, typeOnly, file: next } of graph.get(file) ?? []) {
      if (typeOnly) continue;
      if (isTarget(specifier)) return [...trace(cameFrom, file), specifier];
      if (next !== undefined && !cameFrom.has(next)) cameFrom.set(next, file);
    }
  }
  return undefined;
}

function trace(cameFrom, file) {
  const before = cameFrom.get(file);
  return before === undefined ? [file] : [...trace(cameFrom, before), file];
}

/** Every file that these files need, at run time or for their types. */
export function reachable(graph, starts) {
  const reached = new Set(starts);
  for (const file of reached) {
    for (const { file: next } of graph.get(file) ?? []) if (next !== undefined) reached.add(next);
  }
  return reached;
}
