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

test('never settled', () => {
  expect(texts(sent())).toEqual([expect.stringContaining('was never answered')]);
  expect(texts(sent().add({ k: 'ended', agent: 'ann', life: 'ann#1', at: 30_000 }))).toEqual([]);
});
