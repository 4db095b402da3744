import type { Figures as CheckedFigures } from './checker/check.ts';
import type { Course } from './course.ts';

/** Without any of these the checks would have had nothing to look at. */
const CHECKED = ['acknowledged', 'repeated', 'staleAttempts', 'messagesOwed', 'grants', 'pictures'] as const;
/** Nor without these, where the log can be read. */
const CHECKED_BY_LOG = ['transactions', 'leasesEnded', 'picturesByLog'] as const;
/** A fault is begun at least so often. */
const MAX_CALM_MS = 5_000;
/** Every kind comes once before any comes again: after so long each must have been there. */
const EVERY_KIND_WITHIN_MS = 90_000;

/** Milliseconds without a new fault, at most: from the start on, between two, up to the end. */
export function longestCalm({ from, to, done }: Course): number {
  const begun = [from, ...done.map(({ at }) => at), to].sort((a, b) => a - b);
  return begun.reduce((longest, at, next) => Math.max(longest, at - (begun[next - 1] ?? at)), 0);
}

/** Why the absence of violations would say nothing, as sentences: something that was to happen did not. */
export function whyInvalid(course: Course, figures: CheckedFigures, kinds: readonly string[]): string[] {
  const { done, impossible, own, unreached, from, to } = course;
  const expected = own ? [...CHECKED, ...CHECKED_BY_LOG] : CHECKED;
  const long = to - from >= EVERY_KIND_WITHIN_MS;
  const calm = longestCalm(course);
  const came = new Set([...done.map(({ kind }) => kind), ...impossible]);
  return [
    ...(done.length === 0 ? ['nothing was done to anybody'] : []),
    ...done.filter(({ verified }) => !verified).map(({ kind, note }) => `${kind} did not verifiably happen: ${note}`),
    ...(long ? kinds.filter((kind) => !came.has(kind)).map((kind) => `${kind} never came`) : []),
    ...(calm > MAX_CALM_MS ? [`for ${(calm / 1_000).toFixed(1)} s nothing was done to anybody`] : []),
    ...expected.filter((what) => figures[what] === 0).map((what) => `there is none of what was to be checked: ${what}`),
    ...(unreached === undefined ? [] : [unreached]),
  ];
}
