// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { useDrafts } from '../../hub/drafts.ts';
import { requestAttention } from '../../hub/ui-store.ts';
import { agent, alarm, directive, lock, receipt, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { AlarmList } from './alarm-list.tsx';
import { SentList } from './sent-list.tsx';

afterEach(cleanup);

const entities = (testId: string) => screen.queryAllByTestId(testId).map((card) => card.getAttribute('data-entity'));

test('alarms: those that nobody has taken first, then by priority, shelved last', async () => {
  await renderHub(<AlarmList />, [
    alarm('A-1', { state: 'shelved', by: 'human:AK', untilClock: 60_000 }),
    alarm('A-2', { state: 'acked', priority: 1, by: 'human:AK' }),
    alarm('A-3'),
    alarm('A-4', { priority: 1 }),
  ]);
  expect(entities('alarm-card')).toEqual(['alarm:A-4', 'alarm:A-3', 'alarm:A-2', 'alarm:A-1']);
});

test('an alarm is acknowledged in its row and then shows who has it', async () => {
  const { feed, hubSays } = await renderHub(<AlarmList />, [agent('bob', { state: 'lost' }), alarm('A-1')]);
  const card = screen.getByTestId('alarm-card');
  expect(card.textContent).toContain('NEW');
  await hubSays(() => fireEvent.click(within(card).getByRole('button', { name: 'Ack' })));
  expect(feed.sent).toMatchObject([{ name: 'alarm.acknowledge', input: { alarmId: 'A-1' } }]);
  await hubSays(() => feed.sent[0]?.ok({ seq: 2 }));
  await hubSays(() =>
    feed.diff(
      { puts: [alarm('A-1', { rev: 2, state: 'acked', by: 'human:AK', ackedAt: 1_700_000_000_000 })] },
      { seq: 2 },
    ),
  );
  expect(card.textContent).toContain('AK takes care of it');
  expect(card.textContent).not.toContain('NEW');
  expect(within(card).queryByRole('button', { name: 'Ack' })).toBeNull();
});

const lost = (count: number, apartMs: number) =>
  Array.from({ length: count }, (_, i) => alarm(`A-${i + 1}`, { raisedAt: 1_700_000_000_000 + i * apartMs }));

test('many of one cause are one card, which leads to all of them', async () => {
  const { feed, hubSays, visited } = await renderHub(<AlarmList />, lost(40, 10));
  expect(entities('alarm-card')).toEqual(['alarm:A-1']);
  expect(screen.getByTestId('alarm-card').textContent).toContain('40 agents lost — first: bob is lost');
  fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
  expect(visited).toEqual(['alarms']);
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Ack all 40' })));
  expect(feed.sent[0]).toMatchObject({ name: 'alarm.acknowledge', input: { alarmId: 'A-1' } });
});

test('twelve are enough to begin with; one that is asked for from elsewhere is among them', async () => {
  const { visited } = await renderHub(<AlarmList />, lost(43, 60_000));
  expect(entities('alarm-card')).toHaveLength(12);
  fireEvent.click(screen.getByRole('button', { name: 'and 31 more' }));
  expect(visited).toEqual(['alarms']);
  act(() => requestAttention('alarm', 'A-40', 'alarms'));
  expect(entities('alarm-card').at(-1)).toBe('alarm:A-40');
  expect(document.activeElement?.getAttribute('data-entity')).toBe('alarm:A-40');
});

test('its first fix takes a reason where it cannot be taken back', async () => {
  const { feed, hubSays } = await renderHub(<AlarmList />, [agent('bob', { state: 'lost' }), alarm('A-1')]);
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Evict…' })));
  const confirm = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Evict bob' });
  expect(confirm().disabled).toBe(true);
  await hubSays(() => fireEvent.change(screen.getByRole('textbox'), { target: { value: 'machine is gone' } }));
  await hubSays(() => fireEvent.click(confirm()));
  expect(feed.sent).toMatchObject([{ name: 'agent.evict', input: { agentId: 'bob', reason: 'machine is gone' } }]);
});

test('a task that is out of retries is retried from its alarm', async () => {
  const { feed, hubSays } = await renderHub(<AlarmList />, [
    task('T-1', { status: 'failed' }),
    alarm('A-1', { code: 'RETRY_OUT', subject: { kind: 'task', id: 'T-1' } }),
  ]);
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Retry task' })));
  expect(feed.sent).toMatchObject([{ name: 'task.retry', input: { taskId: 'T-1' } }]);
});

test('an agent in a loop is paused from its alarm, once', async () => {
  const { feed, hubSays } = await renderHub(<AlarmList />, [
    agent('bob'),
    alarm('A-1', { code: 'LOOP', subject: { kind: 'agent', id: 'bob' } }),
  ]);
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Pause bob' })));
  expect(feed.sent).toMatchObject([{ name: 'directive.send', input: { to: ['bob'], action: 'pause' } }]);
  await hubSays(() => feed.diff({ puts: [agent('bob', { rev: 2, paused: true, state: 'paused' })] }));
  expect(screen.queryByRole('button', { name: 'Pause bob' })).toBeNull();
});

test('the holder of a lock that many wait for is asked, and a spent budget stops the fleet, in the composer', async () => {
  const { feed, hubSays, session } = await renderHub(<AlarmList />, [
    agent('bob'),
    lock('L-2', 'bob'),
    alarm('A-1', { code: 'LOCK_HOT', subject: { kind: 'lock', id: 'L-2' } }),
    alarm('A-2', { code: 'BUDGET', subject: { kind: 'project', id: 'acme' } }),
  ]);
  const draft = () => useDrafts.getState().drafts[session.project];
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Pause all…' })));
  expect(draft()).toMatchObject({ audience: ['all'], action: 'pause' });
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Ask bob' })));
  expect(draft()).toMatchObject({ audience: ['bob'], action: 'ask', body: expect.stringContaining('L-2') });
  expect(feed.sent).toEqual([]);
});

test('no alarms: the list proves that it is alive', async () => {
  const { hubSays, session } = await renderHub(<AlarmList />, []);
  await hubSays(() => session.clock.setState({ now: 1_700_000_000_000, frozen: false }));
  expect(screen.getByText('No active alarms.')).toBeTruthy();
  expect(screen.getByTestId('alarm-list').textContent).toMatch(/As of \d\d:\d\d:\d\d/);
});

test('receipts show what there is evidence of, the missing ones first', async () => {
  const { hubSays } = await renderHub(<SentList />, [
    agent('alice'),
    agent('bob', { state: 'lost' }),
    directive('D-1', {
      action: 'pause',
      to: 'all',
      counts: { acknowledged: 1, queued: 1 },
      ackByClock: 1,
      body: 'deploy',
    }),
    receipt('D-1', 'alice', {
      state: 'acknowledged',
      note: 'after this step',
      times: { queued: 1, delivered: 2, acknowledged: 3 },
    }),
    receipt('D-1', 'bob'),
    directive('D-2', { counts: {} }),
  ]);
  expect(entities('directive-card')).toEqual(['directive:D-2', 'directive:D-1']);
  const card = screen.getAllByTestId('directive-card')[1];
  if (card === undefined) throw new Error('two cards expected');
  expect(within(card).getByTestId('receipt-counts').textContent).toBe('1 acknowledged · 1 queued of 2');
  await hubSays(() => fireEvent.click(within(card).getByRole('button', { name: 'Show 2 recipients' })));
  expect(
    within(card)
      .getAllByTestId('receipt')
      .map((row) => `${row.getAttribute('data-entity')} ${row.getAttribute('data-state')}`),
  ).toEqual(['receipt:D-1:bob queued', 'receipt:D-1:alice acknowledged']);
  expect(card.textContent).toContain('after this step');
  expect(card.textContent).toContain('lost');
});
