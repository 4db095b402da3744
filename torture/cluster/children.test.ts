import { expect, test } from 'vitest';
import { Children, kill } from './children.ts';

const STAYS = ['-e', 'setInterval(() => {}, 1_000)'];

test('kill tells what a process died of', async () => {
  const children = new Children();
  expect(await kill(children.start(process.execPath, STAYS))).toBe(true);
  const ended = children.start(process.execPath, ['-e', '']);
  await ended.ended;
  expect(await kill(ended)).toBe(false);
});

test('once all are ended, nothing is started any more', async () => {
  const children = new Children();
  const { ended } = children.start(process.execPath, STAYS);
  await children.killAll();
  expect(await ended).toMatchObject({ signal: 'SIGKILL' });
  expect(() => children.start(process.execPath, ['-e', ''])).toThrow('the run is over');
});
