import { expect, test } from 'vitest';
import { RedisFrames } from './redis-frames.ts';

const FRAMES = [
  '*1\r\n$4\r\nPING\r\n',
  '+OK\r\n',
  '$-1\r\n',
  '*0\r\n',
  '*-1\r\n',
  // What looks like a frame within a text is text.
  '$10\r\n*1\r\n$0\r\n\r\n\r\n',
  '$0\r\n\r\n',
  '*2\r\n*2\r\n:1\r\n$6\r\nü*1\r\n\r\n-ERR no\r\n',
  ':42\r\n',
];

test.each([1, 2, 3, 7, 1_000])('whole frames, however they are cut: in chunks of %i bytes', (size) => {
  const all = Buffer.from(FRAMES.join(''));
  const frames = new RedisFrames();
  const whole: string[] = [];
  for (let at = 0; at < all.length; at += size)
    whole.push(...frames.take(all.subarray(at, at + size)).map((frame) => frame.toString()));
  expect(whole).toEqual(FRAMES);
});

test('a frame is whole with its last byte, not before', () => {
  const frames = new RedisFrames();
  expect(frames.take(Buffer.from('*1\r\n$2\r\nok\r'))).toEqual([]);
  expect(frames.take(Buffer.from('\n+next'))).toEqual([Buffer.from('*1\r\n$2\r\nok\r\n')]);
});
