import { expect, test } from 'vitest';
import { alarm } from '../testing/records.ts';
import { groupAlarms } from './alarm-groups.ts';

const AT = 1_700_000_000_000;
const lost = (n: number, afterMs: number, change = {}) =>
  alarm(`A-${n}`, { raisedAt: AT + afterMs, subject: { kind: 'agent', id: `m_${n}` }, ...change });
const shape = (groups: ReturnType<typeof groupAlarms>) =>
  groups.map(({ id, alarms, state }) => `${id} ×${alarms.length} ${state}`);

test('many of one code that came together are one, with the first in front', () => {
  const [group] = groupAlarms([lost(3, 200), lost(2, 0), lost(12, 9_000)]);
  expect(group?.alarms.map(({ id }) => id)).toEqual(['A-2', 'A-3', 'A-12']);
  expect(group).toMatchObject({ id: 'A-2', state: 'unacked', priority: 2, raisedAt: AT });
});

test('two are read one by one; a pause of more than 10 s, another code and a shelved one begin anew', () => {
  expect(shape(groupAlarms([lost(1, 0), lost(2, 0)]))).toEqual(['A-1 ×1 unacked', 'A-2 ×1 unacked']);
  const three = [lost(1, 0), lost(2, 10_000), lost(3, 20_000)];
  expect(shape(groupAlarms(three))).toEqual(['A-1 ×3 unacked']);
  expect(shape(groupAlarms([...three, lost(4, 30_001), lost(5, 1_000, { code: 'RETRY_OUT' })]))).toEqual([
    'A-1 ×3 unacked',
    'A-5 ×1 unacked',
    'A-4 ×1 unacked',
  ]);
  expect(shape(groupAlarms([...three, lost(4, 5_000, { state: 'shelved' })]))).toEqual([
    'A-1 ×3 unacked',
    'A-4 ×1 shelved',
  ]);
});

test('unacknowledged first, then by priority, then the oldest; a group is as urgent as its most urgent', () => {
  const groups = groupAlarms([
    lost(1, 0, { state: 'acked' }),
    lost(2, 100, { state: 'acked' }),
    lost(3, 200),
    lost(4, -60_000, { priority: 1, state: 'acked' }),
    lost(5, 60_000, { priority: 1 }),
    lost(6, -60_000, { state: 'returned' }),
  ]);
  expect(shape(groups)).toEqual(['A-5 ×1 unacked', 'A-1 ×3 unacked', 'A-6 ×1 returned', 'A-4 ×1 acked']);
});

test('the order of what comes in changes nothing', () => {
  const all = [lost(1, 0), lost(2, 0), lost(3, 0), lost(4, 20_000)];
  expect(groupAlarms([...all].reverse())).toEqual(groupAlarms(all));
});
