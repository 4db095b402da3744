import type { ErrorBody } from '@signalbox/shared/errors';
import { describe, expect, test } from 'vitest';
import { decideLoop, decideLoopOver, LoopBreaker } from './loop-breaker.ts';
import { MESSAGES_IN_TURN, SAME_REFUSALS } from './loop-times.ts';
import { HUB, Scene } from './testing/scene.ts';

const send = (from: string, to: string, key = '') => ({
  agentId: from,
  command: 'message.send',
  input: { to },
  key: () => key,
});
const start = { agentId: 'alice', command: 'task.start', input: { taskId: 'T-1' }, key: () => 'T-1' };

/** When all of it began. */
const BEGUN = 60_000;

/** Alice and bob have answered each other until they are slowed. */
function talked(everyMs: number, thread?: string): LoopBreaker {
  const breaker = new LoopBreaker();
  for (let turn = 0; turn < MESSAGES_IN_TURN; turn++) {
    const [from, to] = turn % 2 === 0 ? (['alice', 'bob'] as const) : (['bob', 'alice'] as const);
    breaker.sent({ from, to, recipients: [to], thread }, BEGUN + turn * everyMs);
  }
  return breaker;
}

/** Alice was refused the same until she is slowed. */
function insisted(error: ErrorBody, everyMs: number, breaker = new LoopBreaker()): LoopBreaker {
  for (let turn = 0; turn < SAME_REFUSALS; turn++) breaker.refused(start, error, BEGUN + turn * everyMs);
  return breaker;
}

describe('what people are told of a loop', () => {
  test.each<[string, () => LoopBreaker, number, object]>([
    [
      'two that answer each other',
      () => talked(2_000),
      30_000,
      {
        agentId: 'bob',
        others: ['alice'],
        summary:
          'alice and bob answered each other 16 times in 30 s and did nothing else; now one message in 30 s goes through',
      },
    ],
    [
      'two in a thread, within a blink',
      () => talked(10, 'auth'),
      150,
      {
        agentId: 'bob',
        others: ['alice'],
        summary:
          'alice and bob answered each other 16 times in 1 s in the thread auth and did nothing else; now one message in 30 s goes through',
      },
    ],
    [
      'one that is refused the same',
      () => insisted({ code: 'NOT_FOUND', message: 'There is no task T-1.' }, 1_000),
      9_000,
      {
        agentId: 'alice',
        others: [],
        summary: 'alice was refused the same task.start 10 times in 9 s: NOT_FOUND, There is no task T-1.',
      },
    ],
  ])('[LB1] names who, how often, how fast and about what: %s', (_, make, now, found) => {
    const breaker = make();
    expect(breaker.look(BEGUN + now)).toEqual([found]);
    expect(breaker.look(BEGUN + now)).toEqual([]);
  });

  test('[LB3] a long reason is cut, and the reason is the last one', () => {
    const breaker = new LoopBreaker();
    breaker.refused(start, { code: 'INVALID_STATE', message: 'the first' }, BEGUN);
    insisted({ code: 'NOT_FOUND', message: 'x'.repeat(5_000) }, 100, breaker);
    const [loop] = breaker.look(BEGUN + 900);
    expect(loop?.summary).toBe(`alice was refused the same task.start 10 times in 1 s: NOT_FOUND, ${'x'.repeat(200)}`);
  });
});

describe('what the agent is told', () => {
  test('[LB1] with whom it goes round', () => {
    expect(talked(100).check(send('alice', 'bob'), BEGUN + 2_000)).toMatchObject({
      refused: { message: expect.stringMatching(/^You and bob have answered each other .+question\.ask/) },
    });
  });

  test('[LB3] what was refused', () => {
    expect(insisted({ code: 'NOT_FOUND', message: 'x' }, 100).check(start, BEGUN + 2_000)).toMatchObject({
      refused: { message: expect.stringMatching(/^The same task\.start was refused .+question\.ask/) },
    });
  });

  test('[LB1] [LB3] both can be so at once: each loop holds up its own', () => {
    const breaker = insisted({ code: 'NOT_FOUND', message: 'x' }, 100, talked(100));
    const waits = [send('alice', 'bob', 'to bob'), start, send('alice', 'carol', 'to carol')];
    expect(waits.map((asked) => breaker.check(asked, BEGUN + 2_000)?.refused.code)).toEqual([
      'RATE_LIMITED',
      'RATE_LIMITED',
      undefined,
    ]);
  });

  test('[LB1] nothing of it when it gives the other something: only messages are held up', () => {
    const give = { agentId: 'alice', command: 'lock.transfer', input: { lockId: 'L-1', to: 'bob' }, key: () => 'L-1' };
    expect(talked(100).check(give, BEGUN + 2_000)).toBeUndefined();
  });

  test('[LB3] a message that is refused again and again is slowed like any command', () => {
    const breaker = new LoopBreaker();
    const lost = send('alice', 'nobody', 'to nobody');
    for (let turn = 0; turn < SAME_REFUSALS; turn++)
      breaker.refused(lost, { code: 'NOT_FOUND', message: 'x' }, turn * 100);
    expect(breaker.check(lost, 1_000)?.refused.code).toBe('RATE_LIMITED');
    expect(breaker.check(send('alice', 'bob', 'to bob'), 1_000)).toBeUndefined();
  });
});

