import type { PeekTarget } from '../../hub/navigation.ts';

/** What every body of the panel gets. */
export interface BodyProps {
  id: string;
  onOpen: (target: PeekTarget) => void;
}
