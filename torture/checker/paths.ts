/**
 * Claimed paths as the workload sends them: files, and folders as `src/` or `src/**`, which mean all that lies below but
 * not `src` itself. `**` and the empty folder are the whole project.
 */
interface Place {
  segments: string[];
  folder: boolean;
}

function placeOf(path: string): Place {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const stars = segments.at(-1) === '**';
  if (stars) segments.pop();
  if (segments.some((segment) => segment.includes('*') || segment.includes('?')))
    throw new Error(`the checker knows files and folders, and no pattern like ${path}`);
  return { segments, folder: stars || path.endsWith('/') };
}

interface Node<T> {
  file: Set<T>;
  folder: Set<T>;
  children: Map<string, Node<T>>;
}
const newNode = <T>(): Node<T> => ({ file: new Set(), folder: new Set(), children: new Map() });

/** Items by path; finds those whose path overlaps another one without a look at all of them. */
export class PathIndex<T> {
  readonly #root = newNode<T>();

  add(path: string, item: T): void {
    const { segments, folder } = placeOf(path);
    let node = this.#root;
    for (const segment of segments) {
      const child = node.children.get(segment) ?? newNode<T>();
      node.children.set(segment, child);
      node = child;
    }
    (folder ? node.folder : node.file).add(item);
  }

  remove(path: string, item: T): void {
    const { segments, folder } = placeOf(path);
    let node: Node<T> | undefined = this.#root;
    for (const segment of segments) node = node?.children.get(segment);
    (folder ? node?.folder : node?.file)?.delete(item);
  }

  overlapping(path: string): T[] {
    const { segments, folder } = placeOf(path);
    const found: T[] = [];
    let node: Node<T> | undefined = this.#root;
    for (const segment of segments) {
      found.push(...node.folder);
      node = node.children.get(segment);
      if (node === undefined) return found;
    }
    if (!folder) found.push(...node.file);
    else {
      found.push(...node.folder);
      for (const child of node.children.values()) collect(child, found);
    }
    return found;
  }
}

function collect<T>(node: Node<T>, found: T[]): void {
  found.push(...node.file, ...node.folder);
  for (const child of node.children.values()) collect(child, found);
}
