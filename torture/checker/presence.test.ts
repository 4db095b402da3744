import { expect, test } from 'vitest';
import type { Line } from '../history/line.ts';
import { Script } from '../testing/script.ts';
import { checkPresence } from './presence.ts';

const texts = (script: Script) => checkPresence(script.history()).map(({ text }) => text);
const ann = (presence: string) => [{ kind: 'agent', id: 'ann', presence, heartbeatEveryMs: 5_000 }];
type Told = Partial<Extract<Line, { k: 'tx' }>>;

/** Heard at 1 s: an answer without a transaction, and then something else that was called only afterwards. */
function heard(): Script {
  const script = new Script().tx({ puts: ann('present') });
  script.ok({ by: 'ann', command: 'agent.heartbeat', at: [1_000, 1_010] });
  script.ok({ by: 'bob', command: 'task.next', at: [1_020, 1_030] }, {}, {});
  return script;
}
const lostAt = (at: number, told: Told = {}): Script => heard().tx({ at, puts: ann('lost'), ...told });

test('lost after three heartbeats of silence, not before', () => {
  expect(texts(lostAt(16_000))).toEqual([]);
  expect(texts(lostAt(15_999))).toEqual([
    expect.stringContaining(
      'ann was lost at seq 3 of epoch 1, by 15.999 s; the hub had taken its agent.heartbeat sent at 1.000 s',
    ),
  ]);
});

test('another epoch takes nothing from its time', () => {
  expect(texts(lostAt(15_999, { epoch: 2, seq: 1 }))).toHaveLength(1);
  expect(texts(lostAt(16_000, { epoch: 2, seq: 1 }))).toEqual([]);
});

test('what it has written itself counts before its answer is there', () => {
  const script = new Script().tx({ puts: ann('present') });
  script.ok({ by: 'ann', command: 'task.next', at: [1_000, 9_000] }, {}, { at: 1_005 });
  expect(texts(script.tx({ at: 15_999, epoch: 2, seq: 1, puts: ann('lost') }))).toHaveLength(1);
});

test('what may have been heard only afterwards says nothing, nor does a record that is only written again', () => {
  const script = lostAt(16_000).tx({ at: 16_500, puts: ann('lost') });
  script.ok({ by: 'ann', command: 'agent.heartbeat', at: [15_900, 17_000] });
  expect(texts(script)).toEqual([]);
  // By its answer before the loss was read; but the loss may be as old as what is before it in the log.
  const late = new Script().tx({ puts: ann('present') }).tx({ at: 16_000, puts: ann('lost') });
  late.ok({ by: 'ann', command: 'agent.heartbeat', at: [15_000, 15_010] });
  expect(texts(late)).toEqual([]);
});

test('lost twice is looked at twice', () => {
  const script = lostAt(16_000).tx({ at: 17_000, puts: ann('present') });
  script.ok({ by: 'ann', command: 'task.next', at: [17_000, 17_010] }, {}, {});
  script.tx({ at: 20_000, puts: ann('lost') });
  expect(texts(script)).toHaveLength(1);
});

interface Weather {
  /** What is shown of ann, and when. */
  shown?: [at: number, presence: string];
  harmed?: number[];
  healedAgain?: number;
  /** Without anything in the log. */
  gap?: [from: number, to: number];
  epochFrom?: number;
  back?: number;
}

/** ann is killed at 1 s; somebody writes every 500 ms, for 40 s. */
function silent({ shown, harmed = [], healedAgain, gap = [0, 0], epochFrom = 50_000, back }: Weather): string[] {
  const script = new Script().born('ann', 'ann#1', 0).add({ k: 'healed', at: 0 });
  script.tx({ puts: ann('present') }).add({ k: 'ended', agent: 'ann', life: 'ann#1', at: 1_000 });
  if (back !== undefined) script.born('ann', 'ann#2', back);
  for (const at of harmed) script.add({ k: 'harmed', at });
  if (healedAgain !== undefined) script.add({ k: 'healed', at: healedAgain });
  let told = shown === undefined;
  for (let at = 500; at < 40_000; at += 500) {
    if (at > gap[0] && at < gap[1]) continue;
    const epoch = at >= epochFrom ? 2 : 1;
    if (!told && shown !== undefined && at >= shown[0]) {
      script.tx({ at: shown[0], epoch, puts: ann(shown[1]) });
      told = true;
    }
    script.ok({ by: 'bob', command: 'task.next', at: [at, at + 10] }, {}, { epoch });
  }
  return texts(script);
}

test('who is silent for its time and 2 s more, and a margin, is shown lost', () => {
  expect(silent({})).toEqual([expect.stringContaining('ann was silent from 1.000 s on while all hubs and Redis were')]);
  expect(silent({ shown: [19_900, 'lost'] })).toEqual([]);
  expect(silent({ shown: [21_000, 'lost'] })).toEqual([expect.stringContaining('it is still present before seq 41')]);
  expect(silent({ shown: [16_500, 'late'] })).toEqual([expect.stringContaining('it is still late')]);
  expect(silent({ shown: [2_000, 'left'] })).toEqual([]);
  expect(silent({ back: 20_005 })).toEqual([]);
});

test('what befalls hubs and Redis begins its time anew', () => {
  expect(silent({ harmed: [20_005] })).toEqual([]);
  expect(silent({ harmed: [20_005], healedAgain: 21_000 })).toEqual([]);
  expect(silent({ harmed: [15_000], healedAgain: 18_000 })).toEqual([
    expect.stringContaining('ann was silent from 18.000 s on'),
  ]);
});

test('so does a log that stands still, or goes on in another epoch', () => {
  expect(silent({ gap: [19_000, 20_000], shown: [38_000, 'lost'] })).toEqual([]);
  expect(silent({ gap: [19_000, 20_000] })).toHaveLength(1);
  expect(silent({ epochFrom: 19_000, shown: [37_500, 'lost'] })).toEqual([]);
  expect(silent({ epochFrom: 19_000 })).toHaveLength(1);
});

test('a stop is a silence, too; of a run that does not tell how its hubs are nothing is known', () => {
  const script = (healed: boolean): Script => {
    const all = new Script().born('ann', 'ann#1', 0).tx({ puts: ann('present') });
    if (healed) all.add({ k: 'healed', at: 0 });
    all.add({ k: 'stopped', agent: 'ann', life: 'ann#1', at: 1_000 });
    for (let at = 500; at < 30_000; at += 500) all.ok({ by: 'bob', command: 'task.next', at: [at, at + 10] }, {}, {});
    return all;
  };
  expect(texts(script(true))).toHaveLength(1);
  expect(texts(script(false))).toEqual([]);
  const goesOn: Line = { k: 'continued', agent: 'ann', life: 'ann#1', at: 19_000 };
  expect(texts(script(true).add(goesOn))).toEqual([]);
});
