import type { Health } from '@signalbox/shared/commands/health';

const WORDS: Record<NonNullable<Health['word']>, string> = {
  HEALTHY: 'healthy',
  WARNING: 'warning',
  DEGRADED: 'degraded',
  FAIL: 'failing',
};

/** `failing, 92 of 100`: the word comes of the worst thing there is, the number of all of them together. */
export const healthWords = (word: NonNullable<Health['word']>, score: string): string =>
  `${WORDS[word]}, ${score} of 100`;
