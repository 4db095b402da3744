import { type DensityPref, type GroupPref, setPrefs, usePrefs } from '../../hub/prefs-store.ts';
import { useParam } from '../../hub/use-param.ts';

export interface FloorView {
  density: DensityPref;
  group: GroupPref;
  setDensity(density: DensityPref): void;
  setGroup(group: GroupPref): void;
}

/** How the floor is looked at: as the address says, else as this person did last. Choosing does both. */
export function useFloorView(): FloorView {
  const prefs = usePrefs();
  const [density, showDensity] = useParam('density', [prefs.density, 'auto', 'cards', 'tiles', 'chips']);
  const [group, showGroup] = useParam('group', [prefs.group, 'role', 'host', 'none']);
  return {
    density,
    group,
    setDensity: (next) => {
      showDensity(next);
      setPrefs({ density: next });
    },
    setGroup: (next) => {
      showGroup(next);
      setPrefs({ group: next });
    },
  };
}
