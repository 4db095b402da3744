// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { PeekTarget } from '../../hub/navigation.ts';
import type { VisibleRecord } from '../../hub/record-types.ts';
import { agent, alarm, directive, lock, message, question, receipt, task, waiter } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { PeekPanel } from './peek-panel.tsx';

afterEach(cleanup);

/** Turns what follows, and hides a letter's end. */
const hostile = (word: string) => `${word}\u202e\u200b`;
const shown = (word: string) => `${word}‹U+202E›‹U+200B›`;
const links = [{ label: hostile('link'), url: 'https://example.org' }];

const peek = (kind: PeekTarget['kind'], id: string, records: readonly VisibleRecord[]) =>
  renderHub(<PeekPanel target={{ kind, id }} onClose={() => {}} onOpen={() => {}} />, records, {
    reply: (name) =>
      name === 'task.explain' ? { chain: [] } : name === 'task.stats' ? { longestFinished: [] } : undefined,
  });

test('an option is sent as the agent wrote it, its button says what could deceive', async () => {
  const asked = question('Q-1', { options: [hostile('keep'), 'drop'], default: hostile('keep'), deadlineAt: 1 });
  const { feed } = await peek('question', 'Q-1', [asked, agent('alice')]);
  fireEvent.click(screen.getByRole('button', { name: shown('keep') }));
  expect(feed.sent.map(({ input }) => input)).toEqual([{ questionId: 'Q-1', choice: hostile('keep') }]);
  expect(document.body.textContent).toContain(`the hub answers “${shown('keep')}” then`);
  expect(document.body.innerHTML).not.toMatch(/[\u202e\u200b]/);
});

const held = lock('L-1', 'alice', [hostile('src/a.ts')]);
const PANELS: readonly [PeekTarget['kind'], string, readonly VisibleRecord[], readonly string[]][] = [
  ['question', 'Q-1', [question('Q-1', { state: 'withdrawn', options: [hostile('keep'), 'drop'] })], ['keep']],
  [
    'alarm',
    'A-1',
    [alarm('A-1', { state: 'shelved', summary: hostile('summary'), reason: hostile('known') })],
    ['summary', 'known'],
  ],
  [
    'task',
    'T-1',
    [
      task('T-1', {
        type: hostile('type'),
        files: [hostile('file')],
        requires: [hostile('gpu')],
        checkpoint: { note: hostile('note'), at: 1, bytes: 1, attempt: 1 },
        waiting: { code: 'NO_AGENT', on: hostile('gpu') },
      }),
    ],
    ['type', 'file', 'gpu', 'note', 'can do: gpu'],
  ],
  ['task', 'T-1', [task('T-1', { waiting: { code: 'LOCK', on: 'L-1' } }), held], ['on src/a.ts']],
  [
    'agent',
    'alice',
    [
      agent('alice', {
        name: hostile('name'),
        capabilities: [hostile('gpu')],
        client: hostile('client'),
        version: hostile('version'),
        host: hostile('host'),
        cwd: hostile('cwd'),
        branch: hostile('branch'),
        links,
      }),
      held,
      waiter('L-2', 'alice', { paths: [hostile('src/b.ts')] }),
    ],
    ['name', 'gpu', 'client', 'version', 'host', 'cwd', 'branch', 'link', 'src/a.ts', 'src/b.ts'],
  ],
  [
    'directive',
    'D-1',
    [
      directive('D-1', { to: hostile('capability:gpu'), options: [hostile('yes'), 'no'] }),
      receipt('D-1', 'alice', { note: hostile('will do') }),
    ],
    ['capability:gpu', 'yes', 'will do'],
  ],
  ['message', 'M-1', [message('M-1', { to: hostile('capability:gpu'), type: hostile('type') })], ['gpu', 'type']],
];

test.each(PANELS)('the panel of a %s makes visible what could deceive: %#', async (kind, id, records, words) => {
  await peek(kind, id, records);
  for (const word of words) expect(document.body.textContent).toContain(shown(word));
  expect(document.body.innerHTML).not.toMatch(/[\u202e\u200b]/);
});

test('the result of a task does too', async () => {
  const done = task('T-1', { status: 'completed', bodies: { result: 'b-1' } });
  const { feed, hubSays } = await peek('task', 'T-1', [done]);
  const result = {
    summary: hostile('summary'),
    commit: hostile('commit'),
    branch: hostile('branch'),
    files: [hostile('file')],
    links,
  };
  await hubSays(() => feed.sent[0]?.ok({ task: { ...done, result } }));
  for (const word of ['summary', 'commit', 'branch', 'file', 'link'])
    expect(document.body.textContent).toContain(shown(word));
  expect(document.body.innerHTML).not.toMatch(/[\u202e\u200b]/);
});
