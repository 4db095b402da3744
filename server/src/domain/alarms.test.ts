import { describe, expect, test } from 'vitest';
import { Scene } from './testing/scene.ts';

/** RETRY_OUT on T-1 stands as A-1. */
function raised(): Scene {
  const made = new Scene();
  made.agent('alice', { accepts: 'pull' });
  made.as('human:kim').call('task.create', { title: 'Add login', maxAttempts: 1 });
  fail(made);
  return made;
}
function fail(on: Scene): void {
  on.as('alice').call('task.next', {});
  on.as('alice').call('task.fail', { taskId: 'T-1', attempt: on.task('T-1').attempt, reason: 'no compiler' });
}
const kim = (on: Scene) => on.as('human:kim');
const retry = (on: Scene) => kim(on).call('task.retry', { taskId: 'T-1' });
const states = (on: Scene) => on.replica.all('alarm').map(({ id, state }) => `${id} ${state}`);
const shelve = { alarmId: 'A-1', forMs: 60_000, reason: 'known' };

test('[AL1] says what happened, to what, since when', () => {
  const made = raised();
  expect(made.need('alarm', 'A-1')).toMatchObject({
    code: 'RETRY_OUT',
    priority: 2,
    state: 'unacked',
    subject: { kind: 'task', id: 'T-1' },
    raisedAt: made.at,
    summary: 'T-1 Add login failed 1 of 1 times: no compiler',
  });
});

describe('its life', () => {
  test.each<[string, (on: Scene) => unknown, string[]]>([
    ['acknowledged', (on) => kim(on).call('alarm.acknowledge', { alarmId: 'A-1' }), ['A-1 acked']],
    ['over before anybody saw it', retry, ['A-1 returned']],
    [
      'acknowledged, then over',
      (on) => {
        kim(on).call('alarm.acknowledge', { alarmId: 'A-1' });
        retry(on);
      },
      [],
    ],
    [
      'over, then acknowledged',
      (on) => {
        retry(on);
        kim(on).call('alarm.acknowledge', { alarmId: 'A-1' });
      },
      [],
    ],
    [
      'over, then again',
      (on) => {
        retry(on);
        fail(on);
      },
      ['A-2 unacked'],
    ],
    ['shelved', (on) => kim(on).call('alarm.shelve', shelve), ['A-1 shelved']],
    [
      'shelved, then over',
      (on) => {
        kim(on).call('alarm.shelve', shelve);
        retry(on);
      },
      [],
    ],
    [
      'shelved, then acknowledged',
      (on) => {
        kim(on).call('alarm.shelve', shelve);
        kim(on).call('alarm.acknowledge', { alarmId: 'A-1' });
        on.pass(100_000).sweep();
      },
      ['A-1 acked'],
    ],
  ])('[AL2] %s', (_, act, expected) => {
    const made = raised();
    act(made);
    expect(states(made)).toEqual(expected);
  });

  test('[AL3] shelved it comes back by itself at its time, or when somebody says so', () => {
    const made = raised();
    expect(kim(made).call('alarm.shelve', shelve).alarm).toMatchObject({ by: 'human:kim', reason: 'known' });
    made.pass(60_749).sweep();
    expect(states(made)).toEqual(['A-1 shelved']);
    made.pass(1).sweep();
    expect(states(made)).toEqual(['A-1 unacked']);
    expect(made.need('alarm', 'A-1')).not.toHaveProperty('by');
    kim(made).call('alarm.shelve', shelve);
    expect(kim(made).call('alarm.unshelve', { alarmId: 'A-1' })).toMatchObject({ alarm: { state: 'unacked' } });
  });

  test('[AL3] one that was acknowledged, shelved and comes back is unacknowledged altogether', () => {
    const made = raised();
    kim(made).call('alarm.acknowledge', { alarmId: 'A-1' });
    kim(made).call('alarm.shelve', shelve);
    expect(kim(made).call('alarm.unshelve', { alarmId: 'A-1' }).alarm).not.toHaveProperty('ackedAt');
  });

  test.each<[string, (on: Scene) => { code: string }, string]>([
    ['acknowledge what is not there', (on) => kim(on).refused('alarm.acknowledge', { alarmId: 'A-9' }), 'NOT_FOUND'],
    ['shelve what is not there', (on) => kim(on).refused('alarm.shelve', { ...shelve, alarmId: 'A-9' }), 'NOT_FOUND'],
    ['unshelve what is not there', (on) => kim(on).refused('alarm.unshelve', { alarmId: 'A-9' }), 'NOT_FOUND'],
    ['unshelve what is not shelved', (on) => kim(on).refused('alarm.unshelve', { alarmId: 'A-1' }), 'INVALID_STATE'],
    [
      'shelve what is over',
      (on) => {
        retry(on);
        return kim(on).refused('alarm.shelve', shelve);
      },
      'INVALID_STATE',
    ],
  ])('[AL3] cannot %s', (_, act, code) => {
    expect(act(raised())).toMatchObject({ code });
  });
});
