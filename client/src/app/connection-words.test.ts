import type { FeedStatus } from '@signalbox/sdk/feed';
import { expect, test } from 'vitest';
import { formatTime } from '../hub/format.ts';
import { connectionWords, durabilityWarning } from './connection-words.ts';

const NOW = 1_700_000_023_000;
const LAST = NOW - 23_000;
const AS_OF = `Not updating — as of ${formatTime(LAST + 500)} (23 s ago).`;

test.each<[FeedStatus, string | null]>([
  [{ state: 'live' }, null],
  [{ state: 'lagging', lagMs: 3_000, lastFrameAt: LAST }, null],
  [{ state: 'connecting', attempt: 1 }, 'Connecting…'],
  [{ state: 'connecting', attempt: 3 }, 'The hub does not answer; attempt 3.'],
  [{ state: 'resyncing', progress: 61.7, lastFrameAt: null }, 'Connected, catching up 62 %.'],
  [{ state: 'stale', lastFrameAt: LAST }, `${AS_OF} The connection is open, but nothing arrives.`],
  [
    { state: 'reconnecting', attempt: 3, nextTryAt: NOW + 3_200, closeReason: 'x', lastFrameAt: LAST },
    `${AS_OF} Reconnecting, attempt 3, next try in 4 s.`,
  ],
  [
    { state: 'reconnecting', attempt: 4, nextTryAt: null, closeReason: 'x', lastFrameAt: LAST },
    `${AS_OF} Reconnecting, attempt 4, trying now.`,
  ],
  [
    {
      state: 'refused',
      error: { code: 'FORBIDDEN', message: 'Your token is for another project.' },
      lastFrameAt: null,
    },
    'Not updating — nothing received yet. The hub refused: Your token is for another project.',
  ],
])('%o', (status, text) => {
  expect(connectionWords({ status, now: NOW, clockOffsetMs: 500, browserOnline: true })?.text ?? null).toBe(text);
});

test('a browser without network says so', () => {
  const status: FeedStatus = {
    state: 'reconnecting',
    attempt: 1,
    nextTryAt: null,
    closeReason: 'x',
    lastFrameAt: LAST,
  };
  expect(connectionWords({ status, now: NOW, clockOffsetMs: 500, browserOnline: false })?.text).toContain(
    'Your browser is offline.',
  );
});

test.each([
  [null, null],
  ['always', null],
  ['always, failover may lose the replication lag', null],
  ['everysec', /last two seconds/],
  ['everysec, failover may lose the replication lag', /last two seconds/],
  ['no', /half minute/],
  ['evicts', /noeviction/],
  ['memory', /Nothing is kept/],
  ['unknown', /does not say/],
])('durability %j is warned of as %s', (durability, warning) => {
  if (warning === null) expect(durabilityWarning(durability)).toBeNull();
  else expect(durabilityWarning(durability)).toMatch(warning);
});
