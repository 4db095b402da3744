import type { AgentRecord } from '@signalbox/shared/records/agent';
import { describe, expect, test } from 'vitest';
import type { Neighbours } from '../nodes/nodes.ts';
import { alone } from '../nodes/testing/alone.ts';
import { LiveTime } from '../presence/live-time.ts';
import { Presence } from '../presence/presence.ts';
import { presenceChange } from './presence-watch.ts';

/** Late after 7.5 s, lost after 15 s. */
const PACE_MS = 5_000;
const CONNECTION = 7;

const agent = (fields: Partial<AgentRecord>): AgentRecord => ({
  kind: 'agent',
  id: 'alice',
  rev: CONNECTION,
  role: 'coder',
  capabilities: [],
  accepts: 'none',
  maxTasks: 1,
  state: 'idle',
  stateAt: 0,
  stalled: false,
  presence: 'present',
  paused: false,
  connected: true,
  via: 'socket',
  connection: CONNECTION,
  node: 'us',
  heartbeatEveryMs: PACE_MS,
  taskIds: [],
  score: { value: null, n: 0 },
  doneLast24h: 0,
  doneByHour: [],
  registeredAt: 0,
  ...fields,
});

/** What this node, `us`, makes of alice when so much time has passed since her last beat. */
interface Case {
  /** Her record, where it is not that of a present agent on a socket of ours. */
  record?: Partial<AgentRecord>;
  /** Where her last beat was heard; nowhere: this node has started since. */
  heard?: 'here' | 'elsewhere' | 'nowhere';
  /** Her socket here since: closed by her, or by us. */
  socket?: 'closed' | 'drained';
  /** Since then nobody could be heard for a while. */
  deaf?: boolean;
  ageMs: number;
  /** Nodes that are gone; all others live. */
  gone?: string;
  rank?: number;
  /** How long ago the others were heard. */
  silentMs?: number;
}

function judge({
  record = {},
  heard = 'here',
  socket,
  deaf = false,
  ageMs,
  gone,
  rank = 0,
  silentMs = 0,
}: Case): unknown {
  const hand = { ms: 0 };
  const live = new LiveTime(() => hand.ms);
  const presence = new Presence(live);
  if (heard === 'here') presence.beat('alice', CONNECTION);
  if (heard === 'elsewhere') presence.heardElsewhere(['alice', CONNECTION, 0]);
  if (socket === 'closed') presence.closed('alice', CONNECTION);
  if (socket === 'drained') presence.drained('alice', CONNECTION);
  if (deaf) presence.restart();
  for (let passed = 0; passed < ageMs; passed += 100) {
    hand.ms += 100;
    live.now();
  }
  const nodes: Neighbours = {
    ...alone(live),
    others: () => ['them'],
    rank: () => rank,
    isGone: (node) => node === gone,
    heardUntil: () => live.now() - silentMs,
  };
  const change = presenceChange(agent(record), { presence, nodes, node: 'us' });
  return change === undefined ? 'as it is' : [change.presence, change.connected ? 'connected' : 'not connected'];
}

const THEIRS = { node: 'them' };
const HTTP = { via: 'http', node: 'them' } as const;

describe('a socket of ours', () => {
  test.each<[string, Case, unknown]>([
    ['is as it is before its time', { ageMs: 7_400 }, 'as it is'],
    ['is late at its time', { ageMs: 7_500 }, ['late', 'connected']],
    [
      'is lost at its time, however long the others are silent',
      { ageMs: 15_000, silentMs: 9_000 },
      ['lost', 'connected'],
    ],
    ['is ours to judge at once, whatever our rank', { ageMs: 15_000, rank: 3 }, ['lost', 'connected']],
    ['that closed is late at once', { ageMs: 0, socket: 'closed' }, ['late', 'not connected']],
    ['that we closed ourselves has its time', { ageMs: 0, socket: 'drained' }, ['present', 'not connected']],
    ['that speaks again is present', { ageMs: 0, record: { presence: 'lost' } }, ['present', 'connected']],
    [
      'that is lost stays so after a time of deafness',
      { ageMs: 0, deaf: true, record: { presence: 'lost' } },
      'as it is',
    ],
    [
      'that is late stays so after a time of deafness',
      { ageMs: 0, deaf: true, record: { presence: 'late' } },
      'as it is',
    ],
    ['of before another epoch has its time', { ageMs: 0, heard: 'nowhere' }, ['present', 'not connected']],
    [
      'that was called gone by others is connected',
      { ageMs: 0, record: { connected: false } },
      ['present', 'connected'],
    ],
  ])('%s', (_what, given, expected) => expect(judge(given)).toEqual(expected));
});

