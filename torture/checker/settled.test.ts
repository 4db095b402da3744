import { expect, test } from 'vitest';
import { type GoneLine, HUB } from '../history/line.ts';
import { Script } from '../testing/script.ts';
import { checkSettled } from './settled.ts';

const texts = (script: Script) => checkSettled(script.history()).map(({ text }) => text);
const beat = (at: [number, number]) => ({ by: 'ann', command: 'agent.heartbeat', at });
/** Sent at 0 ms; ended so, if it ended. */
function sent(end?: Pick<GoneLine, 'why' | 'at'>): Script {
  const script = new Script().born('ann', 'ann#1', 0);
  script.add({ k: 'call', at: 0, id: 'x', agent: 'ann', life: 'ann#1', command: 'task.next', input: {} });
  if (end !== undefined) script.add({ k: 'gone', id: 'x', ...end });
  return script;
}
const stopped = (script: Script, from: number, to: number): Script =>
  script
    .add({ k: 'stopped', agent: 'ann', life: 'ann#1', at: from })
    .add({ k: 'continued', agent: 'ann', life: 'ann#1', at: to });

test('eleven seconds are the end of it', () => {
  const script = new Script();
  script.ok(beat([0, 11_000]));
  expect(texts(script)).toEqual([]);
  script.ok(beat([0, 11_001]));
  expect(texts(script)).toEqual([
    expect.stringContaining('agent.heartbeat r2 of ann, sent at 0.000 s, was settled after 11001 ms'),
  ]);
});

test('the time in which its process was stopped does not count', () => {
  const script = stopped(new Script(), 1_000, 5_000);
  script.ok(beat([0, 15_000]));
  expect(texts(script)).toEqual([]);
  script.ok(beat([0, 15_001]));
  expect(texts(script)).toHaveLength(1);
});

test('lost patience is a breach, unless the process has only just gone on', () => {
  expect(texts(sent({ why: 'patience', at: 10_900 }))).toEqual([expect.stringContaining('its sender gave up')]);
  expect(texts(stopped(sent({ why: 'patience', at: 10_900 }), 1_000, 2_000))).toHaveLength(1);
  expect(texts(stopped(sent({ why: 'patience', at: 10_900 }), 1_000, 10_890))).toEqual([]);
});

test('nor does the time in which a hub was stopped', () => {
  const paused = (from: number, to: number): Script =>
    sent({ why: 'patience', at: 11_000 })
      .add({ k: 'stopped', agent: 'hub-0', life: HUB, at: from })
      .add({ k: 'continued', agent: 'hub-0', life: HUB, at: to });
  expect(texts(paused(9_000, 10_000))).toEqual([]);
  expect(texts(paused(9_000, 9_900))).toHaveLength(1);
  expect(texts(paused(20_000, 30_000))).toHaveLength(1);
});

test('of the hub it was sent to, where that is known', () => {
  const paused = (hub: string): Script =>
    new Script()
      .born('ann', 'ann#1', 0)
      .add({ k: 'call', at: 0, id: 'x', agent: 'ann', life: 'ann#1', command: 'task.next', input: {}, hub: 'one' })
      .add({ k: 'gone', id: 'x', why: 'patience', at: 11_000 })
      .add({ k: 'stopped', agent: hub, life: HUB, at: 5_000 })
      .add({ k: 'continued', agent: hub, life: HUB, at: 9_000 });
  expect(texts(paused('one'))).toEqual([]);
  expect(texts(paused('two'))).toHaveLength(1);
  const again = paused('one').add({ k: 'again', id: 'x', at: 11_100, hub: 'two' });
  expect(texts(again.add({ k: 'answer', id: 'x', at: 22_200, answer: { ok: true, epoch: 1, seq: 1 } }))).toEqual([
    expect.stringContaining('sent at 11.100 s, was settled after 11100 ms'),
  ]);
});

test('what was stopped at the same moment is subtracted once', () => {
  const both = stopped(new Script(), 1_000, 5_000)
    .add({ k: 'stopped', agent: 'hub-0', life: HUB, at: 2_000 })
    .add({ k: 'continued', agent: 'hub-0', life: HUB, at: 6_000 });
  both.ok(beat([0, 16_000]));
  expect(texts(both)).toEqual([]);
  both.ok(beat([0, 16_001]));
  expect(texts(both)).toHaveLength(1);
});

test('never settled, though its process, and not another one of the agent, lived on', () => {
  const ended = (life: string, at: number) => ({ k: 'ended' as const, agent: 'ann', life, at });
  const never = [expect.stringContaining('was never answered in 30000 ms')];
  expect(texts(sent().add(ended('ann#1', 30_000)))).toEqual(never);
  expect(texts(sent().add(ended('ann#1', 11_000)))).toEqual([]);
  expect(texts(sent().add(ended('ann#1', 5_000)).born('ann', 'ann#2', 6_000).add(ended('ann#2', 40_000)))).toEqual([]);
  // A run that was cut off: as long as anybody wrote.
  const cutOff = sent();
  cutOff.ok({ by: 'bob', command: 'task.next', at: [10_990, 11_000] });
  expect(texts(cutOff)).toEqual([]);
  cutOff.ok({ by: 'bob', command: 'task.next', at: [29_990, 30_000] });
  expect(texts(cutOff)).toEqual(never);
});
