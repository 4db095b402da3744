import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { type Navigation, NavigationContext, type PeekTarget } from '../hub/navigation.ts';
import { setUi } from '../hub/ui-store.ts';

/** `task:T-12`, as it stands in the address. */
export function parsePeek(text: string | undefined): PeekTarget | null {
  const cut = text?.indexOf(':') ?? -1;
  if (text === undefined || cut < 1) return null;
  const kind = VISIBLE_KINDS.find((candidate) => candidate === text.slice(0, cut));
  const id = text.slice(cut + 1);
  return kind === undefined || id === '' ? null : { kind, id };
}

/** Ties the pages to the address, so that every view is a link. */
export function PageNavigation({ project, children }: { project: string; children: ReactNode }) {
  const search = useSearch({ from: '/p/$project' });
  const navigate = useNavigate();
  const navigation = useMemo<Navigation>(() => {
    const setParams: Navigation['setParams'] = (change) =>
      void navigate({ to: '.', search: (before) => ({ ...before, ...change }), replace: true });
    return {
      project,
      peek: parsePeek(search.peek),
      open: ({ kind, id }) => void navigate({ to: '.', search: (before) => ({ ...before, peek: `${kind}:${id}` }) }),
      closePeek: () => void navigate({ to: '.', search: (before) => ({ ...before, peek: undefined }) }),
      goTo: (page, to = {}) => {
        setUi({ pane: 'page', drawerOpen: false });
        void navigate({ to: `/p/$project/${page}`, params: { project }, search: to });
      },
      query: search.q ?? '',
      setQuery: (query) => setParams({ q: query === '' ? undefined : query }),
      params: search,
      setParams,
    };
  }, [project, search, navigate]);
  return <NavigationContext value={navigation}>{children}</NavigationContext>;
}
