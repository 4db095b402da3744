import { expect, test } from 'vitest';
import { type KeyFacts, type ShortcutAction, shortcutStep } from './shortcuts.ts';

const press = (key: string, facts: Partial<KeyFacts> = {}): KeyFacts => ({
  key,
  shift: false,
  modified: false,
  inField: false,
  ...facts,
});

function type(...keys: KeyFacts[]): ShortcutAction[] {
  let pending: 'g' | null = null;
  const actions: ShortcutAction[] = [];
  for (const key of keys) {
    const step = shortcutStep(pending, key);
    pending = step.pending;
    if (step.action !== undefined) actions.push(step.action);
  }
  return actions;
}

test.each<[string, KeyFacts[], ShortcutAction[]]>([
  ['N', [press('n')], [{ do: 'next' }]],
  ['Shift+N', [press('Shift', { shift: true }), press('N', { shift: true })], [{ do: 'previous' }]],
  ['G T', [press('g'), press('t')], [{ do: 'go', page: 'tasks' }]],
  ['G, Shift, X', [press('g'), press('Shift', { shift: true }), press('x')], [{ do: 'go', page: 'metrics' }]],
  ['G Esc T: the sequence is left', [press('g'), press('Escape'), press('t')], [{ do: 'theme' }]],
  ['G Z N: an unknown second key ends it', [press('g'), press('z'), press('n')], [{ do: 'next' }]],
  ['.', [press('.')], [{ do: 'apply' }]],
  ['A', [press('a')], [{ do: 'acknowledge' }]],
  ['?', [press('?', { shift: true })], [{ do: 'help' }]],
  ['in a field', [press('n', { inField: true }), press('?', { inField: true })], []],
  ['Esc in a field', [press('Escape', { inField: true })], [{ do: 'escape' }]],
  ['Ctrl+N is the browser’s', [press('n', { modified: true })], []],
  ['Shift+T is nothing yet', [press('T', { shift: true })], []],
])('%s', (_name, keys, actions) => {
  expect(type(...keys)).toEqual(actions);
});
