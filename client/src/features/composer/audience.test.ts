import { expect, test } from 'vitest';
import { addressOf, resolveAudience, suggestions, tokenOf } from '../../hub/audience.ts';
import { EntityDb } from '../../hub/entity-db.ts';
import { agent } from '../../testing/records.ts';
import { type Risk, riskOf, type SendFacts } from './send-risk.ts';

const db = new EntityDb();
db.replace(
  [
    agent('alice', { capabilities: ['python'] }),
    agent('bob', { role: 'quality_enhancer', state: 'lost' }),
    agent('m_10', { role: 'quality_enhancer' }),
    agent('m_2', { role: 'quality_enhancer' }),
    agent('gone', { state: 'left' }),
  ],
  { sameEpoch: false },
);

test.each([
  [['all'], ['alice', 'bob', 'm_2', 'm_10'], ['bob'], []],
  [['role:quality_enhancer'], ['bob', 'm_2', 'm_10'], ['bob'], []],
  [['capability:python', 'alice'], ['alice'], [], []],
  [['gone', 'alice'], ['alice'], [], ['gone']],
  [['role:nobody'], [], [], ['role:nobody']],
  [[], [], [], []],
])('%j means %j', (tokens, ids, lost, empty) => {
  expect(resolveAudience(db, tokens)).toEqual({ ids, lost, empty });
});

test('one chip is sent as it was meant, several as the ids they mean now', () => {
  expect(addressOf(['all'], resolveAudience(db, ['all']))).toBe('all');
  expect(addressOf(['alice', 'm_2'], resolveAudience(db, ['alice', 'm_2']))).toEqual(['alice', 'm_2']);
});

test('everybody, the roles and the agents who are here are offered', () => {
  expect(suggestions(db)).toEqual([
    'all',
    'role:quality_enhancer',
    'role:speed_developer',
    'alice',
    'bob',
    'm_2',
    'm_10',
  ]);
});

test('an address is read as people write it', () => {
  expect(['@alice', ' alice ', 'role:x,'].map(tokenOf)).toEqual(['alice', 'alice', 'role:x']);
});

test.each<[SendFacts, Risk]>([
  [{ action: 'pause', tokens: ['alice'], recipients: 1, fleet: 12 }, 'none'],
  [{ action: 'say', tokens: ['all'], recipients: 9, fleet: 9 }, 'none'],
  [{ action: 'say', tokens: ['all'], recipients: 10, fleet: 10 }, 'confirm'],
  [{ action: 'resume', tokens: ['all'], recipients: 40, fleet: 40 }, 'confirm'],
  [{ action: 'pause', tokens: ['role:x'], recipients: 12, fleet: 40 }, 'confirm'],
  [{ action: 'pause', tokens: ['all'], recipients: 3, fleet: 3 }, 'type'],
  [{ action: 'pause', tokens: ['role:x', 'role:y'], recipients: 40, fleet: 40 }, 'type'],
  [{ action: 'pause', tokens: ['alice'], recipients: 1, fleet: 1 }, 'none'],
])('%o: %s', (facts, risk) => {
  expect(riskOf(facts)).toBe(risk);
});
