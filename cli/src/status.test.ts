import { expect, test } from 'vitest';
import { main } from './main.ts';
import { fakeHub, terminal } from './testing/fake-hub.ts';

type Fields = Record<string, unknown>;
const many = (count: number, fields: (at: number) => Fields): Fields[] =>
  Array.from({ length: count }, (_none, at) => ({ id: `${at}`, ...fields(at) }));

/** A hub with these records, which gives a thousand of them at a time. */
const hubWith = (lists: Record<string, Fields[]>) =>
  fakeHub((path, input) => {
    const command = path.split('/').at(-1) ?? '';
    const ok = { ok: true, epoch: 1, seq: 1 };
    if (command === 'project.get') return { body: { ...ok, project: { id: 'acme' } } };
    if (command === 'health.get') return { body: { ...ok, word: 'HEALTHY', score: 97 } };
    const name = `${command.split('.')[0]}s`;
    const all = lists[name] ?? [];
    const { after, limit } = input as { after?: string; limit: number };
    const from = after === undefined ? 0 : Number(after) + 1;
    const page = all.slice(from, from + limit);
    const more = from + page.length < all.length;
    return { body: { ...ok, [name]: page, ...(more && { next: `${from + page.length - 1}` }) } };
  });

async function statusOf(lists: Record<string, Fields[]>, ...options: string[]): Promise<string[]> {
  await using hub = await hubWith(lists);
  const { io, out, err } = terminal({ SIGNALBOX_URL: hub.url, SIGNALBOX_TOKEN: 'secret', SIGNALBOX_PROJECT: 'acme' });
  expect([await main(['status', ...options], io), err]).toEqual([0, []]);
  return out;
}

test('everything is counted, however much there is', async () => {
  const out = await statusOf({
    tasks: many(2_105, (at) => ({ status: at < 2_100 ? 'completed' : 'in_progress' })),
    agents: many(1_001, () => ({ state: 'working', role: 'coder', taskIds: [] })),
    alarms: many(1_001, (at) => ({
      code: 'AGENT_LOST',
      summary: `lost ${at}`,
      state: at < 1_000 ? 'returned' : 'unacked',
    })),
  });
  expect(out).toContain('Tasks   2100 completed, 5 in progress');
  expect(out).toContain('Agents  1001 working');
  expect(out.filter((line) => line.startsWith('Alarm'))).toEqual([expect.stringContaining('lost 1000')]);
});

test('--json has all of it, too', async () => {
  const [json = ''] = await statusOf({ tasks: many(1_500, () => ({ status: 'pending' })) }, '--json');
  expect((JSON.parse(json) as { tasks: unknown[] }).tasks).toHaveLength(1_500);
});

test.each([
  ['20 who are there and 5 who left', 20, 5, false],
  ['21 who are there', 21, 0, true],
])('more than is shown is said of those who are there: %s', async (_, there, left, more) => {
  const agents = many(there + left, (at) => ({ state: at < there ? 'idle' : 'left', role: 'coder', taskIds: [] }));
  expect((await statusOf({ agents })).includes('… and more: signalbox agent list')).toBe(more);
});
