import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type AttentionItem, attentionItems } from '../hub/attention.ts';
import { useNavigation } from '../hub/navigation.ts';
import { requestApply, requestAttention, requestCompose, setUi, useUi } from '../hub/ui-store.ts';
import { useHub } from '../hub/use-hub.ts';
import { type ShortcutAction, shortcutStep } from './shortcuts.ts';
import { nextTheme } from './theme.ts';

const FIELDS = 'input, textarea, select, [contenteditable="true"]';

/** The item after (or before) the one that has the focus or had it last. */
function step(items: readonly AttentionItem[], by: 1 | -1): AttentionItem | undefined {
  const focused = document.activeElement?.closest('[data-attention]')?.getAttribute('data-attention');
  const last = useUi.getState().attention;
  const at = items.findIndex(
    ({ kind, id }) => `${kind}:${id}` === (focused ?? (last === null ? '' : `${last.kind}:${last.id}`)),
  );
  if (at < 0) return by === 1 ? items[0] : items.at(-1);
  return items[(at + by + items.length) % items.length];
}

/** Presses the button of the card or row the person is in, so that nothing is done that it does not offer. */
function acknowledgeFocused(): void {
  const item = document.activeElement?.closest('[data-attention]');
  const button = item?.querySelector('[data-ack]');
  if (button instanceof HTMLElement) button.click();
}

/** Closes the topmost layer that is ours; dialogs close themselves. True when something was closed. */
function closeLayer(closePeek: (() => void) | null): void {
  const { sheetOpen, drawerOpen } = useUi.getState();
  if (document.querySelector('[role="dialog"][data-state="open"]') !== null || sheetOpen) return;
  const field = document.activeElement;
  if (field instanceof HTMLElement && field.matches(FIELDS)) field.blur();
  else if (closePeek !== null) closePeek();
  else if (drawerOpen) setUi({ drawerOpen: false });
}

/** Listens for the keyboard of the whole page; returns the first key of a sequence that waits for its second. */
export function useShortcuts(): 'g' | null {
  const { db, project } = useHub();
  const { peek, closePeek } = useNavigation();
  const navigate = useNavigate();
  const [pending, setPending] = useState<'g' | null>(null);
  useEffect(() => {
    const perform = (action: ShortcutAction) => {
      switch (action.do) {
        case 'next':
        case 'previous': {
          const item = step(attentionItems(db), action.do === 'next' ? 1 : -1);
          return item && requestAttention(item.kind, item.id, item.tab);
        }
        case 'compose':
          return requestCompose();
        case 'acknowledge':
          return acknowledgeFocused();
        case 'apply':
          return requestApply();
        case 'theme':
          return nextTheme();
        case 'help':
          return setUi({ sheetOpen: true });
        case 'escape':
          return closeLayer(peek === null ? null : closePeek);
        case 'go':
          return void navigate({ to: `/p/$project/${action.page}`, params: { project } });
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const inField = event.target instanceof Element && event.target.closest(`${FIELDS}, [role="dialog"]`) !== null;
      const modified = event.ctrlKey || event.altKey || event.metaKey;
      const next = shortcutStep(pending, { key: event.key, shift: event.shiftKey, modified, inField });
      setPending(next.pending);
      if (next.action === undefined) return;
      if (next.action.do !== 'escape') event.preventDefault();
      perform(next.action);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [pending, db, project, peek, closePeek, navigate]);
  return pending;
}
