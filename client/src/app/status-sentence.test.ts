import { expect, test } from 'vitest';
import { EntityDb } from '../hub/entity-db.ts';
import type { VisibleRecord } from '../hub/record-types.ts';
import { agent, alarm, question, task } from '../testing/records.ts';
import { type SentenceFacts, statusSentence } from './status-sentence.ts';

const MINUTE = 60_000;
const working = (count: number) => Array.from({ length: count }, (_, n) => agent(`w_${n}`, { state: 'working' }));
const waiting = (count: number) => Array.from({ length: count }, (_, n) => agent(`l_${n}`, { state: 'waiting' }));

function say(records: VisibleRecord[], facts: Partial<SentenceFacts> = {}) {
  const db = new EntityDb();
  db.replace(records, { sameEpoch: false });
  const { calm, lead, rest } = statusSentence({
    counts: db.counts(),
    oldestQuestionMs: null,
    completedLastHour: 14,
    lagMs: null,
    health: 'HEALTHY',
    ...facts,
  });
  return { calm, text: `${lead} ${rest}`.trim() };
}

test.each<[string, VisibleRecord[], Partial<SentenceFacts>, boolean, string]>([
  ['nobody ever', [], {}, true, 'No agent is here.'],
  ['nobody, but work', [task('T-1'), task('T-2')], {}, true, 'No agent is here; 2 tasks wait.'],
  [
    'calm',
    [...working(46), agent('a'), agent('b')],
    {},
    true,
    'All normal. 46 of 48 agents working; 14 tasks done in the last hour.',
  ],
  [
    'not what the health belies',
    working(2),
    { health: 'FAIL' },
    false,
    'Nothing waits for you. 2 of 2 agents working; 14 tasks done in the last hour.',
  ],
  [
    'those who left do not count',
    [agent('a', { state: 'working' }), agent('b', { state: 'left' })],
    { completedLastHour: 1 },
    true,
    'All normal. 1 of 1 agent working; 1 task done in the last hour.',
  ],
  [
    'paused by a person is normal',
    [agent('a', { state: 'paused' }), agent('b', { state: 'working' })],
    {},
    true,
    'All normal. 1 of 2 agents working, 1 paused; 14 tasks done in the last hour.',
  ],
  [
    'most wait for locks',
    [...working(6), ...waiting(28), agent('p', { state: 'paused' }), agent('q', { state: 'late' })],
    {},
    false,
    '1 late. 6 of 36 agents working, 28 waiting, 1 paused; 14 tasks done in the last hour.',
  ],
  [
    'questions and critical',
    [...working(3), question('Q-1'), question('Q-2'), alarm('A-1', { priority: 1 })],
    { oldestQuestionMs: 6 * MINUTE },
    false,
    '2 questions for you, 1 critical. 3 of 3 agents working; 14 tasks done in the last hour; oldest question 6 m.',
  ],
  [
    'an alarm and its lost agent',
    [...working(1), agent('bob', { state: 'lost' }), alarm('A-1')],
    {},
    false,
    '1 alarm, 1 lost. 1 of 2 agents working; 14 tasks done in the last hour.',
  ],
  [
    'an acknowledged alarm still stands',
    [...working(1), alarm('A-1', { state: 'acked' })],
    {},
    false,
    '1 alarm. 1 of 1 agent working; 14 tasks done in the last hour.',
  ],
  [
    'a shelved one does not',
    [...working(1), alarm('A-1', { state: 'shelved' })],
    {},
    true,
    'All normal. 1 of 1 agent working; 14 tasks done in the last hour.',
  ],
  [
    'one that is over does not either',
    [...working(1), alarm('A-1', { state: 'returned' })],
    {},
    true,
    'All normal. 1 of 1 agent working; 14 tasks done in the last hour.',
  ],
  ['late', [agent('a', { state: 'late' })], {}, false, '1 late. 0 of 1 agent working; 14 tasks done in the last hour.'],
  [
    'behind',
    working(1),
    { lagMs: 4_200 },
    true,
    'All normal. 1 of 1 agent working; 14 tasks done in the last hour. Display is 4 s behind.',
  ],
])('%s', (_name, records, facts, calm, text) => {
  expect(say(records, facts)).toEqual({ calm, text });
});
