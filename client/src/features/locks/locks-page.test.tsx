// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useDrafts } from '../../hub/drafts.ts';
import type { VisibleRecord } from '../../hub/record-types.ts';
import { useUi } from '../../hub/ui-store.ts';
import { agent, lock, task, waiter } from '../../testing/records.ts';
import { type RenderOptions, renderHub } from '../../testing/render-hub.tsx';
import { LocksPage } from './locks-page.tsx';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const start = useUi.getState();
beforeEach(() => {
  useUi.setState(start, true);
  useDrafts.setState({ drafts: {} });
});
afterEach(cleanup);

const waits = (lockId: string, agentId: string, since: number) => ({ lockId, agentId, since });
const fleet = [agent('alice', { state: 'working' }), agent('bob'), agent('carol', { state: 'waiting' })];
const quiet = lock('L-1', 'alice', ['src/a.ts']);
const wanted = {
  ...lock('L-2', 'bob', ['src/db.ts']),
  reason: 'refactor db layer',
  since: NOW - 20 * MINUTE,
  waiters: [waits('L-3', 'carol', NOW - 6 * MINUTE)],
};
const claim = waiter('L-3', 'carol', { paths: ['src/db.ts'], since: NOW - 6 * MINUTE, blockedBy: ['L-2'] });
const records = [...fleet, quiet, wanted, claim];

const open = (options: RenderOptions = {}, of: readonly VisibleRecord[] = records) =>
  renderHub(<LocksPage />, of, options);
const row = (lockId: string): HTMLElement => {
  const found = screen.getAllByTestId('lock-row').find((one) => one.dataset.entity === `lock:${lockId}`);
  if (found === undefined) throw new Error(`no row of ${lockId}`);
  return found;
};
const names = () => screen.getAllByTestId('lock-row').map((one) => one.dataset.entity?.slice(5));
const lease = (lockId: string) => within(row(lockId)).getByRole('progressbar');

test('says how much is held, who waits and for how long', async () => {
  await open();
  expect(screen.getByTestId('lock-summary').textContent).toBe(
    '2 locks of 2 agents · 1 wanted by 1 other, longest wait 6 m',
  );
});

test('what others want comes first and offers something; what is normal offers nothing', async () => {
  await open();
  expect(names()).toEqual(['L-2', 'L-1']);
  expect(row('L-2').textContent).toMatch(/db\.ts.*refactor db layer.*bob.*20 m.*carolwaits 6 m/);
  expect(within(row('L-2')).getByRole('button', { name: 'Release L-2' })).toBeTruthy();
  expect(within(row('L-1')).queryByRole('button', { name: /Release|Ask/ })).toBeNull();
});

test('the lease is on the ledger clock: it runs down, says that it is not renewed, and fills up in place', async () => {
  const { feed, hubSays } = await open();
  expect(lease('L-1').getAttribute('aria-valuenow')).toBe('100');
  await hubSays(() => feed.sendBeat({ clock: 90_000 }));
  expect(lease('L-1').getAttribute('aria-valuenow')).toBe('25');
  expect(row('L-1').textContent).toContain('30 s');
  expect(row('L-1').textContent).toContain('not renewed');
  const before = row('L-1');
  await hubSays(() => feed.diff({ puts: [{ ...quiet, rev: 2, expiresClock: 210_000 }] }));
  expect(row('L-1')).toBe(before);
  expect(lease('L-1').getAttribute('aria-valuenow')).toBe('100');
  expect(row('L-1').textContent).not.toContain('not renewed');
});

test('a lost holder is said in words, and its lock can be taken away', async () => {
  const { feed, hubSays } = await open();
  await hubSays(() => feed.diff({ puts: [agent('alice', { rev: 2, state: 'lost' })] }));
  expect(row('L-1').textContent).toContain('lost');
  expect(within(row('L-1')).getByRole('button', { name: 'Release L-1' })).toBeTruthy();
  expect(within(row('L-1')).queryByRole('button', { name: /^Ask/ }), 'nobody would answer').toBeNull();
});

test('to release takes a reason and says the consequences first', async () => {
  const { feed, hubSays } = await open();
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'Release L-2' }));
  const dialog = screen.getByRole('dialog', { name: 'Release L-2 of bob?' });
  expect(dialog.textContent).toContain('bob (idle) loses 1 path at once');
  expect(dialog.textContent).toContain('carol gets it next (waits 6 m).');
  const confirm = within(dialog).getByRole('button', { name: 'Release L-2' });
  expect(confirm).toHaveProperty('disabled', true);
  fireEvent.change(within(dialog).getByLabelText('Reason, kept with it'), { target: { value: 'bob is stuck' } });
  await hubSays(() => fireEvent.click(confirm));
  expect(feed.sent.map(({ name, input }) => [name, input])).toEqual([
    ['lock.forceRelease', { lockId: 'L-2', reason: 'bob is stuck' }],
  ]);
  await hubSays(() => {
    feed.diff({ removes: [['lock', 'L-2']] });
    feed.sent[0]?.ok({ seq: 2, lock: wanted });
  });
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(names()).toEqual(['L-1']);
});

