import { PAGES, type PagePath } from './pages.ts';

export type ShortcutAction =
  | { do: 'next' }
  | { do: 'previous' }
  | { do: 'compose' }
  | { do: 'theme' }
  | { do: 'help' }
  | { do: 'escape' }
  | { do: 'apply' }
  | { do: 'acknowledge' }
  | { do: 'go'; page: PagePath };

export interface KeyFacts {
  key: string;
  shift: boolean;
  /** Ctrl, Alt or Meta: the browser's own shortcuts. */
  modified: boolean;
  /** The focus is where text is typed or a choice is made by letters. */
  inField: boolean;
}

export interface ShortcutStep {
  /** The first key of a sequence waits for its second, without a time limit. */
  pending: 'g' | null;
  action?: ShortcutAction;
}

const SINGLE: Record<string, ShortcutAction> = {
  n: { do: 'next' },
  m: { do: 'compose' },
  t: { do: 'theme' },
  '?': { do: 'help' },
  '.': { do: 'apply' },
  a: { do: 'acknowledge' },
};

/** One letter, one verb, everywhere; never while typing. */
export function shortcutStep(pending: 'g' | null, { key, shift, modified, inField }: KeyFacts): ShortcutStep {
  if (key === 'Escape') return pending === null ? { pending, action: { do: 'escape' } } : { pending: null };
  if (modified || inField) return { pending: null };
  const letter = key.toLowerCase();
  if (letter === 'shift') return { pending };
  if (pending === 'g') {
    const page = PAGES.find((candidate) => candidate.key === letter);
    return page === undefined ? { pending: null } : { pending: null, action: { do: 'go', page: page.path } };
  }
  if (letter === 'g' && !shift) return { pending: 'g' };
  if (letter === 'n' && shift) return { pending, action: { do: 'previous' } };
  const action = shift && key !== '?' ? undefined : SINGLE[letter];
  return action === undefined ? { pending } : { pending, action };
}

/** What the shortcut sheet lists. */
export const SHORTCUTS: readonly (readonly [keys: string, verb: string])[] = [
  ['N', 'next thing that needs attention'],
  ['Shift N', 'previous thing that needs attention'],
  ['A', 'acknowledge the alarm that has the focus'],
  ['M', 'message the fleet'],
  ['Ctrl or ⌘ Enter', 'send, confirm'],
  ...PAGES.map(({ label, key }) => [`G ${key.toUpperCase()}`, `go to ${label}`] as const),
  ['J K', 'next, previous row of a list'],
  ['Enter, Space', 'open the row beside the list'],
  ['R', 'reply to the message that has the focus'],
  ['.', 'take over what is new, or the order that was held'],
  ['← ↑ → ↓', 'move between agents on the floor'],
  ['T', 'theme'],
  ['Esc', 'close what is open'],
  ['?', 'this list'],
];
