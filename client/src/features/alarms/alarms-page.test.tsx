// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { SentCommand } from '../../testing/fake-feed.ts';
import { agent, alarm } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { AlarmsPage } from './alarms-page.tsx';

afterEach(cleanup);

const AT = 1_700_000_000_000;
const rows = () => screen.queryAllByTestId('alarm-row');
const row = (id: string) => {
  const found = rows().find((one) => one.dataset.entity === `alarm:${id}`);
  if (found === undefined) throw new Error(`no row of ${id}`);
  return found;
};
const button = (id: string, name: string | RegExp) => within(row(id)).getByRole('button', { name });
const about = (id: string) => ({ subject: { kind: 'agent', id }, summary: `${id} is lost` });
const lost = (count: number, change = {}) =>
  Array.from({ length: count }, (_, i) => alarm(`A-${i + 1}`, { ...about(`m_${i + 1}`), raisedAt: AT + i, ...change }));
const inputs = (sent: readonly SentCommand[]) => sent.map(({ name, input }) => [name, input]);

test('unacknowledged first, then by priority and age; shelved ones have their own tab', async () => {
  await renderHub(<AlarmsPage />, [
    alarm('A-1', { state: 'shelved', by: 'human:kim', untilClock: 95_000, reason: 'known' }),
    alarm('A-2', { state: 'acked', priority: 1, by: 'human:kim', ackedAt: AT }),
    alarm('A-3', { raisedAt: AT + 60_000 }),
    alarm('A-4', { raisedAt: AT }),
    alarm('A-5', { state: 'returned', raisedAt: AT - 60_000 }),
  ]);
  expect(rows().map((one) => one.dataset.entity)).toEqual(['alarm:A-4', 'alarm:A-3', 'alarm:A-5', 'alarm:A-2']);
  expect(row('A-4').textContent).toContain('Nobody has taken it yet.');
  expect(row('A-2').textContent).toMatch(/kim takes care of it, since \d\d:\d\d/);
  expect(row('A-5').textContent).toContain('OVER');
  expect(row('A-5').textContent).toContain('Over by itself; nobody has acknowledged it.');
  expect(screen.getByRole('tab', { name: 'Active 3' })).toBeTruthy();
  expect(screen.getByRole('tab', { name: 'Shelved 1' })).toBeTruthy();
});

test('a shelved alarm says who, why and when it comes back, and is back by itself', async () => {
  const { feed, hubSays } = await renderHub(
    <AlarmsPage />,
    [alarm('A-1', { state: 'shelved', by: 'human:kim', untilClock: 95_000, reason: 'known' })],
    { params: { tab: 'shelved' } },
  );
  expect(row('A-1').textContent).toContain('Shelved by kim, comes back in 1 m 35 s: known');
  await hubSays(() => feed.diff({ puts: [alarm('A-1', { rev: 2 })] }));
  expect(rows()).toEqual([]);
  expect(screen.getByText('Nothing is shelved.')).toBeTruthy();
  expect(screen.getByRole('tab', { name: 'Active 1' })).toBeTruthy();
});

test('characters that turn or hide text are shown in why an alarm was put aside', async () => {
  await renderHub(<AlarmsPage />, [alarm('A-1', { state: 'shelved', by: 'human:kim', reason: 'known\u202e' })], {
    params: { tab: 'shelved' },
  });
  expect(row('A-1').textContent).toContain(': known‹U+202E›');
});

test('acknowledged in its row; it says who has it and keeps its place while somebody is there', async () => {
  const { feed, hubSays } = await renderHub(<AlarmsPage />, [alarm('A-1'), alarm('A-2', { raisedAt: AT + 60_000 })]);
  const order = () => rows().map((one) => one.dataset.entity);
  fireEvent.focus(button('A-1', 'Ack'));
  fireEvent.pointerEnter(row('A-1').parentElement?.parentElement ?? document.body);
  await hubSays(() => fireEvent.click(button('A-1', 'Ack')));
  expect(inputs(feed.sent)).toEqual([['alarm.acknowledge', { alarmId: 'A-1' }]]);
  await hubSays(() => feed.sent[0]?.ok({ seq: 2 }));
  await hubSays(() => feed.diff({ puts: [alarm('A-1', { rev: 2, state: 'acked', by: 'human:AK', ackedAt: AT })] }));
  expect(row('A-1').textContent).toContain('AK takes care of it');
  expect(order()).toEqual(['alarm:A-1', 'alarm:A-2']);
  expect(screen.getByRole('button', { name: '2 moved or new — press .' })).toBeTruthy();
});

