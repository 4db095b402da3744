import { expect, test } from 'vitest';
import { agent, alarm } from '../../testing/records.ts';
import { attentionOf, mostUrgent } from './agent-attention.ts';
import { placeOf } from './chip-tooltip.tsx';
import { formOf, groupAgents, shortId, splitFloor } from './floor-model.ts';
import { nearest } from './move-focus.ts';
import { activityLine, newestActivity } from './use-agent.ts';

const NOW = 1_700_000_100_000;
const ago = (ms: number) => ({ stateAt: NOW - ms });
const idsOf = (agents: readonly { id: string }[]) => agents.map(({ id }) => id);

test('who left keeps a hole for a minute; the lost stay until their alarm is acknowledged', () => {
  const { here, gone } = splitFloor({
    agents: [
      agent('a'),
      agent('b', { state: 'left', ...ago(59_000) }),
      agent('c', { state: 'left', ...ago(61_000) }),
      agent('d', { state: 'lost', ...ago(3_600_000) }),
      agent('e', { state: 'lost', ...ago(3_600_000) }),
      agent('f', { state: 'lost', ...ago(5_000) }),
    ],
    alarming: new Set(['d']),
    now: NOW,
  });
  expect(idsOf(here)).toEqual(['a', 'b', 'd', 'f']);
  expect(idsOf(gone)).toEqual(['c', 'e']);
});

test('places follow group and id, never the state', () => {
  const before = [
    agent('m_2', { role: 'b' }),
    agent('m_10', { role: 'a' }),
    agent('m_3', { role: 'a', state: 'lost' }),
  ];
  const after = [
    agent('m_2', { role: 'b', state: 'asking' }),
    agent('m_10', { role: 'a', state: 'working' }),
    agent('m_3', { role: 'a' }),
  ];
  const places = (agents: typeof before) => groupAgents(agents, 'role').map(({ name, ids }) => [name, ids]);
  expect(places(before)).toEqual([
    ['A', ['m_10', 'm_3']],
    ['B', ['m_2']],
  ]);
  expect(places(after)).toEqual(places(before));
  expect(groupAgents(after, 'none')).toEqual([{ name: null, ids: ['m_2', 'm_10', 'm_3'], working: 1 }]);
});

test('by host: those that did not say it stand together', () => {
  const fleet = [agent('a', { host: 'host-10' }), agent('b', { host: 'host-9' }), agent('c', { state: 'working' })];
  expect(groupAgents(fleet, 'host')).toEqual([
    { name: 'host not said', ids: ['c'], working: 1 },
    { name: 'host-9', ids: ['b'], working: 0 },
    { name: 'host-10', ids: ['a'], working: 0 },
  ]);
});

test.each([
  ['auto', 1, 'cards'],
  ['auto', 12, 'cards'],
  ['auto', 13, 'tiles'],
  ['auto', 80, 'tiles'],
  ['auto', 81, 'chips'],
  ['auto', 5_000, 'chips'],
  ['cards', 500, 'cards'],
  ['chips', 3, 'chips'],
] as const)('%s with %i agents is %s', (density, agents, form) => {
  expect(formOf(density, agents)).toBe(form);
});

test.each([
  ['m_05', 'm_05'],
  ['manus_031', '031'],
  ['speed-12', '12'],
  ['host7.worker.3', '3'],
  ['7f3a9c2144e0', '144e0'],
  ['coordinator', 'coord'],
  ['team-lead', 'lead'],
  ['worker-', 'worke'],
])('on a chip %s is %s', (id, short) => {
  expect(shortId(id)).toBe(short);
  expect(id).toContain(short);
});

test('what is shown about a chip stays in the window', () => {
  const [size, room] = [
    { width: 200, height: 100 },
    { width: 1_000, height: 600 },
  ];
  const cell = (left: number, top: number) => ({ left, top, bottom: top + 44 });
  expect(placeOf(cell(300, 100), size, room)).toEqual({ left: 300, top: 150 });
  expect(placeOf(cell(300, 500), size, room)).toEqual({ left: 300, top: 394 });
  expect(placeOf(cell(950, 100), size, room)).toEqual({ left: 794, top: 150 });
});

test.each([
  ['working', [], null],
  ['idle', [], null],
  ['paused', [], null],
  ['late', [], null],
  ['asking', [], { glyph: '?', tone: 'ask' }],
  ['lost', [], { glyph: '×', tone: 'ink' }],
  ['lost', [alarm('A-1')], { glyph: '2', tone: 'p2' }],
  ['working', [alarm('A-1'), alarm('A-2', { priority: 1 })], { glyph: '1', tone: 'p1' }],
  ['asking', [alarm('A-1', { priority: 3 })], { glyph: '?', tone: 'ask' }],
  ['idle', [alarm('A-1', { priority: 3 })], { glyph: '3', tone: 'ink' }],
] as const)('%s with %j', (state, alarms, shape) => {
  const attention = attentionOf({ state }, mostUrgent(alarms));
  const { glyph, tone } = attention ?? {};
  expect(attention === null ? null : { glyph, tone }).toEqual(shape);
});

test('activity in one line', () => {
  expect(activityLine({ doing: 'run tests', step: 3, total: 7, next: 'lint' })).toBe('[3/7] run tests — lint');
  expect(activityLine({ doing: 'think', step: 3 })).toBe('[3] think');
  expect(activityLine({ doing: 'think' })).toBe('think');
  expect(activityLine(undefined)).toBeNull();
});

test('of what an agent said in three places the newest counts; nothing said is nothing', () => {
  const [a, b] = [{ doing: 'a' }, { doing: 'b' }];
  expect(
    newestActivity([
      [a, 2],
      [b, 1],
    ]),
  ).toBe(a);
  expect(
    newestActivity([
      [a, undefined],
      [b, 1],
    ]),
  ).toBe(b);
  expect(
    newestActivity([
      [undefined, 9],
      [b, undefined],
    ]),
  ).toBe(b);
  expect(newestActivity([[undefined, undefined]])).toBeUndefined();
});

test('arrow keys follow the screen', () => {
  const box = (column: number, row: number) => ({ left: column * 200, top: row * 70, width: 190, height: 60 });
  const boxes = [box(0, 0), box(1, 0), box(2, 0), box(0, 1), box(1, 1)];
  expect(nearest(boxes, 0, 'ArrowRight')).toBe(1);
  expect(nearest(boxes, 1, 'ArrowDown')).toBe(4);
  expect(nearest(boxes, 2, 'ArrowDown')).toBe(4);
  expect(nearest(boxes, 3, 'ArrowUp')).toBe(0);
  expect(nearest(boxes, 4, 'ArrowLeft')).toBe(3);
  expect(nearest(boxes, 3, 'ArrowLeft')).toBeUndefined();
  expect(nearest(boxes, 0, 'Enter')).toBeUndefined();
});

test('a host that could deceive is a group of its own, which says so', () => {
  const fleet = [agent('a', { host: 'host-1' }), agent('b', { host: 'host-1\u200b' })];
  expect(groupAgents(fleet, 'host').map(({ name }) => name)).toEqual(['host-1', 'host-1‹U+200B›']);
});