test('a refusal stands in the dialog, and the words are kept', async () => {
  const { feed, hubSays } = await open();
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'Release L-2' }));
  fireEvent.change(screen.getByLabelText('Reason, kept with it'), { target: { value: 'stuck' } });
  await hubSays(() => fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Release L-2' })));
  await hubSays(() => feed.sent[0]?.refuse({ code: 'FORBIDDEN', message: 'You may only look.' }));
  expect(screen.getByRole('dialog').textContent).toContain('You may only look.');
  expect(screen.getByLabelText<HTMLTextAreaElement>('Reason, kept with it').value).toBe('stuck');
});

test('a lock that ends by itself while somebody is about to release it says so', async () => {
  const { feed, hubSays } = await open();
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'Release L-2' }));
  await hubSays(() => feed.diff({ removes: [['lock', 'L-2']] }));
  expect(screen.getByRole('dialog', { name: 'L-2 is not held any more' })).toBeTruthy();
});

test('asking the holder fills the composer and sends nothing', async () => {
  const { feed } = await open();
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'Ask bob about L-2' }));
  expect(useDrafts.getState().drafts.acme).toMatchObject({
    audience: ['bob'],
    action: 'ask',
    body: 'How long do you still need src/db.ts (L-2)? carol waits for it, for 6 m now. Release it as soon as you can.',
  });
  expect(useUi.getState().composeRequest).toBe(1);
  expect(feed.sent).toEqual([]);
});

test('words that were not sent yet are not overwritten by a question', async () => {
  await open();
  useDrafts.setState((now) => ({
    drafts: {
      ...now.drafts,
      acme: { audience: ['all'], action: 'say', taskId: '', body: 'mine', mode: 'steer', ackByMs: 0, expiresMs: 1 },
    },
  }));
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'Ask bob about L-2' }));
  expect(useDrafts.getState().drafts.acme).toMatchObject({ audience: ['bob'], body: 'mine' });
});

test('holder, task and those who wait open beside the list', async () => {
  const { opened } = await open({}, [...records, task('T-1'), { ...lock('L-9', 'alice', ['x']), taskId: 'T-1' }]);
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'db.ts' }));
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'bob' }));
  fireEvent.click(within(row('L-2')).getByRole('button', { name: 'carol' }));
  fireEvent.click(within(row('L-9')).getByRole('button', { name: 'T-1' }));
  expect(opened).toEqual([
    { kind: 'lock', id: 'L-2' },
    { kind: 'agent', id: 'bob' },
    { kind: 'waiter', id: 'L-3' },
    { kind: 'task', id: 'T-1' },
  ]);
});

test('order is held while somebody points at it: what went stays as it was, what came waits for "."', async () => {
  const { feed, hubSays } = await open();
  fireEvent.pointerEnter(row('L-2').closest('[data-rows]') ?? document.body);
  await hubSays(() => feed.diff({ puts: [lock('L-7', 'carol', ['a.ts'])], removes: [['lock', 'L-1']] }));
  expect(names()).toEqual(['L-2', 'L-1']);
  expect(row('L-1').dataset.gone).toBe('true');
  expect(row('L-1').textContent).toContain('released');
  expect(screen.getByTestId('held-note').textContent).toBe('1 new, 1 gone — press .');
  await hubSays(() => fireEvent.click(screen.getByTestId('held-note')));
  expect(names()).toEqual(['L-2', 'L-7']);
});

test('holders stand with their state and their locks', async () => {
  await open({ params: { view: 'holders' } });
  expect(screen.getAllByTestId('lock-group').map((one) => one.textContent)).toEqual([
    expect.stringMatching(/bob.*1 path held · 1 waiting/),
    expect.stringMatching(/alice.*1 path held/),
  ]);
});

test('a lock that changes hands stands under its new holder at once, and is counted there', async () => {
  const { feed, hubSays } = await open({ params: { view: 'holders' } });
  await hubSays(() => feed.diff({ puts: [{ ...quiet, rev: 2, holder: 'carol', fence: '1.2' }] }));
  expect(screen.getAllByTestId('lock-group').map((one) => one.dataset.entity)).toEqual(['agent:bob', 'agent:carol']);
  await hubSays(() => feed.diff({ puts: [{ ...quiet, rev: 3, holder: 'bob', fence: '1.3' }] }));
  expect(screen.getByTestId('lock-summary').textContent).toContain('2 locks of 1 agent ·');
});

