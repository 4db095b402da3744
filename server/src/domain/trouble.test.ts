import { describe, expect, test } from 'vitest';
import { HUB, Scene } from './testing/scene.ts';
import { decideTrouble, type Lasting } from './trouble.ts';

const MINUTE = 60_000;
const kim = (on: Scene) => on.as('human:kim');

function scene(...ids: string[]): Scene {
  const made = new Scene();
  for (const id of ids) made.agent(id, { accepts: 'pull', instance: 'p1' });
  return made;
}
const look = (on: Scene, code: Lasting['code'], [kind, id]: [string, string], budgetUsd?: number) => {
  on.decide(HUB, decideTrouble, { code, subject: { kind, id }, budgetUsd });
  return on.replica.alarmOn(code, id);
};

describe('CRIT_STUCK', () => {
  const stuck = (on: Scene) => look(on, 'CRIT_STUCK', ['task', 'T-1']);
  function critical(): Scene {
    const made = scene('alice');
    kim(made).call('task.create', { title: 'Restore login', priority: 1 });
    return made;
  }

  test('[AL4] a critical task with nobody for more than 5 minutes, until somebody has it', () => {
    const made = critical();
    expect(stuck(made.pass(5 * MINUTE))).toBeUndefined();
    expect(stuck(made.pass(1))).toMatchObject({
      priority: 1,
      state: 'unacked',
      subject: { kind: 'task', id: 'T-1' },
      summary: 'T-1 Restore login is with nobody',
    });
    const { seq } = made;
    stuck(made.pass(MINUTE));
    expect(made.seq, 'it is raised once').toBe(seq);
    made.as('alice').call('task.next', {});
    expect(stuck(made)).toMatchObject({ state: 'returned' });
  });

  test('[AL4] or blocked, with the reason, and acknowledged it goes when that is over', () => {
    const made = critical();
    made.as('alice').call('task.next', {});
    made.as('alice').call('task.block', { taskId: 'T-1', attempt: 1, reason: 'no access' });
    expect(stuck(made.pass(5 * MINUTE))).toBeUndefined();
    expect(stuck(made.pass(1))?.summary).toBe('T-1 Restore login is blocked: no access');
    kim(made).call('alarm.acknowledge', { alarmId: 'A-1' });
    kim(made).call('task.cancel', { taskId: 'T-1', reason: 'x' });
    expect(stuck(made)).toBeUndefined();
  });

  test('[AL4] not while it waits for work that goes on, nor when it is not critical', () => {
    const made = critical();
    made.as('alice').call('task.next', {});
    kim(made).call('task.create', { title: 'Then', priority: 1, dependencies: ['T-1'] });
    kim(made).call('task.create', { title: 'Other' });
    made.pass(10 * MINUTE);
    for (const id of ['T-2', 'T-3', 'T-9']) expect(look(made, 'CRIT_STUCK', ['task', id])).toBeUndefined();
  });

  test.each<[string, (on: Scene) => unknown, boolean]>([
    ['waits for its next try', (on) => act(on, 'task.fail'), false],
    [
      'waits because everybody is paused',
      (on) => {
        kim(on).call('directive.send', { to: 'all', action: 'pause' });
        on.settle();
      },
      false,
    ],
    ['is given to somebody who has not started', (on) => give(on), false],
    ['waits for somebody who can', (on) => on.settle(), true],
    ['depends on what was cancelled', (on) => dependOnCancelled(on), true],
  ])('[AL4] one that %s', (_, happens, isRaised) => {
    const made = critical();
    happens(made);
    expect(stuck(made.pass(5 * MINUTE + 1)) !== undefined).toBe(isRaised);
  });

  function act(on: Scene, how: 'task.fail' | 'task.block'): void {
    on.as('alice').call('task.next', {});
    on.as('alice').call(how, { taskId: 'T-1', attempt: 1, reason: 'x' });
  }
  const give = (on: Scene) => kim(on).call('task.assign', { taskId: 'T-1', agentId: 'alice' });
  function dependOnCancelled(on: Scene): void {
    kim(on).call('task.create', { title: 'Before' });
    kim(on).call('task.update', { taskId: 'T-1', dependencies: ['T-2'] });
    kim(on).call('task.cancel', { taskId: 'T-2', reason: 'x' });
  }

  test('[AL4] its time begins with the end of its last attempt, not with its making', () => {
    const made = critical().pass(4 * MINUTE);
    act(made, 'task.block');
    expect(stuck(made.pass(5 * MINUTE))).toBeUndefined();
    expect(stuck(made.pass(1))).toMatchObject({ state: 'unacked' });
  });

  test.each<[string, (on: Scene) => unknown]>([
    [
      'what it waited for was completed',
      (on) => {
        kim(on).call('task.create', { title: 'Before', priority: 1 });
        kim(on).call('task.update', { taskId: 'T-1', dependencies: ['T-2'] });
        on.as('alice').call('task.next', {});
        on.pass(20 * MINUTE);
        on.as('alice').call('task.complete', { taskId: 'T-2', attempt: 1 });
        on.settle();
      },
    ],
    [
      'the delay of its next try was over',
      (on) => {
        kim(on).call('task.update', { taskId: 'T-1', maxAttempts: 20 });
        for (let failure = 1; failure <= 10; failure++) {
          on.as('alice').call('task.next', {});
          on.as('alice').call('task.fail', { taskId: 'T-1', attempt: failure, reason: 'x' });
          on.pass(60 * MINUTE).sweep();
        }
      },
    ],
    [
      'everybody was resumed',
      (on) => {
        kim(on).call('directive.send', { to: 'all', action: 'pause' });
        on.settle();
        kim(on).call('directive.send', { to: 'all', action: 'resume' });
        on.pass(20 * MINUTE).settle();
      },
    ],
    [
      'it was tried again',
      (on) => {
        kim(on).call('task.cancel', { taskId: 'T-1', reason: 'x' });
        on.pass(20 * MINUTE);
        kim(on).call('task.retry', { taskId: 'T-1' });
      },
    ],
    [
      'it was made critical',
      (on) => {
        kim(on).call('task.update', { taskId: 'T-1', priority: 4 });
        on.pass(20 * MINUTE);
        kim(on).call('task.update', { taskId: 'T-1', priority: 1 });
      },
    ],
  ])('[AL4] its time begins when %s', (_, happens) => {
    const made = critical();
    happens(made);
    expect(stuck(made)).toBeUndefined();
    expect(stuck(made.pass(5 * MINUTE))).toBeUndefined();
    expect(stuck(made.pass(1))).toMatchObject({ state: 'unacked' });
  });

  test('[AL4] its time goes on while what keeps it changes', () => {
    const made = critical();
    act(made, 'task.block');
    made.pass(4 * MINUTE);
    kim(made).call('task.unblock', { taskId: 'T-1' });
    made.settle();
    expect(stuck(made.pass(MINUTE + 1))).toMatchObject({ state: 'unacked' });
  });
});