test('many that were raised together are one row, and one Ack takes them all', async () => {
  const { feed, hubSays } = await renderHub(<AlarmsPage />, lost(40));
  expect(rows()).toHaveLength(1);
  expect(row('A-1').textContent).toContain('40 agents lost — first: m_1 is lost');
  fireEvent.click(button('A-1', /40 agents lost/));
  expect(rows()).toHaveLength(41);
  fireEvent.click(button('A-1', /40 agents lost/));
  await hubSays(() => fireEvent.click(button('A-1', 'Ack all 40')));
  expect(feed.sent).toHaveLength(16);
  for (let answered = 0; answered < 40; answered += 1) await hubSays(() => feed.sent[answered]?.ok({ seq: 1 }));
  expect(new Set(feed.sent.map(({ input }) => JSON.stringify(input))).size).toBe(40);
  await hubSays(() => feed.diff({ puts: lost(40, { rev: 2, state: 'acked', by: 'human:AK' }) }));
  expect(row('A-1').textContent).toContain('AK takes care of it');
  expect(within(row('A-1')).queryByRole('button', { name: /^Ack/ })).toBeNull();
});

test('what was refused of many is said, and what was too fast is sent again', async () => {
  const { feed, hubSays } = await renderHub(<AlarmsPage />, lost(3));
  await hubSays(() => fireEvent.click(button('A-1', 'Ack all 3')));
  await hubSays(() => {
    feed.sent[0]?.refuse({ code: 'NOT_FOUND', message: 'There is no alarm A-1 any more.' });
    feed.sent[1]?.ok({ seq: 1 });
    feed.sent[2]?.refuse({ code: 'RATE_LIMITED', message: 'Too fast.', retry: { afterMs: 0 } });
  });
  await waitFor(() => expect(feed.sent[3]?.input).toEqual({ alarmId: 'A-3' }));
  await hubSays(() => feed.sent[3]?.ok({ seq: 1 }));
  expect(within(row('A-1')).getByRole('alert').textContent).toBe(
    '1 of 3 were refused. There is no alarm A-1 any more.',
  );
});

test('shelved with a reason and for a time', async () => {
  const { feed, hubSays } = await renderHub(<AlarmsPage />, [agent('bob', { state: 'lost' }), alarm('A-1')]);
  fireEvent.click(button('A-1', 'Shelve…'));
  fireEvent.change(within(row('A-1')).getByRole('combobox', { name: 'For' }), { target: { value: '3600000' } });
  fireEvent.change(within(row('A-1')).getByRole('textbox'), { target: { value: 'known' } });
  await hubSays(() => fireEvent.click(button('A-1', 'Shelve it')));
  expect(inputs(feed.sent)).toEqual([['alarm.shelve', { alarmId: 'A-1', forMs: 3_600_000, reason: 'known' }]]);
});

test('who may only look is offered nothing that acts', async () => {
  await renderHub(<AlarmsPage />, [agent('bob', { state: 'lost' }), alarm('A-1')], { role: 'viewer' });
  expect(
    within(row('A-1'))
      .queryAllByRole('button')
      .map((one) => one.textContent),
  ).toEqual(['AGENT_LOST', 'Open']);
});

test('the catalogue says what each alarm means, and what was measured; before that a dash', async () => {
  const { feed, hubSays } = await renderHub(<AlarmsPage />, [], { params: { tab: 'catalogue' } });
  const entry = () => screen.getAllByTestId('catalogue-entry').find((one) => one.dataset.code === 'AGENT_LOST');
  expect(entry()?.textContent).toContain('Within30 m');
  expect(entry()?.textContent).toContain('Raised—');
  const raised = (id: string) => ({
    epoch: 1,
    seq: 1,
    at: AT - 1_000,
    actor: 'hub',
    command: 'agent.presence',
    changes: [{ kind: 'alarm', id }],
    records: [alarm(id, { raisedAt: AT - 1_000 })],
  });
  await hubSays(() => feed.sent[0]?.ok({ events: [raised('A-2'), raised('A-1')] }));
  expect(entry()?.textContent).toContain('Raised2 · < 0.1 per 10 min');
  expect(screen.getByTestId('alarm-kpis').textContent).toContain('2 alarms in the last 24 h:');
});

test('the history groups what happened together and names who did it', async () => {
  const { feed, hubSays } = await renderHub(<AlarmsPage />, [], { params: { tab: 'history' } });
  const at = (seq: number, change: object) => ({ epoch: 1, seq, at: AT + seq, actor: 'hub', command: 'x', ...change });
  const raised = (seq: number) =>
    at(seq, { changes: [{ kind: 'alarm', id: `A-${seq}` }], records: [alarm(`A-${seq}`, { raisedAt: AT + seq })] });
  const acked = at(4, {
    actor: 'human:kim',
    command: 'alarm.acknowledge',
    changes: [{ kind: 'alarm', id: 'A-3' }],
    records: [alarm('A-3', { raisedAt: AT + 3, state: 'acked' })],
  });
  await hubSays(() => feed.sent[0]?.ok({ events: [acked, raised(3), raised(2), raised(1)] }));
  const texts = screen.getAllByTestId('history-row').map((one) => one.textContent);
  expect(texts[0]).toContain('AGENT_LOST acknowledged by kim');
  expect(texts[1]).toContain('3 agents lost, raised');
});
