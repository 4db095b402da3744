import { ManualTimers } from '@signalbox/sdk/testing/manual-timers';
import { describe, expect, test } from 'vitest';
import { type Line, Pace } from './pace.ts';

function started(rate: number, spare: () => boolean = () => false) {
  const timers = new ManualTimers();
  const pace = new Pace({ rate, timers, spare });
  const given: string[] = [];
  /** Whoever asks for a turn, and each time after the answer of the hub again. */
  const agent = async (name: string, { line = 'work', times = Infinity }: { line?: Line; times?: number } = {}) => {
    for (let turn = 0; turn < times; turn++) {
      await pace.turn(line);
      given.push(name);
    }
  };
  pace.start();
  return { timers, pace, given, agent };
}

describe('turns', () => {
  test('come evenly, and so many a second as were asked for', async () => {
    const { timers, given, agent } = started(20);
    void agent('alice');
    for (let second = 1; second <= 5; second++) {
      await timers.advance(1_000);
      expect(Math.abs(given.length - 20 * second)).toBeLessThanOrEqual(1);
    }
    await timers.advance(50);
    expect(given.length).toBeLessThanOrEqual(102);
  });

  test('go round in the order of asking, the urgent first', async () => {
    const { timers, given, agent } = started(10);
    for (const name of ['alice', 'bob', 'carol']) void agent(name);
    await timers.advance(610);
    expect(given).toEqual(['alice', 'bob', 'carol', 'alice', 'bob', 'carol']);
    void agent('dave', { line: 'urgent', times: 1 });
    await timers.advance(100);
    expect(given.at(-1)).toBe('dave');
  });

  test('that nobody could take are counted, and only half a second of them is caught up with', async () => {
    const { timers, pace, given, agent } = started(10);
    await timers.advance(10_000);
    expect(pace.offered).toEqual({ changes: 100, missed: 95 });
    void agent('alice');
    await timers.advance(1_010);
    expect(given).toHaveLength(15);
    expect(pace.offered.missed).toBe(95);
  });

  test('nobody waits for go to who has no task', async () => {
    let said = 0;
    const { timers, pace, given, agent } = started(10, () => ++said > 0);
    await timers.advance(1_000);
    expect(said).toBe(10);
    void agent('alice');
    await timers.advance(1_000);
    expect([said, given.length]).toEqual([10, 10]);
    expect(pace.offered.missed).toBe(0);
  });

  test('are used up by what is sent without one', async () => {
    const { timers, pace, given, agent } = started(10);
    void agent('alice');
    await timers.advance(1_000);
    for (let sent = 0; sent < 20; sent++) pace.spent();
    await timers.advance(1_950);
    expect(given).toHaveLength(10);
    await timers.advance(1_050);
    expect(given).toHaveLength(20);
  });

  test('are held up by that for five seconds at most', async () => {
    const { timers, pace, given, agent } = started(10);
    void agent('alice');
    for (let sent = 0; sent < 1_000; sent++) pace.spent();
    await timers.advance(6_010);
    expect(given).toHaveLength(10);
  });

  test('end with the simulation', async () => {
    const { timers, pace, given, agent } = started(10);
    void agent('alice');
    await timers.advance(1_000);
    pace.stop();
    await timers.advance(1_000);
    expect([given.length, pace.offered]).toEqual([10, { changes: 10, missed: 0 }]);
  });
});
