// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { useDrafts } from '../../hub/drafts.ts';
import type { PeekTarget } from '../../hub/navigation.ts';
import type { VisibleRecord } from '../../hub/record-types.ts';
import { agent, lock, task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { PeekPanel } from './peek-panel.tsx';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
afterEach(cleanup);

async function peek(kind: PeekTarget['kind'], id: string, records: readonly VisibleRecord[], role?: string) {
  const opened: PeekTarget[] = [];
  const panel = <PeekPanel target={{ kind, id }} onClose={() => {}} onOpen={(target) => opened.push(target)} />;
  // What is only read about an object is looked at elsewhere.
  const reply = (name: string) =>
    name === 'task.explain' ? { chain: [] } : name === 'task.stats' ? { longestFinished: [] } : undefined;
  const hub = await renderHub(panel, records, { reply, ...(role !== undefined && { role }) });
  return { ...hub, opened, sent: () => hub.feed.sent.map(({ name, input }) => [name, input]) };
}
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const fact = (label: string): string =>
  screen.getByText(label, { selector: 'dt' }).parentElement?.querySelector('dd')?.textContent ?? '';

describe('an agent', () => {
  test('keeps the four facts apart, and what is not known is a dash', async () => {
    await peek('agent', 'alice', [agent('alice', { connected: false, evidenceAt: NOW - 3 * MINUTE })]);
    expect(fact('Connected')).toBe('no');
    expect(fact('Heartbeat')).toContain('—');
    expect(fact('Last evidence')).toBe('3 m ago');
    expect(fact('Last said')).toBe('—');
  });

  test('is paused by a directive to it alone, and resumed once it is paused', async () => {
    const { sent, feed, hubSays } = await peek('agent', 'alice', [agent('alice')]);
    press('Pause');
    expect(sent()).toEqual([['directive.send', { to: ['alice'], action: 'pause' }]]);
    await hubSays(() => feed.sent[0]?.ok({ directiveId: 'D-1', recipients: ['alice'] }));
    await hubSays(() => feed.diff({ puts: [agent('alice', { paused: true, state: 'paused' })] }));
    expect(screen.getByRole('button', { name: 'Resume' })).toBeTruthy();
  });

  test('is evicted only with a reason, and says what happens to its work', async () => {
    const { sent } = await peek('agent', 'alice', [
      agent('alice', { taskIds: ['T-1'] }),
      task('T-1'),
      lock('L-1', 'alice'),
    ]);
    press('Evict…');
    expect(screen.getByText('alice is taken out: 1 task back to the queue, 1 lock released.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Evict alice' })).toHaveProperty('disabled', true);
    fireEvent.change(screen.getByLabelText('Reason, kept with it'), { target: { value: 'its machine is gone' } });
    press('Evict alice');
    expect(sent()).toEqual([['agent.evict', { agentId: 'alice', reason: 'its machine is gone', releaseLocks: true }]]);
  });
});

