import { createContext, type MouseEvent, type ReactNode, useContext } from 'react';
import type { Conversation } from './conversation.ts';

/** Where conversations are in the address. The router behind it is the app's. */
export interface Places {
  /** The conversation that is shown; null: none was chosen. */
  current: Conversation | null;
  hrefOf(conversation: Conversation | null): string;
  go(conversation: Conversation | null): void;
}

export const PlacesContext = createContext<Places | null>(null);

export function usePlaces(): Places {
  const places = useContext(PlacesContext);
  if (places === null) throw new Error('usePlaces outside of the page: wrap it in PlacesContext');
  return places;
}

interface ConversationLinkProps {
  to: Conversation | null;
  className?: string | undefined;
  current?: boolean;
  row?: boolean;
  children: ReactNode;
}

/** A link like any other: a plain click stays on the page, everything else is the browser's. */
export function ConversationLink({ to, className, current = false, row = false, children }: ConversationLinkProps) {
  const { hrefOf, go } = usePlaces();
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={hrefOf(to)}
      className={className}
      aria-current={current ? 'page' : undefined}
      data-row={row || undefined}
      onClick={onClick}
    >
      {children}
    </a>
  );
}
