import { beforeEach, describe, expect, test } from 'vitest';
import { message } from '../../testing/records.ts';
import { MessageStore } from './message-store.ts';

interface Asked {
  ids: string[];
  /** These are found, with who has not acknowledged them. */
  answer(found: Readonly<Record<string, string[]>>): Promise<void>;
  refuse(words: string): Promise<void>;
}

let asked: Asked[] = [];
let soon: (() => void)[] = [];
let live = true;
let store: MessageStore;
beforeEach(() => {
  asked = [];
  soon = [];
  live = true;
  store = new MessageStore({
    live: () => live,
    soon: (run) => soon.push(run),
    get: (ids) =>
      new Promise((resolve) => {
        const settle = async (ack: Parameters<typeof resolve>[0]) => {
          resolve(ack);
          await Promise.resolve();
          await Promise.resolve();
        };
        asked.push({
          ids,
          answer: (found) =>
            settle({
              ok: true,
              epoch: 1,
              seq: 1,
              messages: Object.entries(found).map(([id, unreadBy]) => ({
                ...message(id),
                body: `body of ${id}`,
                unreadBy,
              })),
            }),
          refuse: (words) => settle({ ok: false, error: { code: 'OVERLOADED', message: words } }),
        });
      }),
  });
});
const drawn = () => {
  for (const run of soon.splice(0)) run();
};
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `M-${from + i}`);

test('what is drawn together is asked for together, fifty at most in one question', () => {
  for (const id of ids(1, 60)) store.want(id);
  drawn();
  expect(asked.map((one) => one.ids.length)).toEqual([50, 10]);
});

test('a body is asked for once, however often it is looked at', async () => {
  const off = store.want('M-1');
  store.want('M-1');
  drawn();
  await asked[0]?.answer({ 'M-1': [] });
  off();
  store.want('M-1');
  drawn();
  expect(asked).toHaveLength(1);
  expect(store.get('M-1')).toMatchObject({ whole: { body: 'body of M-1' } });
});

test('those who look are told', async () => {
  let told = 0;
  const off = store.subscribe('M-1', () => told++);
  store.want('M-1');
  store.want('M-2');
  drawn();
  await asked[0]?.answer({ 'M-1': [], 'M-2': [] });
  expect(told).toBe(1);
  off();
});

describe('who has acknowledged it', () => {
  test('is asked again until everybody has, and only of what is looked at', async () => {
    store.want('M-1');
    store.want('M-2');
    const away = store.want('M-3');
    drawn();
    await asked[0]?.answer({ 'M-1': ['bob'], 'M-2': [], 'M-3': ['bob'] });
    away();
    store.refresh();
    expect(asked[1]?.ids).toEqual(['M-1']);
    store.refresh();
    expect(asked, 'not while the answer is on its way').toHaveLength(2);
    await asked[1]?.answer({ 'M-1': [] });
    store.refresh();
    expect(asked).toHaveLength(2);
  });

  test('stays as it was known while the hub refuses', async () => {
    store.want('M-1');
    drawn();
    await asked[0]?.answer({ 'M-1': ['bob'] });
    store.refresh();
    await asked[1]?.refuse('too much');
    expect(store.get('M-1')).toMatchObject({ whole: { unreadBy: ['bob'] } });
  });
});

describe('what cannot be read', () => {
  test('says why, and is asked for again on demand', async () => {
    store.want('M-1');
    drawn();
    await asked[0]?.refuse('too much');
    expect(store.get('M-1')).toEqual({ error: { code: 'OVERLOADED', message: 'too much' } });
    store.retry();
    drawn();
    await asked[1]?.answer({ 'M-1': [] });
    expect(store.get('M-1')).toMatchObject({ whole: { body: 'body of M-1' } });
  });

  test('is not there any more when the answer leaves it out', async () => {
    store.want('M-1');
    drawn();
    await asked[0]?.answer({});
    expect(store.get('M-1')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('waits while the picture stands still', () => {
    live = false;
    store.want('M-1');
    drawn();
    expect(asked).toEqual([]);
    live = true;
    store.refresh();
    expect(asked[0]?.ids).toEqual(['M-1']);
  });
});

test('what nobody looks at is forgotten, the oldest first', async () => {
  for (let at = 0; at < 12; at++) {
    const offs = ids(at * 50 + 1, at * 50 + 50).map((id) => store.want(id));
    drawn();
    await asked[at]?.answer(Object.fromEntries(ids(at * 50 + 1, at * 50 + 50).map((id) => [id, []])));
    for (const off of offs) off();
  }
  store.want('M-700');
  drawn();
  await asked[12]?.answer({ 'M-700': [] });
  expect(store.get('M-1')).toBeUndefined();
  expect(store.get('M-600')).toBeDefined();
});
