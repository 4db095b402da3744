import { expect, test } from 'vitest';
import { Script } from '../testing/script.ts';
import { check } from './check.ts';
import { checkMessages } from './messages.ts';

const texts = (script: Script) => checkMessages(script.history()).map(({ text }) => text);

/** Ann has sent that many to bob, one after another, each accepted. */
function sent(count: number): Script {
  const script = new Script().born('bob', 'bob#1', 0).tx({});
  for (let n = 1; n <= count; n++)
    script.ok(
      { by: 'ann', command: 'message.send', input: { to: 'bob', data: { n } }, at: [n * 10, n * 10 + 5] },
      { messageId: `M-${n}`, recipients: ['bob'] },
      { puts: [{ kind: 'message', id: `M-${n}`, from: 'ann', recipients: ['bob'] }] },
    );
  return script;
}

test('all heard, in order, in each life', () => {
  const script = sent(2).heard('bob', 'M-1', 'ann', 1, 30).heard('bob', 'M-2', 'ann', 2, 31);
  script.born('bob', 'bob#2', 40).heard('bob', 'M-2', 'ann', 2, 50, 'bob#2');
  expect(texts(script)).toEqual([]);
});

test('never heard', () => {
  expect(texts(sent(1))).toEqual(['M-1 (n 1) of ann was accepted at 0.015 s for bob, which never heard it']);
  const ended = { k: 'ended', agent: 'bob', life: 'bob#1', at: 90 } as const;
  expect(texts(sent(1).add(ended))).toEqual([]);
  expect(texts(sent(1).add({ ...ended, drained: true }))).toHaveLength(1);
  expect(texts(sent(1).add(ended).born('bob', 'bob#2', 95))).toHaveLength(1);
});

test('a later one first, also when the earlier comes to another life', () => {
  const late = sent(2).heard('bob', 'M-2', 'ann', 2, 30);
  expect(texts(late.heard('bob', 'M-1', 'ann', 1, 31))).toEqual([
    'bob heard M-2 (n 2) of ann at 0.030 s, before M-1 (n 1) at 0.031 s, which was sent earlier',
  ]);
  const nextLife = sent(2).heard('bob', 'M-2', 'ann', 2, 30).born('bob', 'bob#2', 40);
  expect(texts(nextLife.heard('bob', 'M-1', 'ann', 1, 50, 'bob#2'))).toHaveLength(1);
});

test('again until it was acknowledged, and never after the answer to that', () => {
  const again = sent(1).heard('bob', 'M-1', 'ann', 1, 30).heard('bob', 'M-1', 'ann', 1, 40);
  expect(texts(again)).toEqual([]);
  const ack = { by: 'bob', command: 'message.ack', input: { messageIds: ['M-1'] } };
  again.refused({ ...ack, at: [41, 42] });
  again.ok({ ...ack, at: [41, 50] });
  again.heard('bob', 'M-1', 'ann', 1, 49);
  expect(texts(again)).toEqual([]);
  const after = again.history();
  expect(check(after).figures).toMatchObject({ messages: 1, redelivered: 2 });
  again.born('bob', 'bob#2', 51).heard('bob', 'M-1', 'ann', 1, 51, 'bob#2');
  expect(texts(again)).toEqual([
    'bob heard M-1 of ann again at 0.051 s, and the answer to its acknowledgement had come at 0.050 s',
  ]);
});

test('sent once, and heard as two messages, also by two lives', () => {
  for (const life of ['bob#1', 'bob#2']) {
    const doubled = sent(2).heard('bob', 'M-1', 'ann', 1, 30).heard('bob', 'M-2', 'ann', 1, 31, life);
    expect(texts(doubled)).toContainEqual('bob heard n 1 of ann as M-1 and, at 0.031 s, as M-2');
  }
});

test('what nobody sent, or somebody else, or to somebody else', () => {
  expect(texts(sent(0).heard('bob', 'M-9', 'ann', 9, 30))).toEqual([
    'bob heard M-9 (n 9) of ann at 0.030 s, which nobody sent',
  ]);
  expect(texts(sent(1).heard('bob', 'M-1', 'eve', 1, 30))).toEqual([expect.stringContaining('which ann sent')]);
  const other = sent(1).heard('bob', 'M-1', 'ann', 1, 30).heard('cid', 'M-1', 'ann', 1, 30);
  expect(texts(other)).toEqual([expect.stringContaining('which was for bob')]);
  expect(texts(sent(1).heard('bob', 'M-1', 'ann', 7, 30))).toEqual([expect.stringContaining('which was sent as n 1')]);
});
