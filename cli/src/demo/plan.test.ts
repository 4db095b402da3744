import { COMMANDS } from '@signalbox/shared/commands';
import { expect, test } from 'vitest';
import { areaSlugIn, planTasks } from './plan.ts';
import { ROSTER } from './roster.ts';

const areas = [
  { name: '.', slug: '0-root' },
  { name: 'src', slug: '1-src' },
];
const plan = planTasks({ areas, hasHistory: true, withChecks: new Set(['1-src']) });
const byKey = new Map(plan.map((task) => [task.key, task]));

test('is what task.createMany takes', () => {
  const declaration = COMMANDS.find(({ name }) => name === 'task.createMany');
  expect(declaration?.input.safeParse({ tasks: plan }).error).toBeUndefined();
});

test('takes folders of any name', () => {
  const areas = [
    { name: 'a\nb (2-x)\u2028\u001b', slug: '0-a-b' },
    { name: `${'\u0001'.repeat(255)}/${'x'.repeat(255)}`, slug: '1-folder' },
  ];
  const tasks = planTasks({ areas, hasHistory: true, withChecks: new Set() });
  const declaration = COMMANDS.find(({ name }) => name === 'task.createMany');
  expect(declaration?.input.safeParse({ tasks }).error).toBeUndefined();
  expect(tasks.find(({ type }) => type === 'inventory')?.title).toBe('Count a ⏎ b (2-x)\\u2028\\u001b');
  expect(new Set(tasks.flatMap(({ description }) => areaSlugIn(description) ?? []))).toEqual(
    new Set(['0-a-b', '1-folder']),
  );
});

test('depends only on tasks of the plan, without a cycle, and all leads to the summary', () => {
  const depth = (key: string, above: string[] = []): number => {
    expect(above).not.toContain(key);
    const task = byKey.get(key);
    expect(task, key).toBeDefined();
    return 1 + Math.max(0, ...(task?.dependencies ?? []).map((next) => depth(next, [...above, key])));
  };
  expect(depth('summary')).toBeGreaterThan(3);
  const reached = new Set<string>();
  const walk = (key: string): void => {
    if (reached.has(key)) return;
    reached.add(key);
    for (const next of byKey.get(key)?.dependencies ?? []) walk(next);
  };
  walk('summary');
  expect(reached.size).toBe(plan.length);
});

test('has history and checks only where there are some', () => {
  const kinds = planTasks({ areas, hasHistory: false, withChecks: new Set() }).map(({ type }) => type);
  expect(kinds).not.toContain('hotspots');
  expect(kinds).not.toContain('checks');
  expect(plan.filter(({ type }) => type === 'checks').map(({ description }) => areaSlugIn(description))).toEqual([
    '1-src',
  ]);
});

test('any agent may die: every ability is there at least twice', () => {
  for (const { requires = [] } of [...plan, { requires: ['planning'] }])
    for (const needed of requires)
      expect(
        ROSTER.filter(({ abilities }) => abilities.some((ability) => ability === needed)).length,
        needed,
      ).toBeGreaterThan(1);
});

test('the crew is six of four roles', () => {
  const roles = ROSTER.map(({ role }) => role).sort();
  expect(roles).toEqual([
    'ai_specialist',
    'coordinator',
    'quality_enhancer',
    'quality_enhancer',
    'speed_developer',
    'speed_developer',
  ]);
});
