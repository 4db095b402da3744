import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type ThemePref = 'system' | 'light' | 'dark';
export type DensityPref = 'auto' | 'cards' | 'tiles' | 'chips';
export type GroupPref = 'role' | 'host' | 'none';

/** What a person chose on this device. Filters, sorting and ranges are not here: they are in the address. */
export interface Prefs {
  theme: ThemePref;
  density: DensityPref;
  group: GroupPref;
  railOpen: boolean;
  /** The project that was looked at last. */
  project: string | null;
}

const DEFAULTS: Prefs = { theme: 'system', density: 'auto', group: 'role', railOpen: true, project: null };

export const usePrefs = create<Prefs>()(persist(() => DEFAULTS, { name: 'signalbox.prefs', version: 1 }));

export function setPrefs(change: Partial<Prefs>): void {
  usePrefs.setState(change);
}
