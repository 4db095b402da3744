import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SettleInTime } from './settle-in-time.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = (): Promise<string> => new Promise(() => {});

test('what takes too long is answered a little before the client gives up, each after its own time', async () => {
  let now = 0;
  const inTime = new SettleInTime(() => now);
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  const settled: string[] = [];
  const follow = (name: string, work: Promise<string>): void =>
    void inTime.run(work, () => `${name} late`).then((answer) => settled.push(answer));
  follow('first', never());
  await advance(5_000);
  follow('second', never());
  follow('third', Promise.resolve('third in time'));
  await advance(4_500);
  expect(settled).toEqual(['third in time']);
  await advance(500);
  expect(settled).toEqual(['third in time', 'first late']);
  await advance(5_000);
  expect(settled).toEqual(['third in time', 'first late', 'second late']);
});

test('what throws still throws', async () => {
  await expect(new SettleInTime().run(Promise.reject(new Error('no')), () => 'late')).rejects.toThrow('no');
});
