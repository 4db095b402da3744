import { anchorOf, isPattern, pathsOverlap } from '@signalbox/shared/paths';

interface Node {
  children: Map<string, Node>;
  /** Claims whose path is exactly this file. */
  files: Set<string>;
  /** Claims whose pattern is anchored here: it may cover anything below. */
  patterns: Map<string, Set<string>>;
  /** Claims at or below, so that empty branches can be cut. */
  size: number;
}

const newNode = (): Node => ({ children: new Map(), files: new Set(), patterns: new Map(), size: 0 });

/**
 * Claims by path, as a tree of segments: a path can only overlap patterns anchored above it, and, when it is a pattern
 * itself, what lies below its own anchor. Cost follows the depth and the real neighbours, not the number of claims.
 */
export class PathIndex {
  readonly #root = newNode();

  add(path: string, claim: string): void {
    const branch = this.#branch(path, true);
    const node = branch.at(-1);
    if (node === undefined) return;
    const claims = isPattern(path) ? (node.patterns.get(path) ?? new Set()) : node.files;
    if (claims.has(claim)) return;
    claims.add(claim);
    if (isPattern(path)) node.patterns.set(path, claims);
    for (const step of branch) step.size++;
  }

  delete(path: string, claim: string): void {
    const branch = this.#branch(path, false);
    const segments = anchorOf(path);
    const node = branch[segments.length];
    const claims = isPattern(path) ? node?.patterns.get(path) : node?.files;
    if (claims?.delete(claim) !== true) return;
    if (isPattern(path) && claims.size === 0) node?.patterns.delete(path);
    for (const [depth, step] of branch.entries()) {
      step.size--;
      const segment = segments[depth - 1];
      if (step.size === 0 && segment !== undefined) branch[depth - 1]?.children.delete(segment);
    }
  }

  /** Ids of claims with a path overlapping the canonical `path`. */
  overlapping(path: string): Set<string> {
    const found = new Set<string>();
    const branch = this.#branch(path, false);
    const pattern = isPattern(path);
    for (const node of branch)
      for (const [other, claims] of node.patterns)
        if (pathsOverlap(path, other)) for (const claim of claims) found.add(claim);
    const anchor = branch[anchorOf(path).length];
    if (anchor === undefined) return found;
    if (!pattern) for (const claim of anchor.files) found.add(claim);
    else this.#below(anchor, anchorOf(path).join('/'), path, found);
    return found;
  }

  #below(node: Node, prefix: string, path: string, found: Set<string>): void {
    if (node.files.size > 0 && pathsOverlap(path, prefix)) for (const claim of node.files) found.add(claim);
    for (const [segment, child] of node.children) {
      for (const [other, claims] of child.patterns)
        if (pathsOverlap(path, other)) for (const claim of claims) found.add(claim);
      this.#below(child, prefix === '' ? segment : `${prefix}/${segment}`, path, found);
    }
  }

  /** The nodes from the root to the anchor of the path, as far as they exist. */
  #branch(path: string, create: boolean): Node[] {
    let node = this.#root;
    const branch = [node];
    for (const segment of anchorOf(path)) {
      let child = node.children.get(segment);
      if (child === undefined) {
        if (!create) break;
        child = newNode();
        node.children.set(segment, child);
      }
      branch.push(child);
      node = child;
    }
    return branch;
  }
}