describe('a socket of another node', () => {
  const theirs = (given: Case): Case => ({ heard: 'elsewhere', ...given, record: { ...THEIRS, ...given.record } });
  test.each<[string, Case, unknown]>([
    ['is first for that node to judge', { ageMs: 15_500, record: { presence: 'late' } }, 'as it is'],
    ['is late or lost when that node leaves it', { ageMs: 8_200 }, ['late', 'connected']],
    ['is lost when that node leaves it', { ageMs: 15_600 }, ['lost', 'connected']],
    ['is judged in turn', { ageMs: 15_800, rank: 3, record: { presence: 'late' } }, 'as it is'],
    ['is judged in turn, in the end', { ageMs: 16_100, rank: 3, record: { presence: 'late' } }, ['lost', 'connected']],
    [
      'is judged by what that node has told, not by what it may have heard since',
      { ageMs: 15_900, silentMs: 1_000, record: { presence: 'late' } },
      'as it is',
    ],
    ['is connected or not as that node says', { ageMs: 0, record: { connected: false } }, 'as it is'],
    [
      'that closed is not made better by older beats',
      { ageMs: 0, record: { presence: 'late', connected: false } },
      'as it is',
    ],
    ['that speaks again is present', { ageMs: 0, record: { presence: 'late' } }, ['present', 'connected']],
    ['is not made better by a start of ours', { ageMs: 0, heard: 'nowhere', record: { presence: 'late' } }, 'as it is'],
    [
      'that is late is not made better by what was so when that node was last heard',
      { ageMs: 7_600, silentMs: 1_000, record: { presence: 'late' } },
      'as it is',
    ],
  ])('%s', (_what, given, expected) => expect(judge(theirs(given))).toEqual(expected));
});

describe('a socket of a node that is gone', () => {
  const orphan = (given: Case): Case => ({
    heard: 'elsewhere',
    gone: 'them',
    ...given,
    record: { ...THEIRS, ...given.record },
  });
  test.each<[string, Case, unknown]>([
    ['has its time', { ageMs: 7_400 }, 'as it is'],
    ['is late at its time, and whether it is connected is not told here', { ageMs: 7_500 }, ['late', 'connected']],
    [
      'is lost at its time',
      { ageMs: 15_000, record: { presence: 'late', connected: false } },
      ['lost', 'not connected'],
    ],
    ['is judged in turn', { ageMs: 15_200, rank: 3, record: { presence: 'late' } }, 'as it is'],
  ])('%s', (_what, given, expected) => expect(judge(orphan(given))).toEqual(expected));
});

describe('over HTTP', () => {
  const http = (given: Case): Case => ({ ...given, record: { ...HTTP, ...given.record } });
  test.each<[string, Case, unknown]>([
    [
      'any node may have heard it: known up to what the others told',
      { ageMs: 15_000, silentMs: 1_000 },
      ['late', 'not connected'],
    ],
    ['is lost at its time', { ageMs: 15_000 }, ['lost', 'not connected']],
    ['is judged in turn', { ageMs: 15_000, rank: 1 }, ['late', 'not connected']],
    [
      'that speaks again is connected',
      { ageMs: 0, record: { presence: 'late', connected: false } },
      ['present', 'connected'],
    ],
  ])('%s', (_what, given, expected) => expect(judge(http(given))).toEqual(expected));
});

test('who has left stays so', () => {
  expect(judge({ ageMs: 0, record: { presence: 'left', state: 'left', connected: false } })).toBe('as it is');
});