describe('what is remembered', () => {
  test.each<[string, (breaker: LoopBreaker) => unknown, { pairs: number; agents: number }]>([
    ['of nobody', () => {}, { pairs: 0, agents: 0 }],
    [
      'of who wrote to one other',
      (breaker) => breaker.sent({ from: 'alice', to: 'bob', recipients: ['bob'] }, 0),
      { pairs: 1, agents: 0 },
    ],
    [
      'of who wrote to people only',
      (breaker) => breaker.sent({ from: 'alice', to: 'people', recipients: [] }, 0),
      { pairs: 0, agents: 0 },
    ],
    [
      'of who wrote to itself',
      (breaker) => breaker.sent({ from: 'alice', to: 'alice', recipients: ['alice'] }, 0),
      { pairs: 0, agents: 0 },
    ],
    [
      'of who was refused',
      (breaker) => breaker.refused(start, { code: 'NOT_FOUND', message: 'x' }, 0),
      { pairs: 0, agents: 1 },
    ],
    [
      'of who was refused and could do it then',
      (breaker) => {
        breaker.refused(start, { code: 'NOT_FOUND', message: 'x' }, 0);
        breaker.worked(start);
      },
      { pairs: 0, agents: 0 },
    ],
    [
      'of who was refused and heard from a person',
      (breaker) => {
        breaker.refused(start, { code: 'NOT_FOUND', message: 'x' }, 0);
        breaker.spokenTo('alice');
      },
      { pairs: 0, agents: 0 },
    ],
  ])('[LB5] %s', (_, act, remembered) => {
    const breaker = new LoopBreaker();
    act(breaker);
    expect(breaker.remembered).toEqual(remembered);
    expect(breaker.isQuiet).toBe(remembered.pairs + remembered.agents === 0);
  });
});

describe('the alarm LOOP', () => {
  const loop = { agentId: 'alice', others: ['bob'], summary: 'alice and bob go round' };
  const scene = (): Scene => {
    const made = new Scene();
    made.agent('alice');
    return made;
  };

  test('[LB1] stands on the agent, names the others and says what goes on', () => {
    const made = scene();
    expect(made.decide(HUB, decideLoop, loop)).toEqual({});
    expect(made.need('alarm', 'A-1')).toMatchObject({
      code: 'LOOP',
      state: 'unacked',
      subject: { kind: 'agent', id: 'alice' },
      others: ['bob'],
      summary: 'alice and bob go round',
    });
  });

  test('[LB3] names nobody else when there is nobody else', () => {
    const made = scene();
    made.decide(HUB, decideLoop, { ...loop, others: [] });
    expect(made.need('alarm', 'A-1').others).toBeUndefined();
  });

  test('[LB1] not on an agent that is not there any more', () => {
    const made = scene();
    made.decide(HUB, decideLoop, { ...loop, agentId: 'nobody' });
    expect(made.replica.count('alarm')).toBe(0);
  });

  test('[LB4] is over for that agent, and for no other', () => {
    const made = scene();
    made.agent('bob');
    for (const agentId of ['alice', 'bob']) made.decide(HUB, decideLoop, { ...loop, agentId, others: [] });
    expect(made.decide(HUB, decideLoopOver, { agentId: 'alice' })).toEqual({});
    expect(made.replica.all('alarm').map(({ subject, state }) => `${subject.id} ${state}`)).toEqual([
      'alice returned',
      'bob unacked',
    ]);
  });
});
