import { anchorOf, isPattern } from '@signalbox/shared/paths';
import type { TaskRecord } from '@signalbox/shared/records/task';

const MAX_FOLDERS = 8;
/** More would make each agent stand on many shelves of its crew. */
const FOLDERS_KEPT = 4;

function folderOf(path: string): string {
  const anchor = anchorOf(path);
  return (isPattern(path) ? anchor : anchor.slice(0, -1)).join('/');
}

/** Where the files of a task are, as far as it is worth looking. */
export const foldersOf = ({ files }: Pick<TaskRecord, 'files'>): string[] =>
  files.length === 0 ? NONE : [...new Set(files.map(folderOf))].slice(0, MAX_FOLDERS);
const NONE: string[] = [];

/** The latest folders of an agent that has ended this task; the same list when nothing changes. */
export function recentFolders(task: TaskRecord, before: readonly string[] = NONE): string[] | undefined {
  const own = foldersOf(task);
  if (own.length === 0) return before.length === 0 ? undefined : [...before];
  return [...new Set([...own, ...before])].slice(0, FOLDERS_KEPT);
}