describe('a task', () => {
  const blocked = [
    task('T-1', { status: 'failed', failures: 3, reason: 'tests fail' }),
    task('T-2', {
      title: 'Report',
      dependencies: ['T-1'],
      status: 'blocked',
      waiting: { code: 'DEPENDENCY', on: 'T-1' },
    }),
  ];

  test('says first why it is not moving, and leads there', async () => {
    const { opened } = await peek('task', 'T-2', blocked);
    const why = screen.getByTestId('why-not-moving');
    expect(why.textContent).toContain('It needs T-1, which failed.');
    fireEvent.click(within(why).getByRole('button', { name: 'T-1' }));
    expect(opened).toEqual([{ kind: 'task', id: 'T-1' }]);
  });

  test('shows both directions of its dependencies', async () => {
    await peek('task', 'T-1', blocked);
    const waiting = screen.getByText('Needed by').closest('section');
    expect(waiting?.textContent).toContain('T-2');
    expect(waiting?.textContent).toContain('Report');
  });

  test('shows every attempt with its agent and its start from a checkpoint', async () => {
    const ended = { endedAt: NOW - 5 * MINUTE, outcome: 'lost' };
    const attempts = [
      { attempt: 1, agentId: 'alice', at: NOW - 9 * MINUTE, ...ended, fromCheckpoint: false },
      { attempt: 2, agentId: 'bob', at: NOW - 4 * MINUTE, fromCheckpoint: true },
    ];
    await peek('task', 'T-1', [task('T-1', { status: 'in_progress', assignee: 'bob', attempt: 2, attempts })]);
    const rows = screen.getAllByTestId('attempt').map((row) => row.textContent);
    expect(rows[0]).toMatch(/^2bob.*from checkpoint4 m so farunder way$/);
    expect(rows[1]).toMatch(/^1alice.*4 mlost$/);
  });

  test('reads its long text when there is any, and shows it as text', async () => {
    const done = task('T-1', { status: 'completed', bodies: { result: 'b-1' } });
    const { sent, feed, hubSays } = await peek('task', 'T-1', [done]);
    expect(sent()).toEqual([['task.get', { taskId: 'T-1', minSeq: 1 }]]);
    await hubSays(() => feed.sent[0]?.ok({ task: { ...done, result: { summary: '<img src=x> 4 tests' } } }));
    expect(screen.getByText('<img src=x> 4 tests')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });

  test('does not ask for its text again with every report', async () => {
    const running = task('T-1', { status: 'in_progress', assignee: 'alice', bodies: { description: 'b-1' } });
    const { sent, feed, hubSays } = await peek('task', 'T-1', [running]);
    await hubSays(() => feed.sent[0]?.ok({ task: { ...running, description: 'With a session cookie.' } }));
    await hubSays(() => feed.diff({ puts: [{ ...running, rev: 2, progress: 40, progressAt: NOW }] }));
    expect(screen.getByText('With a session cookie.')).toBeTruthy();
    expect(sent()).toHaveLength(1);
  });

  test('is retried with one press; a refusal stands where the action was', async () => {
    const { sent, feed, hubSays } = await peek('task', 'T-1', blocked);
    press('Retry with fresh attempts');
    expect(sent()).toEqual([['task.retry', { taskId: 'T-1' }]]);
    await hubSays(() => feed.sent[0]?.refuse({ code: 'INVALID_STATE', message: 'T-1 is pending already.' }));
    expect(screen.getByRole('alert').textContent).toBe('T-1 is pending already.');
  });
});

describe('giving a task to somebody', () => {
  const records = [
    task('T-1', { status: 'in_progress', assignee: 'alice' }),
    agent('alice'),
    agent('bob'),
    agent('watcher', { accepts: 'none' }),
  ];

  test('offers those who take tasks, and does nothing until somebody was chosen', async () => {
    const { sent } = await peek('task', 'T-1', records);
    const select = screen.getByLabelText('Take it from alice, give it to');
    const offered = within(select).getAllByRole('option');
    expect(offered.map((option) => option.textContent)).toEqual(['Choose', 'nobody: back to the queue', 'bob']);
    expect(screen.getByRole('button', { name: 'Assign' })).toHaveProperty('disabled', true);
    fireEvent.change(select, { target: { value: 'bob' } });
    press('Assign');
    expect(sent()).toEqual([['task.assign', { taskId: 'T-1', agentId: 'bob' }]]);
  });

  test('puts it back to the queue', async () => {
    const { sent } = await peek('task', 'T-1', records);
    fireEvent.change(screen.getByLabelText('Take it from alice, give it to'), { target: { value: '*' } });
    press('Assign');
    expect(sent()).toEqual([['task.assign', { taskId: 'T-1', agentId: null }]]);
  });
});

describe('a lock', () => {
  test('says who holds it, what is left of the lease and who waits', async () => {
    const held = {
      ...lock('L-1', 'alice'),
      expiresClock: 95_000,
      waiters: [{ lockId: 'L-2', agentId: 'bob', since: NOW - 4 * MINUTE }],
    };
    await peek('lock', 'L-1', [held, agent('alice'), agent('bob', { state: 'waiting' })]);
    expect(fact('Lease')).toBe('1 m 35 s left of 2 m');
    expect(fact('Fence')).toBe('1.1');
    const line = screen.getByText('Waiting in line 1').closest('section');
    expect(line?.textContent).toContain('bob waiting for 4 m');
    expect(screen.getByTestId('what-comes-next').textContent).toBe('bob goes on as soon as alice is done.');
  });

  test('that nobody else wants needs no word of what comes next', async () => {
    await peek('lock', 'L-1', [lock('L-1', 'alice'), agent('alice')]);
    expect(screen.queryByTestId('what-comes-next')).toBeNull();
  });

  test('is taken away with a reason, once it was said who loses and who gets it', async () => {
    const waiters = [{ lockId: 'L-2', agentId: 'bob', since: NOW - 4 * MINUTE }];
    const { sent } = await peek('lock', 'L-1', [
      { ...lock('L-1', 'alice'), waiters },
      agent('alice', { state: 'lost' }),
    ]);
    press('Force release…');
    expect(screen.getByText(/alice \(lost\) loses 1 path at once.*bob gets it next \(waits 4 m\)/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Reason, kept with it'), { target: { value: 'its machine is gone' } });
    press('Release L-1');
    expect(sent()).toEqual([['lock.forceRelease', { lockId: 'L-1', reason: 'its machine is gone' }]]);
  });

  test('its holder is asked in the composer; nothing is sent unseen', async () => {
    const { sent } = await peek('lock', 'L-1', [lock('L-1', 'alice'), agent('alice')]);
    press('Ask alice');
    expect(useDrafts.getState().drafts.acme).toMatchObject({ audience: ['alice'], action: 'ask' });
    expect(sent()).toEqual([]);
  });
});

describe('who may not, and when', () => {
  const records = [agent('alice'), task('T-1'), lock('L-1', 'alice')];
  const ACTIONS = /^(Pause|Evict…|Assign|Cancel task…|Force release…)$/;
  const OBJECTS = [
    ['agent', 'alice', 2],
    ['task', 'T-1', 2],
    ['lock', 'L-1', 1],
  ] as const;

  test.each(OBJECTS)('a viewer of a %s gets no action at all', async (kind, id) => {
    await peek(kind, id, records, 'viewer');
    expect(screen.queryAllByRole('button', { name: ACTIONS })).toEqual([]);
  });

  test.each(OBJECTS)(
    'while the picture is not live, the actions of a %s cannot be pressed',
    async (kind, id, count) => {
      const { feed, hubSays } = await peek(kind, id, records);
      await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 1 }));
      const buttons = screen.getAllByRole('button', { name: ACTIONS });
      expect(buttons).toHaveLength(count);
      for (const button of buttons) expect(button).toHaveProperty('disabled', true);
    },
  );

  test('an object that is gone is said to be gone', async () => {
    await peek('task', 'T-99', records);
    expect(screen.getByTestId('empty-state').textContent).toContain('T-99 is not here any more.');
  });
});
