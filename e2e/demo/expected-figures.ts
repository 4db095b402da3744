import { contentOf, type ModelFile } from './random-repository.ts';

/** The figures of a report, counted from what the generator knows; written after the definitions in the report alone. */
export interface FolderFigures {
  files: number;
  bytes: number;
  lines: number;
  languages: Record<string, { files: number; lines: number }>;
  largest: { path: string; bytes: number }[];
  imports: { statements: number; internal: Record<string, number>; external: Record<string, number> };
  todos: number;
  todoList: { path: string; line: number; text: string }[];
  hotspots: { path: string; commits: number }[];
}

/** The longest of the folders that contains the path; `.` contains all. */
export function folderOf(path: string, folders: readonly string[]): string {
  const containing = folders.filter((folder) => folder !== '.' && path.startsWith(`${folder}/`));
  return containing.sort((a, b) => b.length - a.length)[0] ?? '.';
}

const linesOf = (file: ModelFile): number =>
  file.binary === null ? file.lines.length - (lastLineIsEmpty(file) ? 1 : 0) : 0;
/** Joined with line ends, an empty last line without a line end of its own is none. */
const lastLineIsEmpty = ({ lines, endsWithNewline }: ModelFile): boolean =>
  !endsWithNewline && lines.at(-1)?.text === '';
const inOrder = (a: string, b: string): number => (a < b ? -1 : 1);

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

export function expectedFigures(all: readonly ModelFile[], folder: string, folders: readonly string[]): FolderFigures {
  const files = all.filter(({ path }) => folderOf(path, folders) === folder).sort((a, b) => inOrder(a.path, b.path));
  const text = files.filter(({ binary }) => binary === null);
  const imports = text.flatMap(({ lines }) =>
    lines.flatMap((line) => (line.imports === undefined ? [] : [line.imports])),
  );
  const todoList = text.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (line.todo ? [{ path, line: index + 1, text: line.text.trim() }] : [])),
  );
  const languages: FolderFigures['languages'] = {};
  for (const file of files) {
    const before = languages[file.language] ?? { files: 0, lines: 0 };
    languages[file.language] = { files: before.files + 1, lines: before.lines + linesOf(file) };
  }
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + contentOf(file).length, 0),
    lines: files.reduce((sum, file) => sum + linesOf(file), 0),
    languages,
    largest: files
      .map((file) => ({ path: file.path, bytes: contentOf(file).length }))
      .sort((a, b) => b.bytes - a.bytes || inOrder(a.path, b.path))
      .slice(0, 10),
    imports: {
      statements: imports.length,
      internal: tally(imports.flatMap((one) => ('file' in one ? [folderOf(one.file, folders)] : []))),
      external: tally(imports.flatMap((one) => ('package' in one ? [one.package] : []))),
    },
    todos: todoList.length,
    todoList: todoList.slice(0, 200),
    hotspots: files
      .map(({ path, commits }) => ({ path, commits }))
      .sort((a, b) => b.commits - a.commits || inOrder(a.path, b.path))
      .slice(0, 10),
  };
}
