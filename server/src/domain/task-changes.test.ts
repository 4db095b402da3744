import type { CommandInput } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

type Fields = Partial<CommandInput<'task.create'>>;
const kim = (on: Scene) => on.as('human:kim');

/** Alice and bob, who ask for work, and tasks by kim. */
function scene(...tasks: Fields[]): Scene {
  const made = new Scene();
  for (const id of ['alice', 'bob']) made.agent(id, { accepts: 'pull', maxTasks: 2 });
  for (const fields of tasks) kim(made).call('task.create', { title: 'Some work', ...fields });
  return made;
}
const next = (on: Scene) => on.as('alice').call('task.next', {});
const own = { taskId: 'T-1', attempt: 1 };
/** T-1 is completed by alice. */
function done(...tasks: Fields[]): Scene {
  const made = scene({ priority: 1 }, ...tasks);
  next(made);
  made.as('alice').call('task.complete', own);
  return made;
}

describe('why a task waits, when something of it changes', () => {
  const locked = (): Scene => {
    const made = scene({ files: ['src/a.ts'] });
    made.agent('carol', { accepts: 'none' });
    made.as('carol').call('lock.claim', { paths: ['src/'] });
    made.settle();
    return made;
  };
  const backingOff = (): Scene => {
    const made = scene({ files: ['src/a.ts'] });
    next(made);
    made.as('alice').call('task.fail', { ...own, reason: 'no compiler' });
    return made;
  };
  test.each<[string, () => Scene, Partial<CommandInput<'task.update'>>, string | undefined]>([
    ['a lock, and other files', locked, { files: ['docs/'] }, undefined],
    ['a lock, and another title', locked, { title: 'x' }, 'LOCK'],
    ['a backoff, and other files', backingOff, { files: ['docs/'] }, 'BACKOFF'],
    ['a backoff, and another title', backingOff, { title: 'x' }, 'BACKOFF'],
  ])('[TK5] %s', (_, make, change, code) => {
    const made = make();
    kim(made).call('task.update', { taskId: 'T-1', ...change });
    expect(made.task('T-1').waiting?.code).toBe(code);
  });
});

describe('another dependency', () => {
  test.each<[string, (on: Scene) => unknown, dependency: 'T-1' | 'T-3', string]>([
    ['of what is under way, complete', next, 'T-1', 'in_progress alice'],
    ['of what is under way, not complete', next, 'T-3', 'INVALID_STATE'],
    [
      'of what waits for a review, not complete',
      (on) => {
        next(on);
        on.as('alice').call('task.submit', { taskId: 'T-2', attempt: 1, result: { summary: 'x' } });
      },
      'T-3',
      'INVALID_STATE',
    ],
    [
      'of what waits for a review, complete',
      (on) => {
        next(on);
        on.as('alice').call('task.submit', { taskId: 'T-2', attempt: 1, result: { summary: 'x' } });
      },
      'T-1',
      'needs_review alice',
    ],
    [
      'of what was given and not started, complete',
      (on) => kim(on).call('task.assign', { taskId: 'T-2', agentId: 'alice' }),
      'T-1',
      'pending alice',
    ],
    [
      'of what was given and not started, not complete',
      (on) => kim(on).call('task.assign', { taskId: 'T-2', agentId: 'alice' }),
      'T-3',
      'pending null DEPENDENCY',
    ],
    ['of what nobody has, complete', () => {}, 'T-1', 'pending null'],
    ['of what nobody has, not complete', () => {}, 'T-3', 'pending null DEPENDENCY'],
  ])('[TK5] %s', (_, happens, dependency, expected) => {
    const made = done({ priority: 2 }, {});
    happens(made);
    const reply = kim(made).attempt('task.update', { taskId: 'T-2', dependencies: [dependency] });
    const { status, assignee, waiting } = made.task('T-2');
    const stands = `${status} ${assignee}${waiting ? ` ${waiting.code}` : ''}`;
    expect('refused' in reply ? reply.refused.code : stands).toBe(expected);
  });

  test('[TK5] takes back what was not started, as if given to nobody', () => {
    const made = scene({}, {});
    kim(made).call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    kim(made).call('task.update', { taskId: 'T-1', dependencies: ['T-2'] });
    expect(made.task('T-1').attempts).toMatchObject([{ agentId: 'alice', outcome: 'reassigned', endedAt: made.at }]);
  });

  test('[TK5] than the dead one lets a blocked task go on', () => {
    const made = scene({}, { dependencies: ['T-1'] });
    kim(made).call('task.cancel', { taskId: 'T-1', reason: 'no' });
    expect(made.task('T-2').status).toBe('blocked');
    kim(made).call('task.update', { taskId: 'T-2', dependencies: [] });
    expect(made.task('T-2')).toMatchObject({ status: 'pending' });
    expect(made.task('T-2')).not.toHaveProperty('reason');
  });
});

