import type { MessageRecord } from '@signalbox/shared/records/message';
import { expect, test } from 'vitest';
import { Indexes } from './indexes.ts';

const message = (id: string): MessageRecord => ({
  kind: 'message',
  id,
  rev: 1,
  from: 'alice',
  to: 'bob',
  recipients: ['bob'],
  type: 'note',
  at: 0,
  bodies: { body: `${id}.body` },
});

test('of agents whose messages are all gone nothing is kept', () => {
  const indexes = new Indexes();
  const messages = ['M-1', 'M-2'].map(message);
  for (const one of messages) indexes.change('message', undefined, one);
  const kept: number[][] = [];
  for (const one of messages) {
    indexes.change('message', one, undefined);
    kept.push([indexes.mail.bySender.size, indexes.mail.byRecipient.size]);
  }
  expect(kept).toEqual([
    [1, 1],
    [0, 0],
  ]);
});
