import { expect, test } from 'vitest';
import { Script } from '../testing/script.ts';
import { checkPresence } from './presence.ts';

const texts = (script: Script) => checkPresence(script.history()).map(({ text }) => text);
const ann = (presence: string) => [{ kind: 'agent', id: 'ann', presence, heartbeatEveryMs: 5_000 }];
/** Heard at 1 s, and then said to be lost. */
const lostAt = (at: number): Script => {
  const script = new Script().tx({ puts: ann('present') });
  script.ok({ by: 'ann', command: 'agent.heartbeat', at: [1_000, 1_010] });
  return script.tx({ at, puts: ann('lost') });
};

test('lost after three heartbeats of silence, not before', () => {
  expect(texts(lostAt(16_000))).toEqual([]);
  expect(texts(lostAt(15_999))).toEqual([
    expect.stringContaining('ann was lost at seq 2 of epoch 1, by 15.999 s; its agent.heartbeat sent at 1.000 s'),
  ]);
});

test('what the hub answered only afterwards says nothing, nor does a record that is only written again', () => {
  const script = lostAt(16_000).tx({ at: 16_500, puts: ann('lost') });
  script.ok({ by: 'ann', command: 'agent.heartbeat', at: [15_900, 17_000] });
  expect(texts(script)).toEqual([]);
});

test('lost twice is looked at twice', () => {
  const script = lostAt(16_000).tx({ at: 17_000, puts: ann('present') });
  script.ok({ by: 'ann', command: 'agent.heartbeat', at: [17_000, 17_010] });
  script.tx({ at: 20_000, puts: ann('lost') });
  expect(texts(script)).toHaveLength(1);
});
