import { setPrefs, type ThemePref, usePrefs } from '../hub/prefs-store.ts';

const ORDER: readonly ThemePref[] = ['system', 'light', 'dark'];

const resolve = (theme: ThemePref, systemIsDark: boolean): 'light' | 'dark' =>
  theme === 'system' ? (systemIsDark ? 'dark' : 'light') : theme;

/** Keeps the theme of the page what the person, or his system, wants. Called once, before the first paint. */
export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const set = () => {
    document.documentElement.dataset.theme = resolve(usePrefs.getState().theme, system.matches);
  };
  set();
  usePrefs.subscribe(set);
  system.addEventListener('change', set);
}

export function nextTheme(): void {
  const at = ORDER.indexOf(usePrefs.getState().theme);
  setPrefs({ theme: ORDER[(at + 1) % ORDER.length] ?? 'system' });
}
