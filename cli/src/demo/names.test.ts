import { COMMANDS } from '@signalbox/shared/commands';
import { expect, test } from 'vitest';
import { demoNames } from './names.ts';

const now = new Date(2026, 10, 20, 12, 3, 7);

test('tell the runs on one repository apart', () => {
  expect(demoNames('repo', now)).toEqual({ id: 'demo-repo-120307', name: 'Demo: repo 12:03' });
});

test.each([['x'.repeat(255)], ['a\nb\u001b'], ['\u0007'.repeat(80)]])('%j makes a project', (name) => {
  const declaration = COMMANDS.find((command) => command.name === 'project.create');
  const names = demoNames(name, now);
  expect(declaration?.input.safeParse(names).error).toBeUndefined();
  expect(names.name).toMatch(/ 12:03$/);
});
