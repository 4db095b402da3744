// @vitest-environment happy-dom
import type { HistoryEvent } from '@signalbox/shared/commands/history';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ReadHistory } from '../../hub/history.ts';
import { requestApply } from '../../hub/ui-store.ts';
import { agent } from '../../testing/records.ts';
import { type RenderOptions, renderHub } from '../../testing/render-hub.tsx';
import { changesText, eventsCsv } from './event-export.ts';
import { EventsPage } from './events-page.tsx';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const AT = 1_700_000_000_000;
const event = (seq: number, change: Partial<HistoryEvent> = {}): HistoryEvent => ({
  epoch: 1,
  seq,
  at: AT + seq,
  actor: 'alice',
  command: 'lock.claim',
  changes: [{ kind: 'lock', id: `L-${seq}` }],
  ...change,
});

/** A project with this log; `asked` says what the page wanted to know. */
async function open(log: HistoryEvent[], options: RenderOptions = {}) {
  const asked: unknown[] = [];
  const ofHub: unknown[] = [];
  const newest = () => [...log].sort((a, b) => b.seq - a.seq);
  const readHub: ReadHistory = async (input) => {
    ofHub.push(input);
    const token = { kind: 'token', id: 't1', rev: 1, role: 'viewer', name: 'Wall', project: 'acme' } as const;
    const records = [{ ...token, use: 'session', createdBy: 'hub', createdAt: AT } as const];
    const changes = [{ kind: 'token', id: 't1' } as const];
    return {
      ok: true,
      epoch: 1,
      seq: 1,
      events: [event(9, { actor: 'hub', command: 'session.open', changes, records })],
    };
  };
  const reply = (name: string, input: unknown) => {
    if (name !== 'history.list') return undefined;
    asked.push(input);
    return { events: newest() };
  };
  const hub = await renderHub(<EventsPage readHub={readHub} />, [agent('alice')], { reply, ...options });
  return { ...hub, asked, ofHub };
}
const rows = () => screen.queryAllByTestId('event-row');
const seqs = () => rows().map((row) => Number(row.dataset.seq));

test('newest first; what a person did stands out with his reason, and objects can be opened', async () => {
  const { opened } = await open([
    event(1),
    event(2, {
      actor: 'human:kim',
      command: 'lock.forceRelease',
      reason: 'alice is stuck',
      changes: [
        { kind: 'lock', id: 'L-1', removed: true },
        { kind: 'agent', id: 'alice' },
      ],
      more: 3,
    }),
  ]);
  expect(seqs()).toEqual([2, 1]);
  const [first, second] = rows();
  if (first === undefined || second === undefined) throw new Error('two rows expected');
  expect(first.dataset.person).toBe('true');
  expect(second.dataset.person).toBeUndefined();
  expect(first.textContent).toContain('kimlock.forceRelease L-1 removedaliceand 3 more“alice is stuck”');
  fireEvent.click(within(first).getByRole('button', { name: 'alice' }));
  expect(opened).toEqual([{ kind: 'agent', id: 'alice' }]);
  expect(within(first).queryByRole('button', { name: 'L-1 removed' })).toBeNull();
  expect(first.querySelector('time')?.title).toMatch(/^2023-11-1\d \d\d:\d\d:\d\d$/);
});

test('new events wait until they are asked for', async () => {
  const log = [event(1)];
  const { feed, hubSays } = await open(log);
  log.push(event(2), event(3));
  await hubSays(() => feed.diff({ puts: [agent('alice', { rev: 2 })] }));
  await act(async () => void vi.advanceTimersByTime(2_000));
  expect(seqs()).toEqual([1]);
  expect(screen.getByTestId('held-note').textContent).toBe('2 new — press .');
  await act(async () => requestApply());
  expect(seqs()).toEqual([3, 2, 1]);
  expect(screen.queryByTestId('held-note')).toBeNull();
});

test('filters are in the address and asked of the hub; a click on an actor is one', async () => {
  const { params, asked } = await open([event(1)], { params: { actor: 'people', kind: 'lock' } });
  expect(asked).toEqual([{ actor: 'people', kind: 'lock', limit: 100 }]);
  await act(async () => void fireEvent.click(screen.getByTitle('Only what alice did')));
  expect(params()).toMatchObject({ actor: 'alice', kind: 'lock' });
  expect(asked.at(-1)).toEqual({ actor: 'alice', kind: 'lock', limit: 100 });
  const command = screen.getByRole('combobox', { name: 'Command' });
  fireEvent.change(command, { target: { value: ' task.next ' } });
  expect(params().command).toBeUndefined();
  await act(async () => void fireEvent.blur(command));
  expect(params().command).toBe('task.next');
});

test('nothing matches: it says so and takes the filters away', async () => {
  const { params } = await open([], { params: { actor: 'bob' } });
  expect(screen.getByTestId('empty-state').textContent).toContain('No event matches.');
  await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Clear the filters' })));
  expect(params().actor).toBeUndefined();
  expect(screen.getByTestId('empty-state').textContent).toContain('Nothing has happened yet.');
});

test('the log of the hub is for admins', async () => {
  const { ofHub, params } = await open([event(1)], { role: 'admin' });
  await act(async () => void fireEvent.click(screen.getByRole('button', { name: /^The hub/ })));
  expect(params()).toMatchObject({ log: 'hub' });
  expect(ofHub).toEqual([{ limit: 100 }]);
  expect(rows()[0]?.textContent).toContain('hubsession.open token t1Wall, viewer of acme');
});

test('who is no admin stays in his project, whatever the address says', async () => {
  const { ofHub } = await open([event(1)], { role: 'operator', params: { log: 'hub' } });
  expect(screen.queryByRole('group', { name: 'Log' })).toBeNull();
  expect(ofHub).toEqual([]);
  expect(seqs()).toEqual([1]);
});

test('a log that cannot be read says why', async () => {
  const { feed, hubSays } = await open([], { reply: () => undefined });
  await hubSays(() => feed.sent[0]?.refuse({ code: 'STORAGE_UNAVAILABLE', message: 'Redis does not answer.' }));
  expect(screen.getByTestId('empty-state').textContent).toContain('Redis does not answer.');
});

test('exported: every change named, times in UTC, nothing a spreadsheet would run', () => {
  const evil = event(2, { actor: '=cmd()', reason: 'two\n"lines"', more: 2 });
  expect(changesText(evil)).toBe('lock L-2; and 2 more');
  expect(eventsCsv([evil])).toBe(
    'time,epoch,seq,actor,command,reason,changes\r\n' +
      `2023-11-14T22:13:20.002Z,1,2,'=cmd(),lock.claim,"two\n""lines""",lock L-2; and 2 more\r\n`,
  );
});
