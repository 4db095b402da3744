import type { ErrorBody } from '@signalbox/shared/errors';
import { describe, expect, test } from 'vitest';
import { LoopBreaker } from './loop-breaker.ts';
import { FAST_MS, MESSAGES_IN_TURN, SAME_REFUSALS, SLOWED_MS, STOPPED_AFTER_MS } from './loop-times.ts';

const askedOf = (agentId: string, command: string, input: object) => ({
  agentId,
  command,
  input,
  key: () => command + JSON.stringify(input),
});

/** A breaker on a clock moved by hand, told of a conversation as it is committed. */
class Talk {
  readonly breaker = new LoopBreaker();
  now = 1_000;
  readonly found: string[] = [];

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Sends a message unless it is refused; how long it has to wait then. */
  say(from: string, to: string, recipients: readonly string[] = [to], thread?: string): number {
    const asked = askedOf(from, 'message.send', { to, body: 'x' });
    const refusal = this.breaker.check(asked, this.now);
    if (refusal === undefined) this.breaker.sent({ from, to, recipients, thread }, this.now);
    else expect(refusal.refused.code).toBe('RATE_LIMITED');
    this.look();
    return refusal?.refused.retry?.afterMs ?? 0;
  }

  /** Alice and bob answer each other so many times, a second each; how many got through. */
  pingPong(times: number, everyMs = 1_000, between: (turn: number) => void = () => {}): number {
    let through = 0;
    for (let turn = 0; turn < times; turn++) {
      const [from, to] = turn % 2 === 0 ? (['alice', 'bob'] as const) : (['bob', 'alice'] as const);
      between(turn);
      if (this.say(from, to) === 0) through++;
      this.pass(everyMs);
    }
    return through;
  }

  look(): void {
    this.found.push(...this.breaker.look(this.now).map(({ agentId, others }) => [agentId, ...others].join(' with ')));
  }
}

describe('two that answer each other', () => {
  test('[LB1] are slowed within 20 messages, and it is told once, with what goes on', () => {
    const talk = new Talk();
    expect(talk.pingPong(40)).toBe(MESSAGES_IN_TURN);
    expect(MESSAGES_IN_TURN).toBeLessThan(20);
    expect(talk.found).toEqual(['bob with alice']);
    expect([talk.breaker.isLooping('alice', talk.now), talk.breaker.isLooping('carol', talk.now)]).toEqual([
      true,
      false,
    ]);
  });

  test('[LB1] the wait is told, and after it one gets through', () => {
    const talk = new Talk();
    talk.pingPong(MESSAGES_IN_TURN);
    const waitMs = talk.say('alice', 'bob');
    expect(waitMs).toBe(SLOWED_MS - 1_000);
    expect(talk.pass(waitMs - 1).say('alice', 'bob')).toBe(1);
    expect(talk.pass(1).say('alice', 'bob')).toBe(0);
    expect(talk.say('bob', 'alice')).toBe(SLOWED_MS);
    expect(talk.found).toEqual(['bob with alice']);
    // To others, and with others, both may speak.
    expect([talk.say('alice', 'carol'), talk.say('carol', 'bob'), talk.say('alice', 'people', [])]).toEqual([0, 0, 0]);
    expect(talk.say('alice', 'alice')).toBe(0);
  });

  test('[LB1] also when one calls the other by its role', () => {
    const talk = new Talk();
    for (let turn = 0; turn < MESSAGES_IN_TURN; turn++)
      if (turn % 2 === 0) talk.say('alice', 'role:coordinator', ['bob']);
      else talk.say('bob', 'alice');
    expect(talk.say('alice', 'role:coordinator', ['bob'])).toBeGreaterThan(0);
  });

  test('[LB1] also when somebody else had that role before', () => {
    const talk = new Talk();
    talk.say('alice', 'role:coordinator', ['carol']);
    for (let turn = 0; turn < MESSAGES_IN_TURN; turn++)
      if (turn % 2 === 0) talk.say('alice', 'role:coordinator', ['bob']);
      else talk.say('bob', 'alice');
    expect(talk.say('alice', 'role:coordinator', ['bob'])).toBe(SLOWED_MS);
  });

  test('[LB1] two pairs at once, each for itself', () => {
    const talk = new Talk();
    for (let turn = 0; turn < MESSAGES_IN_TURN; turn++)
      for (const other of ['bob', 'carol'])
        if (turn % 2 === 0) talk.say('alice', other);
        else talk.say(other, 'alice');
    expect([talk.say('alice', 'bob'), talk.say('carol', 'alice'), talk.say('bob', 'carol')]).toEqual([
      SLOWED_MS,
      SLOWED_MS,
      0,
    ]);
  });
});

