import { expect, test } from 'vitest';
import { createTurns } from './chart-turns.ts';

/** Frames that come when the test says so. */
function handFrames() {
  const asked: (() => void)[] = [];
  return {
    request: (callback: () => void) => asked.push(callback),
    cancel: () => void asked.splice(0),
    next: () => asked.shift()?.(),
    pending: () => asked.length,
  };
}

test('draws one chart per frame, in the order of asking', () => {
  const frames = handFrames();
  const turns = createTurns(frames);
  const drawn: string[] = [];
  turns.take(() => drawn.push('a'));
  turns.take(() => drawn.push('b'));
  expect(drawn).toEqual([]);
  frames.next();
  expect(drawn).toEqual(['a']);
  frames.next();
  expect(drawn).toEqual(['a', 'b']);
  expect(frames.pending()).toBe(0);
});

test('a withdrawn turn is not drawn, and nothing runs after stop', () => {
  const frames = handFrames();
  const turns = createTurns(frames);
  const drawn: string[] = [];
  turns.take(() => drawn.push('a'))();
  turns.take(() => drawn.push('b'));
  frames.next();
  expect(drawn).toEqual(['b']);
  turns.take(() => drawn.push('c'));
  turns.stop();
  frames.next();
  expect(drawn).toEqual(['b']);
});