describe('LOCK_HOT', () => {
  const hot = (on: Scene) => look(on, 'LOCK_HOT', ['lock', 'L-1']);
  const claim = (on: Scene, ...ids: string[]) => {
    for (const id of ids) on.as(id).call('lock.claim', { paths: ['a'], ttlMs: 3_600_000, waitMs: 3_600_000 });
  };

  test('[AL5] three wait for a lock that is held for more than a minute, until fewer do', () => {
    const made = scene('alice', 'bob', 'carol', 'dave');
    claim(made, 'alice', 'bob', 'carol', 'dave');
    expect(hot(made.pass(MINUTE))).toBeUndefined();
    expect(hot(made.pass(1))).toMatchObject({ priority: 2, summary: 'alice holds a, and 3 wait for it' });
    made.as('dave').call('lock.release', { lockId: 'L-4' });
    expect(hot(made)).toMatchObject({ state: 'returned' });
  });

  test('[AL5] nobody needs to have company in waiting: one for too long is enough', () => {
    const made = scene('alice', 'bob', 'carol');
    claim(made, 'alice', 'bob');
    made.pass(10 * MINUTE + 1);
    claim(made, 'carol');
    expect(hot(made)).toMatchObject({ state: 'unacked', summary: 'alice holds a, and 2 wait for it' });
  });

  test('[AL5] or somebody for more than 10 minutes, until the lock ends', () => {
    const made = scene('alice', 'bob');
    claim(made, 'alice', 'bob');
    expect(hot(made.pass(10 * MINUTE))).toBeUndefined();
    expect(hot(made.pass(1))).toMatchObject({ state: 'unacked' });
    kim(made).call('alarm.acknowledge', { alarmId: 'A-1' });
    kim(made).call('lock.forceRelease', { lockId: 'L-1', reason: 'x' });
    expect(hot(made)).toBeUndefined();
  });
});

describe('BUDGET', () => {
  const budget = (on: Scene, usd?: number) => look(on, 'BUDGET', ['project', 'acme'], usd);
  const report = (on: Scene, id: string, costUsd: number, tokensIn = 10) =>
    on.as(id).call('agent.heartbeat', { usage: { tokensIn, tokensOut: 5, costUsd } });
  const spent = (on: Scene) => on.replica.get('spending', 'spending')?.costUsd;

  test('[AL6] what all processes have reported is added up: a report is a total, and what it adds is what it grew by', () => {
    const made = scene('alice', 'bob');
    report(made, 'alice', 1);
    report(made, 'alice', 3);
    report(made, 'alice', 3);
    expect(
      made.log.at(-1)?.changes.map(({ kind }) => kind),
      'the same again adds nothing',
    ).toEqual(['agent']);
    report(made, 'bob', 2);
    expect(spent(made)).toBe(5);
    made.agent('alice', { accepts: 'pull', instance: 'p2', takeover: true });
    report(made, 'alice', 1);
    made.as('bob').call('agent.leave', {});
    expect(spent(made)).toBe(6);
    report(made, 'alice', 0.5, 2);
    expect(spent(made), 'a smaller total is of a new process').toBe(6.5);
    expect(made.replica.get('spending', 'spending')).toMatchObject({ tokensIn: 32, tokensOut: 20 });
  });

  test('[AL6] raised once when the budget is reached, over when it is higher or none', () => {
    const made = scene('alice');
    report(made, 'alice', 9.99);
    expect(budget(made, 10)).toBeUndefined();
    report(made, 'alice', 10);
    expect(budget(made, 10)).toMatchObject({
      state: 'unacked',
      summary: 'Its agents have reported $10.00 of $10.00',
    });
    const { seq } = made;
    report(made, 'alice', 12);
    expect(budget(made, 10)).toMatchObject({ id: 'A-1' });
    expect(made.seq).toBe(seq + 1);
    expect(budget(made, 20)).toMatchObject({ state: 'returned' });
    expect(budget(made, 12)).toMatchObject({ id: 'A-2', state: 'unacked' });
    kim(made).call('alarm.acknowledge', { alarmId: 'A-2' });
    expect(budget(made)).toBeUndefined();
  });

  test('[AL6] nobody’s report, no alarm; and nothing is stopped by one', () => {
    const made = scene('alice');
    expect(budget(made, 1)).toBeUndefined();
    report(made, 'alice', 5);
    budget(made, 1);
    kim(made).call('task.create', { title: 'x' });
    expect(made.as('alice').call('task.next', {}).task?.id).toBe('T-1');
  });
});
