import { useNavigation } from '../../hub/navigation.ts';
import type { DensityPref } from '../../hub/prefs-store.ts';
import { Choice } from '../../ui/choice.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import styles from './floor.module.css';
import type { Form } from './floor-model.ts';
import type { FloorView } from './use-floor-view.ts';

/** Fewer are seen at a glance. */
const FILTER_FROM = 13;

const GROUPS = [
  { key: 'role', label: 'By role' },
  { key: 'host', label: 'By host' },
  { key: 'none', label: 'One list' },
] as const;

/** The form the floor has, why, and how to have another one. */
export function Toolbar({ view, form, agents }: { view: FloorView; form: Form; agents: number }) {
  const { query, setQuery } = useNavigation();
  const densities: readonly { key: DensityPref; label: string }[] = [
    { key: 'auto', label: `Auto: ${form}` },
    { key: 'cards', label: 'Cards' },
    { key: 'tiles', label: 'Tiles' },
    { key: 'chips', label: 'Chips' },
  ];
  return (
    <div className={styles.toolbar}>
      <span className={styles.wide}>
        <Choice label="Group" options={GROUPS} value={view.group} onChange={view.setGroup} />
      </span>
      <span className={styles.wide}>
        <Choice label="Density" options={densities} value={view.density} onChange={view.setDensity} />
      </span>
      {(agents >= FILTER_FROM || query !== '') && (
        <Field label="Filter" hidden>
          <TextInput
            type="search"
            placeholder="Filter by agent, role, state"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </Field>
      )}
    </div>
  );
}
