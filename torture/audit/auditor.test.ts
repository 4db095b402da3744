import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkLedger } from '../checker/ledger.ts';
import { Children } from '../cluster/children.ts';
import { RedisNode } from '../cluster/redis.ts';
import { readHistory } from '../history/read.ts';
import { HistoryWriter } from '../history/writer.ts';
import { Auditor } from './auditor.ts';

const LOG = 'sb:{p}:log';
const RECORDS = 'sb:{p}:rec';
const ENTRIES = 6;

const children = new Children();
let root: string;
let folder: string;
let redis: RedisNode;
let client: ReturnType<RedisNode['client']>;
let history: HistoryWriter;
let auditor: Auditor;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sb-auditor-'));
  redis = await RedisNode.start(children, join(root, 'redis'));
  client = await redis.client().connect();
});
afterAll(async () => {
  client.destroy();
  await redis.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'history-'));
  await client.flushAll();
  history = new HistoryWriter(folder, 'observer');
  auditor = new Auditor(`redis://127.0.0.1:${redis.port}`, { project: 'p', history });
  auditor.start();
});
afterEach(() => {
  auditor.end();
  history.close();
});

const task = (seq: number, title = 'as it was') => ({ kind: 'task', id: `T-${seq % 3}`, rev: seq, title });
const entryOf = (seq: number, title?: string): string =>
  JSON.stringify({
    txs: [
      { seq, clock: seq, actor: 'ann', command: 'note', puts: [{ ...task(seq, title), kind: 'body' }], removes: [] },
    ],
  });
const add = (seq: number, title?: string) => client.xAdd(LOG, `1-${seq}`, { e: entryOf(seq, title) });

async function written(): Promise<void> {
  for (let seq = 1; seq <= ENTRIES; seq++) {
    await add(seq);
    await client.hSet(RECORDS, `body:T-${seq % 3}`, JSON.stringify({ ...task(seq), kind: 'body' }));
  }
  await auditor.reach(ENTRIES);
}

/** What the checker says of the log once the auditor has finished. */
async function told(): Promise<string[]> {
  await auditor.finish();
  const all = await readHistory(folder);
  expect(all.rereads).toHaveLength(1);
  return checkLedger(all).map(({ text }) => text);
}

test('a log that stays as it is, and records that are what it says', async () => {
  await written();
  await client.xDel(LOG, ['1-1', '1-2']);
  expect(await told()).toEqual([]);
  const [reread] = (await readHistory(folder)).rereads;
  expect(reread).toMatchObject({ epoch: 1, seq: ENTRIES, entries: ENTRIES - 2, records: 3 });
});

test.each<[string, () => Promise<unknown>, string[]]>([
  [
    'a record that is another one',
    () => client.hSet(RECORDS, 'body:T-1', JSON.stringify({ ...task(4, 'altered'), kind: 'body' })),
    ['body:T-1'],
  ],
  ['a record that is missing', () => client.hDel(RECORDS, 'body:T-2'), ['body:T-2']],
  ['a record nobody wrote', () => client.hSet(RECORDS, 'body:T-9', JSON.stringify(task(9))), ['body:T-9']],
  ['a record that is none', () => client.hSet(RECORDS, 'body:T-9', 'nothing'), ['body:T-9']],
])('%s', async (_, alter, ids) => {
  await written();
  await alter();
  expect(await told()).toEqual([
    `at seq ${ENTRIES} of epoch 1 records are not what the log says of them: ${ids.join(', ')}`,
  ]);
});

test('an entry that is missing between others', async () => {
  await written();
  await client.xDel(LOG, '1-3');
  expect(await told()).toEqual(['the log has lost entries that are not its oldest: 1-3']);
});

test('an entry that was written anew, even in what is not checked of it', async () => {
  await written();
  await client.del(LOG);
  for (let seq = 1; seq <= ENTRIES; seq++) await add(seq, seq === 4 ? 'altered' : undefined);
  expect(await told()).toEqual([expect.stringContaining('seq 4 of epoch 1 was read twice with different content')]);
});

test('what is no entry is told, and so is a log that is none', async () => {
  await client.xAdd(LOG, '1-1', { e: '{}' });
  await expect(auditor.reach(1)).rejects.toThrow('the log holds under 1-1 what is no entry');
  await expect(auditor.finish()).rejects.toThrow('under 1-1');
  await client.del(LOG);
  await client.set(LOG, 'no stream');
  const other = new Auditor(`redis://127.0.0.1:${redis.port}`, { project: 'p', history });
  other.start();
  await expect(other.reach(1)).rejects.toThrow('Redis cannot be read: ');
  other.end();
});

test('a Redis that is away is waited for', async () => {
  await written();
  await redis.kill();
  await redis.restart();
  await add(ENTRIES + 1);
  await auditor.reach(ENTRIES + 1);
  expect(auditor.position).toEqual({ epoch: 1, seq: ENTRIES + 1 });
});