describe('cancelling', () => {
  test('[TK6] is how the attempt ended', () => {
    const made = scene({});
    next(made);
    kim(made).call('task.cancel', { taskId: 'T-1', reason: 'no' });
    expect(made.task('T-1').attempts).toMatchObject([{ agentId: 'alice', outcome: 'cancelled', endedAt: made.at }]);
  });

  test('[TK6] what failed for good is over for people, too', () => {
    const made = scene({ maxAttempts: 1 });
    next(made);
    made.as('alice').call('task.fail', { ...own, reason: 'no compiler' });
    expect(made.need('alarm', 'A-1')).toMatchObject({ code: 'RETRY_OUT', state: 'unacked' });
    kim(made).call('task.cancel', { taskId: 'T-1', reason: 'no' });
    expect(made.need('alarm', 'A-1').state).toBe('returned');
  });
});

describe('what its assignee does not change', () => {
  test('[TK20] whether it is reviewed, and how often it may be tried', () => {
    const made = scene({ review: true });
    next(made);
    for (const change of [{ review: false }, { maxAttempts: 20 }])
      expect(made.as('alice').refused('task.update', { taskId: 'T-1', ...change })).toMatchObject({
        code: 'FORBIDDEN',
      });
    made.as('alice').call('task.update', { taskId: 'T-1', title: 'Better words' });
    kim(made).call('task.update', { taskId: 'T-1', review: false, maxAttempts: 5 });
    expect(made.task('T-1')).toMatchObject({ title: 'Better words', review: false, maxAttempts: 5 });
  });

  test('[TK20] nor does anybody but creator and people take it from an agent by what it depends on', () => {
    const made = scene({}, {});
    kim(made).call('task.assign', { taskId: 'T-1', agentId: 'alice' });
    const change = { taskId: 'T-1', dependencies: ['T-2'] };
    expect(made.as('bob').refused('task.update', change)).toMatchObject({ code: 'FORBIDDEN' });
    expect(made.task('T-1')).toMatchObject({ assignee: 'alice', dependencies: [] });
    made.as('alice').call('task.update', change);
    expect(made.task('T-1')).toMatchObject({ assignee: null, waiting: { code: 'DEPENDENCY', on: 'T-2' } });
  });
});

test('[TK7] nothing is given to who has left', () => {
  const made = scene({});
  made.as('bob').call('agent.leave', {});
  expect(kim(made).refused('task.assign', { taskId: 'T-1', agentId: 'bob' })).toMatchObject({ code: 'NOT_FOUND' });
});

test.each(['task.retry', 'task.unblock'] as const)('[TK8] %s of what is not there', (name) => {
  expect(kim(scene()).refused(name, { taskId: 'T-9' })).toMatchObject({ code: 'NOT_FOUND' });
});

test('[AG5] a second task changes nothing of since when its agent works', () => {
  const made = scene({}, {});
  next(made);
  const since = made.at;
  next(made.pass(5_000));
  expect(made.need('agent', 'alice')).toMatchObject({ taskIds: ['T-1', 'T-2'], state: 'working', stateAt: since });
});
