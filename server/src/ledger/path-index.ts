import { anchorOf, isPattern, pathsOverlap } from '@signalbox/shared/paths';

/** A place in the tree. What it does not have is not there: nearly all are single files. */
interface Node {
  children?: Map<string, Node>;
  /** Claims whose path is exactly this file. */
  files?: Set<string>;
  /** Claims whose pattern is anchored here: it may cover anything below. */
  patterns?: Map<string, Set<string>>;
  /** Claims at or below, so that empty branches can be cut. */
  size: number;
}

/** Where a path belongs. */
interface Place {
  path: string;
  pattern: boolean;
  anchor: readonly string[];
}

let latest: Place = { path: '', pattern: false, anchor: [''] };

/** One decision asks after the same path several times in a row. */
function placeOf(path: string): Place {
  if (latest.path !== path) latest = { path, pattern: isPattern(path), anchor: anchorOf(path) };
  return latest;
}

/**
 * Claims by path, as a tree of segments: a path can only overlap patterns anchored above it, and, when it is a pattern
 * itself, what lies below its own anchor. Cost follows the depth and the real neighbours, not the number of claims.
 */
export class PathIndex {
  readonly #root: Node = { size: 0 };

  add(path: string, claim: string): void {
    if (this.#claimsAt(path)?.has(claim)) return;
    const { anchor, pattern } = placeOf(path);
    let node = this.#root;
    node.size++;
    for (const segment of anchor) {
      node.children ??= new Map();
      let child = node.children.get(segment);
      if (child === undefined) {
        child = { size: 0 };
        node.children.set(segment, child);
      }
      child.size++;
      node = child;
    }
    if (!pattern) {
      node.files ??= new Set();
      node.files.add(claim);
      return;
    }
    node.patterns ??= new Map();
    const claims = node.patterns.get(path);
    if (claims === undefined) node.patterns.set(path, new Set([claim]));
    else claims.add(claim);
  }

  delete(path: string, claim: string): void {
    const claims = this.#claimsAt(path);
    if (claims?.delete(claim) !== true) return;
    const { anchor, pattern } = placeOf(path);
    if (pattern && claims.size === 0) this.#find(anchor)?.patterns?.delete(path);
    let node = this.#root;
    node.size--;
    for (const segment of anchor) {
      const child = node.children?.get(segment);
      if (child === undefined) return;
      child.size--;
      if (child.size === 0) {
        node.children?.delete(segment);
        return;
      }
      node = child;
    }
  }

  /** Ids of claims with a path overlapping the canonical `path`. */
  overlapping(path: string): ReadonlySet<string> {
    if (this.#root.size === 0) return NONE;
    const found = new Set<string>();
    const { anchor, pattern } = placeOf(path);
    let node = this.#root;
    addPatterns(node, path, found);
    for (const segment of anchor) {
      const child = node.children?.get(segment);
      if (child === undefined) return found;
      node = child;
      addPatterns(node, path, found);
    }
    if (pattern) addBelow(node, anchor.join('/'), path, found);
    else if (node.files !== undefined) for (const claim of node.files) found.add(claim);
    return found;
  }

  #claimsAt(path: string): Set<string> | undefined {
    const { anchor, pattern } = placeOf(path);
    const node = this.#find(anchor);
    return pattern ? node?.patterns?.get(path) : node?.files;
  }

  #find(anchor: readonly string[]): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const segment of anchor) node = node?.children?.get(segment);
    return node;
  }
}

const NONE: ReadonlySet<string> = new Set();

function addPatterns({ patterns }: Node, path: string, found: Set<string>): void {
  if (patterns === undefined) return;
  for (const [other, claims] of patterns) if (pathsOverlap(path, other)) for (const claim of claims) found.add(claim);
}

function addBelow({ files, children }: Node, prefix: string, path: string, found: Set<string>): void {
  if (files !== undefined && files.size > 0 && pathsOverlap(path, prefix)) for (const claim of files) found.add(claim);
  if (children === undefined) return;
  for (const [segment, child] of children) {
    addPatterns(child, path, found);
    addBelow(child, prefix === '' ? segment : `${prefix}/${segment}`, path, found);
  }
}
