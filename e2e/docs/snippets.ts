import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface Snippet {
  file: string;
  /** Of its first line of code. */
  line: number;
  /** The heading it stands under. */
  section: string;
  language: string;
  code: string;
}

/** What a page may be written in. `text` is for what is only to be read: what a program prints, a picture in letters. */
export const LANGUAGES = ['sh', 'bash', 'ts', 'python', 'text'];

/** The README and everything below docs, as paths from the root. */
export const pages = (): string[] => [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file))
    .sort(),
];

export const readPage = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*(\S*).*$/;

/** Every fenced block, in the order of the page. */
export function snippetsOf(file: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  let section = '';
  let open: { fence: string; snippet: Snippet } | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    const [, fence = '', language = ''] = FENCE.exec(line) ?? [];
    if (open !== undefined) {
      if (fence.startsWith(open.fence) && language === '') {
        snippets.push(open.snippet);
        open = undefined;
      } else open.snippet.code += `${line}\n`;
    } else if (fence !== '') open = { fence, snippet: { file, line: at + 2, section, language, code: '' } };
    else section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
  }
  if (open !== undefined) throw new Error(`${file}:${open.snippet.line} begins a block that does not end`);
  return snippets;
}