describe('a healthy conversation', () => {
  const MANY = 10 * MESSAGES_IN_TURN;

  test.each(['task.progress', 'lock.claim', 'checkpoint.save', 'task.complete', 'question.ask'])(
    '[LB2] with some work in between raises nothing: %s',
    (command) => {
      const talk = new Talk();
      expect(talk.pingPong(MANY, 1_000, (turn) => turn % 10 === 9 && talk.breaker.did('bob', command))).toBe(MANY);
      expect(talk.found).toEqual([]);
    },
  );

  test.each(['agent.heartbeat', 'message.ack', 'directive.receipt', 'lock.renew', 'agent.update', 'agent.register'])(
    '[LB2] %s is no work',
    (command) => {
      const talk = new Talk();
      talk.pingPong(MESSAGES_IN_TURN, 1_000, () => talk.breaker.did('bob', command));
      expect(talk.found).toEqual(['bob with alice']);
    },
  );

  test('[LB2] with people in it raises nothing', () => {
    const talk = new Talk();
    expect(talk.pingPong(MANY, 1_000, (turn) => turn % 10 === 9 && talk.breaker.spokenTo('alice'))).toBe(MANY);
    expect(talk.found).toEqual([]);
  });

  test('[LB2] with a pause to think raises nothing', () => {
    const talk = new Talk();
    expect(talk.pingPong(MANY, 1_000, (turn) => turn % 10 === 9 && talk.pass(FAST_MS))).toBe(MANY);
    expect(talk.pingPong(MANY, FAST_MS + 1)).toBe(MANY);
    expect(talk.found).toEqual([]);
  });

  test('[LB2] one that reports to another without being answered raises nothing, nor do announcements to all', () => {
    const talk = new Talk();
    for (let i = 0; i < MANY; i++) {
      talk.say('alice', 'bob');
      talk.say(i % 2 === 0 ? 'bob' : 'carol', 'all', ['alice', 'bob', 'carol']);
      talk.pass(100);
    }
    expect(talk.found).toEqual([]);
  });

  test('[LB2] a crew as that of the demo, which reports findings while it works, raises nothing', () => {
    const talk = new Talk();
    const crew = ['speed-1', 'speed-2', 'quality-1', 'ai-1'];
    for (let task = 0; task < 60; task++)
      for (const [at, agent] of crew.entries()) {
        const next = crew[(at + 1) % crew.length] ?? '';
        talk.breaker.did(agent, 'task.next');
        talk.breaker.did(agent, 'lock.claim');
        talk.say(agent, next, [next], `area:${task}`);
        talk.say(next, agent, [agent], `area:${task}`);
        talk.say(agent, 'role:coordinator', ['coordinator'], `area:${task}`);
        talk.say('coordinator', agent, [agent], `area:${task}`);
        talk.breaker.did(agent, 'task.complete');
        talk.pass(300);
      }
    expect(talk.found).toEqual([]);
  });
});

