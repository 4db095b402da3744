import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { isRefusal } from '@signalbox/shared/errors';
import { describe, expect, test } from 'vitest';
import { parseInput } from './parse.ts';

const declared = (name: string): CommandDeclaration => {
  const found = COMMANDS.find((command) => command.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const parse = (name: string, raw: unknown, bytes = 100) => parseInput(declared(name), raw, bytes);
/** What the hash of an input is taken of: equal for a repetition, different for another request. */
const hashOf = (name: string, raw: unknown) => {
  const parsed = parse(name, raw);
  return isRefusal(parsed) ? parsed : parsed.inputHash;
};

describe('what fits', () => {
  test.each([undefined, null, {}])('%j is no input', (raw) => {
    expect(parse('task.next', raw)).toEqual({ input: {}, requestId: undefined, inputHash: undefined });
  });

  test('comes out canonical, without the requestId', () => {
    expect(parse('lock.claim', { paths: ['./src//auth/'], requestId: 'r1' })).toMatchObject({
      input: { paths: ['src/auth/**'] },
      requestId: 'r1',
    });
  });

  test('the hash tells a repetition from another request and from another command', () => {
    const one = hashOf('task.unblock', { taskId: 'T-1', requestId: 'r1' });
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(hashOf('task.unblock', { requestId: 'r2', taskId: 'T-1' })).toBe(one);
    expect(hashOf('task.unblock', { taskId: 'T-2', requestId: 'r1' })).not.toBe(one);
    expect(hashOf('task.retry', { taskId: 'T-1', requestId: 'r1' })).not.toBe(one);
  });
});

describe('what does not fit is BAD_INPUT naming the field', () => {
  test.each<[string, unknown, string]>([
    ['task.create', { titel: 'x' }, 'title'],
    ['task.create', { title: 'x', colour: 'red' }, 'colour'],
    ['task.create', { title: 'two\nlines' }, 'title'],
    ['task.create', { title: 'x', priority: 5 }, 'priority'],
    ['task.create', { title: 'x', files: ['a', '../b'] }, 'files.1'],
    ['task.createMany', { tasks: [{ title: 'x' }, { title: '' }] }, 'tasks.1.title'],
    ['task.start', { taskId: 'T-01', attempt: 1 }, 'taskId'],
    ['task.start', { taskId: 'T-1', attempt: 1.5 }, 'attempt'],
    ['lock.claim', { paths: [] }, 'paths'],
    ['lock.claim', { paths: Array(201).fill('a') }, 'paths'],
    ['lock.claim', { paths: ['a'], ttlMs: 4_999 }, 'ttlMs'],
    ['lock.claim', { paths: ['a'], ttlMs: 3_600_001 }, 'ttlMs'],
    ['lock.renew', { lockId: 'L-1', fence: 'newest' }, 'fence'],
    ['message.send', { to: 'bob', type: 'note', body: 'x'.repeat(16 * 1024 + 1) }, 'body'],
    ['message.send', { to: 'bob', type: 'note', body: 'ü'.repeat(8 * 1024 + 1) }, 'body'],
    ['message.send', { to: 'bob', type: 'note', body: 'x', data: 'x'.repeat(16 * 1024) }, 'data'],
    ['directive.send', { to: 'bob', action: 'dance' }, 'action'],
    ['directive.send', { to: ['people'], action: 'pause' }, 'to.0'],
    ['question.ask', { body: 'x', options: ['a', 'b'], default: 'c' }, 'default'],
    ['question.ask', { body: 'x', options: ['a'] }, 'options'],
    ['question.answer', { questionId: 'Q-1' }, 'choice'],
    ['agent.register', { id: 'people', role: 'coder' }, 'id'],
    ['agent.register', { id: 'alice', role: 'Coder' }, 'role'],
    ['agent.register', { id: 'alice', role: 'coder', heartbeatEveryMs: 4_999 }, 'heartbeatEveryMs'],
    ['token.create', { role: 'agent' }, 'project'],
    ['token.create', { role: 'viewer' }, 'name'],
    ['project.create', { id: '_hub' }, 'id'],
    ['alarm.shelve', { alarmId: 'A-1', forMs: 8 * 3_600_000 + 1, reason: 'x' }, 'forMs'],
    ['task.list', { limit: 1_001 }, 'limit'],
    ['task.next', { requestId: 'x'.repeat(65) }, 'requestId'],
    ['task.next', { requestId: 7 }, 'requestId'],
  ])('%s %j: %s', (name, raw, field) => {
    expect(parse(name, raw)).toMatchObject({ refused: { code: 'BAD_INPUT', details: { field } } });
  });

  test.each(['text', 7, true, [['taskId', 'T-1']]])('%j is no object', (raw) => {
    expect(parse('task.next', raw)).toMatchObject({ refused: { code: 'BAD_INPUT' } });
  });

  test('and says so in one sentence', () => {
    const parsed = parse('task.create', { title: 'x', colour: 'red' });
    expect(isRefusal(parsed) && parsed.refused.message).toBe('colour: there is no such field.');
  });
});

describe('sizes', () => {
  test.each([
    ['task.create', 64 * 1024],
    ['task.createMany', 1024 * 1024],
    ['checkpoint.save', 1024 * 1024],
  ])('%s takes %d bytes and not one more', (name, maxBytes) => {
    expect(parse(name, {}, maxBytes)).not.toMatchObject({ refused: { details: { maxBytes } } });
    expect(parse(name, {}, maxBytes + 1)).toMatchObject({
      refused: { code: 'BAD_INPUT', details: { maxBytes, bytes: maxBytes + 1 } },
    });
  });
});
