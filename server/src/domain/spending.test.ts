import { expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

type Report = readonly [tokensIn: number, tokensOut: number, costUsd: number];

/** What the project has spent when its agents have reported this, one after the other. */
function spent(reports: readonly (readonly [agent: string, ...Report])[]): Report | undefined {
  const scene = new Scene();
  for (const id of ['alice', 'bob']) scene.agent(id);
  for (const [id, tokensIn, tokensOut, costUsd] of reports)
    scene.as(id).call('agent.heartbeat', { usage: { tokensIn, tokensOut, costUsd } });
  const sum = scene.replica.get('spending', 'spending');
  return sum && [sum.tokensIn, sum.tokensOut, sum.costUsd];
}

test.each<[string, (readonly [string, ...Report])[], Report | undefined]>([
  ['nothing', [['alice', 0, 0, 0]], undefined],
  ['tokens without a price', [['alice', 10, 10, 0]], [10, 10, 0]],
  ['tokens as many as its price', [['alice', 1, 1, 2]], [1, 1, 2]],
  ['a price without tokens', [['alice', 0, 0, 2]], [0, 0, 2]],
  [
    'the same again',
    [
      ['alice', 10, 5, 1],
      ['alice', 10, 5, 1],
    ],
    [10, 5, 1],
  ],
  [
    'more: what it has grown by',
    [
      ['alice', 10, 5, 1],
      ['alice', 14, 6, 3],
    ],
    [14, 6, 3],
  ],
  [
    'two agents',
    [
      ['alice', 10, 5, 1],
      ['bob', 10, 5, 1],
    ],
    [20, 10, 2],
  ],
  [
    'a new process, cheaper so far though it has read more',
    [
      ['alice', 10, 5, 1],
      ['alice', 12, 5, 0.5],
    ],
    [22, 10, 1.5],
  ],
  [
    'a new process, dearer so far though it has read less',
    [
      ['alice', 10, 5, 1],
      ['alice', 8, 5, 2],
    ],
    [18, 10, 3],
  ],
])('[AL6] what is spent by a report of %s', (_, reports, sum) => {
  expect(spent(reports)).toEqual(sum);
});
