import { create } from 'zustand';
import { setPrefs } from './prefs-store.ts';
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
  /** Grows when the person wants what was held back: new rows, another order. */
  applyRequest: number;
}

export const useUi = create<UiState>()(() => ({
  railTab: 'needs',
  pane: 'page',
  drawerOpen: false,
  attention: null,
  composeRequest: 0,
  sheetOpen: false,
  applyRequest: 0,
}));

export const setUi = (change: Partial<UiState>): void => useUi.setState(change);

/** In every form of the page: the rail opened, the drawer out, the pane shown. */
function reveal(change: Partial<UiState>): void {
  setPrefs({ railOpen: true });
  setUi({ drawerOpen: true, ...change });
}

export const showRail = (tab: RailTab): void => reveal({ railTab: tab, pane: tab });

export const requestCompose = (): void =>
  reveal({ pane: 'compose', composeRequest: useUi.getState().composeRequest + 1 });

export const requestApply = (): void => setUi({ applyRequest: useUi.getState().applyRequest + 1 });

/** Shows the card and gives it the focus. */
export const requestAttention = (kind: VisibleKind, id: string, tab: RailTab): void =>
  reveal({ railTab: tab, pane: tab, attention: { kind, id, count: (useUi.getState().attention?.count ?? 0) + 1 } });
