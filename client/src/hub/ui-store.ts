import { create } from 'zustand';
import type { VisibleKind } from './record-types.ts';

export type RailTab = 'needs' | 'alarms' | 'sent';
/** On a phone one of these is the page; on wider screens `page` is always there and the rail beside it. */
export type Pane = 'page' | RailTab | 'compose';

export interface UiState {
  railTab: RailTab;
  pane: Pane;
  /** Between 1024 and 1439 pixels the rail is a drawer. */
  drawerOpen: boolean;
  /** A card of the rail that should take the focus; `count` tells one request from the next. */
  attention: { kind: VisibleKind; id: string; count: number } | null;
  /** Grows when the composer should take the focus. */
  composeRequest: number;
  sheetOpen: boolean;
}

export const useUi = create<UiState>()(() => ({
  railTab: 'needs',
  pane: 'page',
  drawerOpen: false,
  attention: null,
  composeRequest: 0,
  sheetOpen: false,
}));

export const setUi = (change: Partial<UiState>): void => useUi.setState(change);

export const showRail = (tab: RailTab): void => setUi({ railTab: tab, pane: tab, drawerOpen: true });

export const requestCompose = (): void =>
  useUi.setState((ui) => ({ pane: 'compose', drawerOpen: true, composeRequest: ui.composeRequest + 1 }));

/** Shows the card and gives it the focus. */
export const requestAttention = (kind: VisibleKind, id: string, tab: RailTab): void =>
  useUi.setState((ui) => ({
    railTab: tab,
    pane: tab,
    drawerOpen: true,
    attention: { kind, id, count: (ui.attention?.count ?? 0) + 1 },
  }));
