import { createContext, useContext } from 'react';
import type { VisibleKind } from './record-types.ts';

/** What can be looked at in the peek panel. */
export interface PeekTarget {
  kind: VisibleKind;
  id: string;
}

/** The address of the page, as far as features use it. The router behind it is the app's. */
export interface Navigation {
  project: string;
  /** `?peek=kind:id` */
  peek: PeekTarget | null;
  open(target: PeekTarget): void;
  closePeek(): void;
  /** Another page of the project, e.g. `goTo('alarms')`. */
  goTo(page: string, params?: Readonly<Record<string, string>>): void;
  /** `?q=`, the filter text of the page. */
  query: string;
  setQuery(query: string): void;
  /** Everything else that stands behind the question mark, as text. */
  params: Readonly<Record<string, string | undefined>>;
  /** What is undefined is taken out of the address. */
  setParams(change: Readonly<Record<string, string | undefined>>): void;
}

export const NavigationContext = createContext<Navigation | null>(null);

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (navigation === null) throw new Error('useNavigation outside of a page: wrap it in NavigationContext');
  return navigation;
}