describe('the same refused command', () => {
  const NO: ErrorBody = { code: 'STALE_ATTEMPT', message: 'Attempt 1 of T-1 is over.' };
  const HELD: ErrorBody = { code: 'LOCK_HELD', message: 'bob holds a.', retry: { afterMs: 1_000 } };
  const asks = (input: object = { taskId: 'T-1' }, command = 'task.complete') => askedOf('alice', command, input);

  /** Asks again and again; how often it was asked at all. */
  function insist(talk: Talk, times: number, everyMs: number, error = NO, what = (_: number) => asks()): number {
    let asked = 0;
    for (let i = 0; i < times; i++) {
      if (talk.breaker.check(what(i), talk.now) === undefined) {
        asked++;
        talk.breaker.refused(what(i), error, talk.now);
        talk.look();
      }
      talk.pass(everyMs);
    }
    return asked;
  }

  test('[LB3] is slowed after some times, and it is told once', () => {
    const talk = new Talk();
    expect(insist(talk, 25, 1_000)).toBe(SAME_REFUSALS);
    expect(talk.found).toEqual(['alice']);
    expect(talk.breaker.check(asks(), talk.now)).toMatchObject({
      refused: { code: 'RATE_LIMITED', retry: { afterMs: SLOWED_MS + (SAME_REFUSALS - 1) * 1_000 - 25_000 } },
    });
    // Another input, another command, another agent are not held up.
    expect(talk.breaker.check(asks({ taskId: 'T-2' }), talk.now)).toBeUndefined();
    expect(talk.breaker.check(asks(undefined, 'task.fail'), talk.now)).toBeUndefined();
    expect(talk.breaker.check({ ...asks(), agentId: 'bob' }, talk.now)).toBeUndefined();
    talk.pass(SLOWED_MS);
    expect(insist(talk, 5, 1_000)).toBe(1);
    expect(talk.found).toEqual(['alice']);
  });

  test('[LB3] two in turn are each the same again', () => {
    const talk = new Talk();
    expect(insist(talk, 60, 500, NO, (i) => asks({ taskId: `T-${i % 2}` }))).toBe(2 * SAME_REFUSALS);
  });

  test('[LB3] who waits as long as it was told is patient; who does not, is not', () => {
    const talk = new Talk();
    expect(insist(talk, 50, 1_000, HELD)).toBe(50);
    expect(talk.found).toEqual([]);
    expect(insist(talk, 50, 100, HELD)).toBeLessThan(20);
    expect(talk.found).toEqual(['alice']);
  });

  test('[LB3] what works in between, long pauses, and different input raise nothing', () => {
    const talk = new Talk();
    for (let i = 0; i < 10; i++) {
      expect(insist(talk, SAME_REFUSALS - 1, 100)).toBe(SAME_REFUSALS - 1);
      talk.breaker.worked(asks());
    }
    expect(insist(talk, 50, FAST_MS + 1)).toBe(50);
    expect(insist(talk, 50, 10, NO, (n) => asks({ n }))).toBe(50);
    expect(talk.found).toEqual([]);
  });

  test.each(['RATE_LIMITED', 'OVERLOADED', 'STORAGE_UNAVAILABLE', 'SUPERSEDED', 'TIMEOUT', 'INTERNAL'] as const)(
    '[LB3] %s is not about what was asked',
    (code) => {
      const talk = new Talk();
      expect(insist(talk, 50, 10, { code, message: 'x' })).toBe(50);
    },
  );
});

describe('the end of a loop', () => {
  const loop = (): Talk => {
    const talk = new Talk();
    talk.pingPong(MESSAGES_IN_TURN + 1);
    expect(talk.breaker.isLooping('alice', talk.now)).toBe(true);
    return talk;
  };

  test('[LB4] when they have stopped for a while; asking and being refused is not stopping', () => {
    const talk = loop();
    for (let i = 0; i < 200; i++) talk.pass(SLOWED_MS / 2 + 1).say('alice', 'bob');
    expect(talk.breaker.isLooping('alice', talk.now)).toBe(true);
    talk.pass(STOPPED_AFTER_MS + 1);
    expect(talk.breaker.isLooping('alice', talk.now)).toBe(false);
    expect(talk.pingPong(MESSAGES_IN_TURN - 1)).toBe(MESSAGES_IN_TURN - 1);
    expect(talk.breaker.isLooping('alice', talk.now)).toBe(false);
  });

  test.each<[string, (talk: Talk) => void]>([
    ['one of them does some work', (talk) => talk.breaker.did('alice', 'task.progress')],
    ['a person speaks to one of them', (talk) => talk.breaker.spokenTo('bob')],
  ])('[LB4] when %s', (_, act) => {
    const talk = loop();
    act(talk);
    expect([talk.breaker.isLooping('alice', talk.now), talk.say('bob', 'alice')]).toEqual([false, 0]);
  });

  test('[LB4] a refused command that works at last', () => {
    const talk = new Talk();
    const asked = askedOf('alice', 'task.start', {});
    for (let i = 0; i < SAME_REFUSALS; i++) talk.breaker.refused(asked, { code: 'NOT_FOUND', message: 'x' }, talk.now);
    expect(talk.breaker.isLooping('alice', talk.now)).toBe(true);
    talk.breaker.worked(asked);
    expect(talk.breaker.isLooping('alice', talk.now)).toBe(false);
    expect(talk.breaker.isQuiet).toBe(true);
  });
});

test('[LB5] what is remembered is bounded, and nothing is left of what has stopped', () => {
  const talk = new Talk();
  for (let i = 0; i < 20_000; i++) {
    talk.breaker.sent({ from: `a${i}`, to: `b${i}`, recipients: [`b${i}`] }, talk.now);
    const asked = askedOf(`a${i}`, 'task.start', { n: i });
    talk.breaker.refused(asked, { code: 'NOT_FOUND', message: 'x' }, talk.now);
  }
  expect(talk.breaker.remembered).toEqual({ pairs: 10_000, agents: 5_000 });
  talk.pass(STOPPED_AFTER_MS + 1).look();
  expect(talk.breaker.remembered).toEqual({ pairs: 0, agents: 0 });
  expect(talk.breaker.isQuiet).toBe(true);
});
