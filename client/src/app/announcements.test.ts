import { expect, test } from 'vitest';
import { Announcer } from './announcements.ts';

function setUp() {
  let time = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  const said: string[] = [];
  const announcer = new Announcer({
    say: (urgency, text) => said.push(`${urgency}: ${text}`),
    now: () => time,
    later: (run, ms) => {
      const entry = { at: time + ms, run };
      timers.push(entry);
      return () => {
        timers = timers.filter((other) => other !== entry);
      };
    },
  });
  const pass = (ms: number) => {
    time += ms;
    const due = timers.filter(({ at }) => at <= time);
    timers = timers.filter(({ at }) => at > time);
    for (const { run } of due) run();
  };
  return { announcer, said, pass };
}

test('the first is said at once, what follows within 10 s in one breath', () => {
  const { announcer, said, pass } = setUp();
  announcer.announce('polite', 'alice asks');
  pass(0);
  for (const name of ['bob', 'carol', 'dave', 'erin']) announcer.announce('polite', `${name} asks`);
  pass(9_999);
  expect(said).toEqual(['polite: alice asks']);
  pass(1);
  expect(said[1]).toBe('polite: bob asks. carol asks. dave asks. And 1 more.');
});

test('critical news waits for nothing else and comes at most every 5 s', () => {
  const { announcer, said, pass } = setUp();
  announcer.announce('polite', 'alice asks');
  pass(0);
  announcer.announce('assertive', 'hub store fails');
  pass(0);
  announcer.announce('assertive', 'fleet lost');
  pass(4_999);
  expect(said.length).toBe(2);
  pass(1);
  expect(said).toEqual(['polite: alice asks', 'assertive: hub store fails', 'assertive: fleet lost']);
});

test('nothing is said after stop', () => {
  const { announcer, said, pass } = setUp();
  announcer.announce('polite', 'alice asks');
  announcer.stop();
  pass(60_000);
  expect(said).toEqual([]);
});
