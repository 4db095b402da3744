import { expect, test } from 'vitest';
import { type Connection, gatherWrites } from './wire.ts';

/** A connection that notes what becomes of its frames. */
function connection() {
  const done: string[] = [];
  const flushing = { flush: () => void done.push('flush') };
  gatherWrites(flushing as unknown as Connection, {
    cork: () => void done.push('cork'),
    uncork: () => void done.push('uncork'),
  });
  return { done, write: () => flushing.flush() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is written in one turn leaves together at its end, also what is written then', async () => {
  const one = connection();
  const other = connection();
  one.write();
  await Promise.resolve();
  one.write();
  other.write();
  expect([one.done, other.done]).toEqual([[], []]);
  await turn();
  expect([one.done, other.done]).toEqual([
    ['cork', 'flush', 'uncork'],
    ['cork', 'flush', 'uncork'],
  ]);
  process.nextTick(one.write);
  await turn();
  expect(one.done).toHaveLength(6);
});
