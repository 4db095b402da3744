import { rolesAllowed } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { ACCESS_ROLES } from '@signalbox/shared/records/hub';
import { expect, test } from 'vitest';
import { actsOnHub } from './command-log.ts';
import { mayRun, OFFERED, type OfferedCommand } from './permissions.ts';

const offered = Object.keys(OFFERED) as OfferedCommand[];

test.each(offered)('%s is offered to those people who may call it, and to nobody else', (name) => {
  const declared = COMMANDS.find((command) => command.name === name);
  expect(declared?.access).toBe(OFFERED[name]);
  const people = ACCESS_ROLES.filter((role) => role !== 'agent');
  expect(people.filter((role) => mayRun(role, name))).toEqual(
    people.filter((role) => rolesAllowed(OFFERED[name]).includes(role)),
  );
});

test('an agent token looks and never acts; an unknown role neither', () => {
  for (const name of offered) {
    expect(mayRun('agent', name)).toBe(false);
    expect(mayRun(undefined, name)).toBe(false);
    expect(mayRun('someone', name)).toBe(false);
  }
});

test('what acts on the hub as a whole is known by its name', () => {
  const writes = COMMANDS.filter(({ kind }) => kind === 'write');
  const wrong = writes.filter((command) => actsOnHub(command.name) !== 'scope' in command);
  expect(wrong.map(({ name }) => name)).toEqual([]);
});
