import { COMMANDS } from '@signalbox/shared/commands';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fieldsOf, inputValue } from './fields.ts';

const input = z.strictObject({
  title: z.string(),
  priority: z.int().min(1).max(4).optional(),
  review: z.boolean().optional(),
  next: z.literal(true).optional(),
  files: z.array(z.string()).optional(),
  to: z.union([z.string(), z.array(z.string())]).optional(),
  agentId: z.string().nullable().optional(),
  mode: z.enum(['a', 'b']).optional(),
  data: z.json().optional(),
  tasks: z.array(z.strictObject({ title: z.string() })).optional(),
});
const byName = (name: string) => {
  const field = fieldsOf(input).find((one) => one.name === name);
  if (field === undefined) throw new Error(name);
  return field;
};

describe('fieldsOf', () => {
  test('every field of every declared command is one', () => {
    for (const command of COMMANDS) {
      const fields = fieldsOf(command.input).map(({ name }) => name);
      for (const { input: example } of command.examples)
        for (const name of Object.keys(Object(example))) expect(fields, command.name).toContain(name);
    }
  });

  test.each([
    ['title', 'text', true],
    ['priority', 'number', false],
    ['review', 'switch', false],
    ['next', 'switch', false],
    ['files', 'list', false],
    ['to', 'choice', false],
    ['agentId', 'text', false],
    ['mode', 'text', false],
    ['data', 'json', false],
    ['tasks', 'json', false],
  ])('%s is written as %s', (name, as, required) => {
    expect(byName(name)).toMatchObject({ as, required });
  });

  test('help names the choices and bounds', () => {
    expect(byName('mode').about).toBe('a | b');
    expect(byName('priority').about).toBe('1 to 4');
  });
});

describe('inputValue', () => {
  test.each([
    ['priority', '3', 3],
    ['priority', 'soon', 'soon'],
    ['review', true, true],
    ['files', ['a', 'b'], ['a', 'b']],
    ['to', ['all'], 'all'],
    ['to', ['alice', 'bob'], ['alice', 'bob']],
    ['agentId', 'null', null],
    ['title', 'null', 'null'],
    ['title', '7', '7'],
    ['data', '{"a":[1]}', { a: [1] }],
    ['data', 'plain words', 'plain words'],
  ])('%s %j is %j', (name, given, value) => {
    expect(inputValue(byName(name), given)).toEqual(value);
  });
});
