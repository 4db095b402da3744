/**
 * A part of the repository that gets its own figures and report. A file belongs to the area whose folder is the longest
 * that contains it; `.` contains everything.
 */
export interface Area {
  /** The folder, or `.` */
  name: string;
  /** For file names and task keys. */
  slug: string;
}

export const ROOT = '.';
const AREAS_MAX = 10;
/** With fewer top-level folders than this, a dominating one is split. */
const FEW = 4;
const DOMINATES = 0.4;
const SIGNIFICANT = 0.1;

const contains = (folder: string, path: string): boolean => folder === ROOT || path.startsWith(`${folder}/`);

/** The largest top-level folders; of few, also the significant folders inside the one that dominates. */
export function chooseAreas(files: readonly string[]): Area[] {
  const top = foldersByCount(files, 1).slice(0, AREAS_MAX - 1);
  const chosen = top.map(({ folder }) => folder);
  const [largest] = top;
  if (largest !== undefined && top.length < FEW && largest.count > files.length * DOMINATES) {
    const inside = files.filter((file) => contains(largest.folder, file));
    const second = foldersByCount(inside, 2).filter(({ count }) => count >= files.length * SIGNIFICANT);
    if (second.length >= 2) chosen.push(...second.map(({ folder }) => folder).slice(0, AREAS_MAX - 1 - chosen.length));
  }
  return [ROOT, ...chosen]
    .sort()
    .map((name, index) => ({ name, slug: slugOf(name, index) }))
    .filter((area, _, areas) => files.some((file) => areaOf(file, areas) === area));
}

/** undefined: outside of the repository, or no area contains it. */
export function areaOf(path: string, areas: readonly Area[]): Area | undefined {
  if (path === '..' || path.startsWith('../')) return undefined;
  let best: Area | undefined;
  for (const area of areas)
    if (contains(area.name, path) && (best === undefined || best.name === ROOT || area.name.length > best.name.length))
      best = area;
  return best;
}

export const filesOf = (area: Area, areas: readonly Area[], files: readonly string[]): string[] =>
  files.filter((file) => areaOf(file, areas)?.name === area.name);

/** For git: the folder without the areas inside it. */
export const pathspecsOf = (area: Area, areas: readonly Area[]): string[] => [
  area.name === ROOT ? '.' : `:(literal)${area.name}`,
  ...areas
    .filter(({ name }) => name !== area.name && contains(area.name, name))
    .map(({ name }) => `:(exclude,literal)${name}`),
];

function foldersByCount(files: readonly string[], depth: number): { folder: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const parts = file.split('/');
    if (parts.length <= depth) continue;
    const folder = parts.slice(0, depth).join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .map(([folder, count]) => ({ folder, count }))
    .sort((a, b) => b.count - a.count || (a.folder < b.folder ? -1 : 1));
}

const slugOf = (name: string, index: number): string =>
  `${index}-${
    name === ROOT
      ? 'root'
      : name
          .replace(/[^A-Za-z0-9]+/g, '-')
          .replace(/^-+|-+$/g, '')
          .slice(0, 40) || 'folder'
  }`;
