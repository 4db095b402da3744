import { type Corpus, MARK, runCorpus } from '@signalbox/torture/corpora/run';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub?.close());

test.each<[Corpus, string, number]>([
  ['paths', 'no other way to write a path gets past its lock', 100],
  ['text', 'what agents write comes back as text, from whom it came', 100],
  ['senders', 'nobody passes for somebody else', 4_000],
  ['hosts', 'no other name and no other page gets in', 5_000],
])('%s: %s', { timeout: 60_000 }, async (corpus, _what, atLeast) => {
  const { tried, passed } = await runCorpus(corpus, {
    url: hub.url,
    token: hub.ownerToken,
    project: `hostile-${corpus}`,
  });
  expect(passed).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(atLeast);
});

test('none of it is in the log of the hub', () => {
  expect(hub.output()).not.toContain(MARK);
  expect(hub.output()).not.toMatch(/unhandled|uncaught|INTERNAL|"level":(50|60)/i);
});