test('waits shows only the blocked, the longest first: who waits for whom and why', async () => {
  const later = waiter('L-4', 'alice', { paths: ['src/db.ts'], since: NOW - MINUTE, blockedBy: ['L-2', 'L-3'] });
  const { opened } = await open({ params: { view: 'waits' } }, [...records, later]);
  const rows = screen.getAllByTestId('wait-row');
  expect(rows.map((one) => one.dataset.entity)).toEqual(['waiter:L-3', 'waiter:L-4']);
  expect(rows[0]?.textContent).toMatch(/carol.*waits 6 m for.*src\/db\.ts.*behindL-2.*held bybob.*“refactor db layer”/);
  expect(rows[0]?.textContent).toContain('gives up in 10 m');
  expect(rows[1]?.textContent).toContain('behindL-3ofcarol');
  fireEvent.click(screen.getAllByRole('button', { name: 'Release L-2' })[0] ?? document.body);
  expect(screen.getByRole('dialog', { name: 'Release L-2 of bob?' })).toBeTruthy();
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Keep it as it is' }));
  fireEvent.click(screen.getAllByRole('button', { name: 'src/db.ts' })[0] ?? document.body);
  expect(opened).toEqual([{ kind: 'waiter', id: 'L-3' }]);
});

test('a claim that gets its turn while its place is held says so', async () => {
  const { feed, hubSays } = await open({ params: { view: 'waits' } });
  fireEvent.pointerEnter(screen.getByTestId('wait-row').closest('[data-rows]') ?? document.body);
  await hubSays(() =>
    feed.diff({
      puts: [lock('L-3', 'carol', ['src/db.ts'])],
      removes: [
        ['waiter', 'L-3'],
        ['lock', 'L-2'],
      ],
    }),
  );
  expect(screen.getByTestId('wait-row').textContent).toContain('has it now');
});

test.each([
  ['files', [], 'No file is claimed.'],
  ['waits', [], 'Nobody waits for a file.'],
  ['waits', [agent('alice'), quiet], '1 lock is held, and nobody else wants one.'],
])('%s with nothing to show says what that means: %#', async (view, of, words) => {
  await open({ params: { view } }, of);
  expect(screen.getByTestId('empty-state').textContent).toContain(words);
});

test('a filter that leaves nothing says so, and is taken away in place', async () => {
  const { params } = await open({ params: { q: 'nothing' } });
  expect(screen.getByTestId('empty-state').textContent).toContain('2 locks hidden by the filter.');
  fireEvent.click(screen.getByRole('button', { name: 'Clear the filter' }));
  expect(params().q ?? '').toBe('');
  expect(names()).toEqual(['L-2', 'L-1']);
});

test('a viewer is offered nothing; while the picture stands still nothing can be taken away', async () => {
  await open({ role: 'viewer' });
  expect(screen.queryByRole('button', { name: /Release|Ask/ })).toBeNull();
  cleanup();
  const { feed, hubSays } = await open();
  await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 1 }));
  expect(screen.getByRole('button', { name: 'Release L-2' })).toHaveProperty('disabled', true);
});

test('renewals draw their own row anew and no other', async () => {
  const many = Array.from({ length: 2_000 }, (_, i) => lock(`L-${i}`, 'alice', [`lib/f${i}.ts`]));
  const { feed, hubSays, session } = await open({}, [agent('alice'), ...many]);
  let listings = 0;
  session.db.subscribeIndex('lock', () => listings++);
  for (let i = 0; i < 20; i++)
    await hubSays(() =>
      feed.diff({ puts: [{ ...lock(`L-${i}`, 'alice', [`lib/f${i}.ts`]), rev: 2, expiresClock: 9e6 }] }),
    );
  expect(listings).toBe(0);
  expect(names()).toHaveLength(99);
  expect(screen.getByRole('button', { name: 'Show 100 more' })).toBeTruthy();
});

test.each(['files', 'holders', 'waits'])(
  '%s: characters that turn or hide a path are shown, in tooltips too',
  async (view) => {
    const paths = ['src/a\u202ets.exe', 'src/b\u200b.ts'];
    const held = { ...lock('L-1', 'alice', paths), waiters: [waits('L-2', 'bob', NOW)] };
    await open({ params: { view } }, [...fleet, held, waiter('L-2', 'bob', { paths, blockedBy: ['L-1'] })]);
    expect(document.body.textContent).toContain('a‹U+202E›ts.exe');
    expect(document.body.innerHTML).not.toMatch(/[\u202e\u200b]/);
  },
);
