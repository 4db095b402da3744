import { z } from 'zod';
import { PATH_MAX_BYTES } from './limits.ts';
import { utf8Bytes } from './text.ts';

/**
 * Claimed paths. Relative to the project root, `/` separators, NFC. A trailing `/` or `/**` covers what lies below;
 * `*` and `?` match within one segment, a segment `**` matches any number of segments. `[` and `{` are ordinary
 * characters, since file names of real projects contain them (`app/[id]/page.tsx`).
 */
export type Canonical = { ok: true; path: string } | { ok: false; reason: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export function canonicalPath(input: string): Canonical {
  const fail = (reason: string): Canonical => ({ ok: false, reason });
  if (input.length === 0) return fail('a path is not empty');
  if (CONTROL.test(input)) return fail('a path has no control characters');
  if (input.includes('\\')) return fail('separate folders by / and not by \\');
  if (input.startsWith('/') || /^[A-Za-z]:/.test(input)) return fail('a path is relative to the project root');
  const normal = input.normalize('NFC');
  const folder = normal.endsWith('/');
  const segments = normal.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return fail('a path does not contain ..');
  if (segments.length === 0) return { ok: true, path: '**' };
  for (const segment of segments)
    if (segment.includes('**') && segment !== '**') return fail('** stands alone between slashes');
  if (folder && segments.at(-1) !== '**') segments.push('**');
  const path = segments.join('/');
  if (utf8Bytes(path) > PATH_MAX_BYTES) return fail(`a path has at most ${PATH_MAX_BYTES} bytes`);
  return { ok: true, path };
}

/** A path as clients send it; parsed into its canonical form. */
export const claimPath = z.string().transform((value, context) => {
  const canonical = canonicalPath(value);
  if (canonical.ok) return canonical.path;
  context.addIssue({ code: 'custom', message: canonical.reason });
  return z.NEVER;
});

const isWild = (segment: string): boolean => segment.includes('*') || segment.includes('?');

/** True when the canonical path can cover more than the one file it spells. */
export const isPattern = (path: string): boolean => isWild(path);

/** A pattern that is no folder: `*` or `?` somewhere, or `**` before its end. */
export const isGlob = (path: string): boolean => isWild(path.replace(/(^|\/)\*\*$/, ''));

/** The leading segments without a wildcard: where a claim is anchored in the tree. */
export function anchorOf(path: string): string[] {
  const segments = path.split('/');
  const firstWild = segments.findIndex(isWild);
  return firstWild === -1 ? segments : segments.slice(0, firstWild);
}

/** True when some file could be covered by both canonical paths. Symmetric. */
export function pathsOverlap(a: string, b: string): boolean {
  if (!isPattern(a) && !isPattern(b)) return a === b;
  return sequencesOverlap(segmentsOf(a), segmentsOf(b), '**', segmentsMatch);
}

/** True when every file of `path` is surely covered by `cover` (sound, and complete for files and folders). */
export function pathCovers(cover: string, path: string): boolean {
  if (cover === path || cover === '**') return true;
  if (!isPattern(path)) return pathsOverlap(cover, path);
  return cover.endsWith('/**') && !isWild(cover.slice(0, -3)) && path.startsWith(cover.slice(0, -2));
}

/** `src/**` is what lies below `src`, not `src` itself: a final ** wants one more segment. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.at(-1) === '**' ? [...segments, '*'] : segments;
}

const segmentsMatch = (a: string, b: string): boolean =>
  isWild(a) || isWild(b) ? sequencesOverlap([...a], [...b], '*', charactersMatch) : a === b;

const charactersMatch = (a: string, b: string): boolean => a === b || a === '?' || b === '?';

type Match = (a: string, b: string) => boolean;

/**
 * Do two patterns share a sequence? `star` stands for any number of items, `match` compares two others. What lies
 * between the stars of one pattern always fits into a star of the other, so where both have one only their ends have to
 * agree. Never more than the product of the lengths, nearly always their sum: the hub compares whatever it is sent.
 */
function sequencesOverlap(a: string[], b: string[], star: string, match: Match): boolean {
  const [aFirst, bFirst] = [a.indexOf(star), b.indexOf(star)];
  if (aFirst === -1)
    return bFirst === -1 ? a.length === b.length && matchesAt(a, b, 0, match) : fits(b, a, star, match);
  if (bFirst === -1) return fits(a, b, star, match);
  const before = Math.min(aFirst, bFirst);
  const after = Math.min(a.length - a.lastIndexOf(star), b.length - b.lastIndexOf(star)) - 1;
  return matchesAt(a.slice(0, before), b, 0, match) && matchesAt(a.slice(a.length - after), b, b.length - after, match);
}

/** Can a pattern with stars be a sequence without? Each piece between two stars is best off as far in front as it fits. */
function fits(pattern: string[], sequence: string[], star: string, match: Match): boolean {
  const first = pattern.indexOf(star);
  const last = pattern.lastIndexOf(star);
  const end = sequence.length - (pattern.length - 1 - last);
  if (end < first || !matchesAt(pattern.slice(0, first), sequence, 0, match)) return false;
  if (!matchesAt(pattern.slice(last + 1), sequence, end, match)) return false;
  let at = first;
  for (let from = first + 1; from <= last; ) {
    const to = pattern.indexOf(star, from);
    const piece = pattern.slice(from, to);
    while (at + piece.length <= end && !matchesAt(piece, sequence, at, match)) at++;
    at += piece.length;
    if (at > end) return false;
    from = to + 1;
  }
  return true;
}

/** Every item of `piece` matches the one of `sequence` that stands there; the sequence reaches that far. */
const matchesAt = (piece: string[], sequence: string[], at: number, match: Match): boolean =>
  piece.every((item, i) => match(item, sequence[at + i] ?? ''));
