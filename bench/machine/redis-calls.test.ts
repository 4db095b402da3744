import { expect, test } from 'vitest';
import { callsBetween, clientCalls, readCommandStats, recordReads, type SeenCall } from './redis-calls.ts';

const info = (calls: Record<string, number>): string =>
  `# Commandstats\r\n${Object.entries(calls)
    .map(([name, count]) => `cmdstat_${name}:calls=${count},usec=97,usec_per_call=48.50,rejected_calls=0\r\n`)
    .join('')}`;

test('calls are counted from one look to the next', () => {
  const before = readCommandStats(info({ evalsha: 10, hset: 30, info: 1 }));
  const after = readCommandStats(info({ evalsha: 15, hset: 30, info: 2, 'client|setname': 1 }));
  expect([...callsBetween(before, after)]).toEqual([
    ['evalsha', 5],
    ['info', 1],
    ['client|setname', 1],
  ]);
});

const seen: SeenCall[] = [
  { source: 'client', name: 'evalsha', key: 'c0ffee' },
  { source: 'script', name: 'hmget', key: 'sb:{p}:meta' },
  { source: 'script', name: 'hset', key: 'sb:{p}:rec' },
  { source: 'client', name: 'hset', key: 'sb:{p}:series' },
  { source: 'client', name: 'xread', key: 'BLOCK' },
];

test('what scripts call is no call of the hub, and our own questions are none', () => {
  const calls = new Map([
    ['evalsha', 100],
    ['hmget', 100],
    ['hset', 301],
    ['xread', 50],
    ['info', 2],
  ]);
  expect(clientCalls(calls, seen)).toBe(150);
});

test('a read of a record counts, whoever makes it; a write and a read of something else do not', () => {
  expect(recordReads(seen)).toEqual([]);
  const reads: SeenCall[] = [
    { source: 'client', name: 'hget', key: 'sb:{p}:rec' },
    { source: 'script', name: 'hmget', key: 'sb:{p}:rec' },
  ];
  expect(recordReads([...seen, ...reads])).toEqual(reads);
});
