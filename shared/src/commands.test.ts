import { describe, expect, test } from 'vitest';
import { type CommandDeclaration, rolesAllowed } from './command.ts';
import { COMMANDS } from './commands.ts';

const declarations: readonly CommandDeclaration[] = COMMANDS;
const named = (name: string) => declarations.find((declaration) => declaration.name === name);
const steps = declarations.flatMap(({ name, examples }) =>
  examples.flatMap((example) => [
    ...(example.before ?? []).map(({ command, input }) => [`before ${name}`, command, input] as const),
    ['example', name, example.input] as const,
  ]),
);

describe('declarations', () => {
  test('have names of their own, noun.verb', () => {
    const names = declarations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
  });

  test.each(declarations.map((declaration) => [declaration.name, declaration] as const))(
    '%s says what it does in sentences, and takes no field it does not name',
    (_, { summary, input, examples }) => {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      const [example] = examples;
      expect(input.safeParse({ ...(example.input as object), 'no such field': 1 }).success).toBe(false);
    },
  );

  test.each(steps)('%s: %s takes %j', (_, name, input) => {
    expect(named(name)?.input.safeParse(input)).toMatchObject({ success: true });
  });

  test('only agents can be meant where the caller must be one', () => {
    for (const { identity, access } of declarations) if (identity === 'agent') expect(access).toBe('member');
  });
});

describe('who may', () => {
  test.each([
    ['viewer', ['viewer', 'agent', 'operator', 'admin']],
    ['member', ['agent', 'operator', 'admin']],
    ['operator', ['operator', 'admin']],
    ['admin', ['admin']],
  ] as const)('%s', (access, roles) => {
    expect(rolesAllowed(access)).toEqual(roles);
  });

  test('the commands of people are these', () => {
    const of = (access: string) => declarations.filter((one) => one.access === access).map(({ name }) => name);
    expect(of('operator')).toEqual([
      'agent.evict',
      'lock.forceRelease',
      'directive.send',
      'question.answer',
      'alarm.acknowledge',
      'alarm.shelve',
      'alarm.unshelve',
    ]);
    expect(of('admin')).toEqual([
      'project.create',
      'project.update',
      'project.export',
      'project.remove',
      'token.create',
      'token.link',
      'token.list',
      'token.revoke',
    ]);
  });

  test('viewers change nothing: what they may call is read, or a guard that writes nothing', () => {
    const writes = declarations.filter(({ access, kind }) => access === 'viewer' && kind === 'write');
    expect(writes.map(({ name }) => name)).toEqual(['lock.check']);
  });
});
