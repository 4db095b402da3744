import { naturalOrder } from '../../hub/natural-order.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { type Folding, type Row, type SeenLock, shownOf, unfolded } from './rows.ts';

interface Leaf extends SeenLock {
  path: string;
  name: string;
}

interface Folder {
  /** From the root, with a slash at the end; '' is the root. */
  path: string;
  folders: Map<string, Folder>;
  leaves: Leaf[];
  held: number;
  waiting: Set<string>;
  abnormal: boolean;
}

const emptyFolder = (path: string): Folder => ({
  path,
  folders: new Map(),
  leaves: [],
  held: 0,
  waiting: new Set(),
  abnormal: false,
});

const GLOB = /[*?[\]{}]/;

/** `src/auth/login.ts` lies in `src/auth/` as `login.ts`; a claim on all of `src/auth/**` in `src/` as `auth/**`. */
export function placeOf(path: string): { folders: readonly string[]; name: string } {
  const parts = path.split('/');
  const glob = parts.findIndex((part) => GLOB.test(part));
  let cut = glob < 0 ? parts.length - 1 : glob;
  if (glob > 0 && glob === parts.length - 1 && parts[glob] === '**') cut = glob - 1;
  return { folders: parts.slice(0, cut), name: parts.slice(cut).join('/') };
}

function treeOf(locks: readonly SeenLock[]): Folder {
  const root = emptyFolder('');
  for (const { lock, abnormal } of locks) {
    for (const path of lock.paths) {
      const { folders, name } = placeOf(path);
      let folder = root;
      count(folder, { lock, abnormal });
      for (const part of folders) {
        let below = folder.folders.get(part);
        if (below === undefined) {
          below = emptyFolder(`${folder.path}${part}/`);
          folder.folders.set(part, below);
        }
        folder = below;
        count(folder, { lock, abnormal });
      }
      folder.leaves.push({ lock, abnormal, path, name });
    }
  }
  return root;
}

function count(folder: Folder, { lock, abnormal }: SeenLock): void {
  folder.held++;
  if (!abnormal) return;
  folder.abnormal = true;
  for (const { lockId } of lock.waiters) folder.waiting.add(lockId);
}

/** A folder that holds nothing but one folder is written with it in one line. */
function unwrapped(folder: Folder): Folder {
  const [only] = folder.folders.values();
  return folder.leaves.length === 0 && folder.folders.size === 1 && only !== undefined ? unwrapped(only) : folder;
}

type Child = { name: string; abnormal: boolean } & ({ folder: Folder } | { leaf: Leaf });

function childrenOf(folder: Folder): Child[] {
  const children: Child[] = [];
  for (const wrapped of folder.folders.values()) {
    const below = unwrapped(wrapped);
    children.push({ name: below.path.slice(folder.path.length), abnormal: below.abnormal, folder: below });
  }
  for (const leaf of folder.leaves) children.push({ name: leaf.name, abnormal: leaf.abnormal, leaf });
  return children.sort(
    (a, b) =>
      Number(b.abnormal) - Number(a.abnormal) ||
      Number('folder' in b) - Number('folder' in a) ||
      naturalOrder(a.name, b.name),
  );
}

/** The claimed paths as they lie in their folders, what is abnormal first in each. */
export function fileRows(locks: readonly SeenLock[], folding: Folding): Row[] {
  const root = treeOf(locks);
  const rows: Row[] = [];
  const add = (child: Child, depth: number, siblings: readonly Child[]) => {
    const name = visibleText(child.name);
    if ('leaf' in child) {
      const { lock, path } = child.leaf;
      rows.push({ key: `${lock.id} ${path}`, lockId: lock.id, depth, name, elsewhere: lock.paths.length - 1 });
      return;
    }
    const { path: key, held, waiting, abnormal } = child.folder;
    // With nothing beside it, folded it would say nothing.
    const of = siblings.length === 1 ? 0 : root.held;
    const group = { key, depth, shown: unfolded(folding, { key, abnormal, of }) };
    rows.push({ key, group: name, depth, held, waiting: waiting.size, open: group.shown !== 'none' });
    if (group.shown === 'none') return;
    const children = childrenOf(child.folder);
    const { shown, rest } = shownOf(children, group);
    for (const below of shown) add(below, depth + 1, children);
    rows.push(...rest);
  };
  const top = childrenOf(root);
  for (const child of top) add(child, 0, top);
  return rows;
}
