import { expect, test } from 'vitest';
import { Script } from '../testing/script.ts';
import { checkFeeds } from './feeds.ts';

const feed = (stands: 'level' | 'behind' | 'away', at: number) =>
  ({ k: 'feed', watcher: 'observer 0', stands, at, epoch: 1, seq: 4 }) as const;
const healed = { k: 'healed', at: 0 } as const;

test('a control room that was behind for long while all were well', () => {
  const script = new Script().add(healed).add(feed('behind', 10_000)).add(feed('level', 18_000));
  expect(checkFeeds(script.history()).map(({ text }) => text)).toEqual([
    'observer 0 was behind its hub from 10.000 s to 18.000 s, 8000 ms of it while all hubs and Redis were well; it stood at seq 4 of epoch 1',
  ]);
});

test.each([
  ['for a moment', [healed, feed('behind', 10_000), feed('level', 16_000)]],
  ['in a run of which nobody knows when all were well', [feed('behind', 10_000), feed('level', 60_000)]],
  [
    'while something befell a hub, and just after it',
    [
      healed,
      feed('behind', 10_000),
      { k: 'harmed', at: 12_000 } as const,
      { k: 'healed', at: 90_000 } as const,
      feed('level', 97_000),
    ],
  ],
  ['without a connection', [healed, feed('behind', 10_000), feed('away', 11_000), feed('behind', 60_000)]],
])('behind %s', (_, lines) => {
  const script = new Script();
  for (const line of lines) script.add(line);
  expect(checkFeeds(script.history())).toEqual([]);
});
