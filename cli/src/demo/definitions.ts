/** What each figure of report.json means, so that anybody can count again. They stand in the report itself. */
export const DEFINITIONS = {
  folders:
    'A file belongs to the listed folder that is the longest to contain it; "." has the rest. Counted are regular files under version control (`git ls-files`), as they are in the work tree; without git, all regular files but those below node_modules and .git.',
  files: 'Number of files.',
  unreadable: 'Files and folders that are there but may not be read by this user; they are counted nowhere else.',
  bytes: 'Sum of their sizes.',
  lines:
    'Of text files (no NUL byte in the first 8,000, at most 5 MB): number of line ends, and one more for a last line without one.',
  languages: 'Files and lines by file extension; extensions that are not known are "other".',
  largest: 'The ten largest files by bytes, ties by path.',
  todos:
    'Lines of text files that contain TODO or FIXME in capitals as a word of its own; todoList has the first 200 of them.',
  imports:
    'Lines that match the import patterns of TypeScript, JavaScript, Python, Go, Java or Rust, at most one a line; not a parser. internal: relative imports of TypeScript and JavaScript by the folder they lead to; external: everything else by package.',
  hotspots:
    'The ten present files that the most commits touch, ties by path: of the newest 2,000 commits of HEAD that touch the folder, without merges, without following renames.',
  checks:
    'Scripts lint, typecheck, type-check, check and test of the folder’s own package.json, run in a copy, 30 s each, nothing installed.',
} as const;
