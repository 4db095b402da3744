import { plural } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { type DensityPref, setPrefs, usePrefs } from '../../hub/prefs-store.ts';
import { useConn } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AgentCell } from './agent-cell.tsx';
import styles from './floor.module.css';
import { type Form, formOf, groupAgents, roleWord } from './floor-model.ts';
import { holdTabStop, moveFocus } from './move-focus.ts';
import { RecentlyGone } from './recently-gone.tsx';
import { useFloor } from './use-floor.ts';

/** Fewer are seen at a glance. */
const FILTER_FROM = 13;

const GROUPS = [
  { key: 'role', label: 'By role' },
  { key: 'none', label: 'One list' },
] as const;

function Toolbar({ form, agents }: { form: Form; agents: number }) {
  const { query, setQuery } = useNavigation();
  const { density, group } = usePrefs();
  const densities: readonly { key: DensityPref; label: string }[] = [
    { key: 'auto', label: `Auto: ${form}` },
    { key: 'cards', label: 'Cards' },
    { key: 'tiles', label: 'Tiles' },
  ];
  return (
    <div className={styles.toolbar}>
      <Choice label="Group" options={GROUPS} value={group} onChange={(key) => setPrefs({ group: key })} />
      <Choice label="Density" options={densities} value={density} onChange={(key) => setPrefs({ density: key })} />
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

function Nobody() {
  const { query, setQuery } = useNavigation();
  if (query !== '')
    return (
      <EmptyState
        title={`No agent matches “${query}”.`}
        action={<Button onClick={() => setQuery('')}>Clear the filter</Button>}
      />
    );
  return (
    <EmptyState title="No agent is here." action={<a href="/welcome">How to connect one</a>}>
      The first to connect appears here without a reload.
    </EmptyState>
  );
}

/** Every agent in its place. */
export function FloorPage() {
  const { here, gone } = useFloor();
  const { query } = useNavigation();
  const { density, group } = usePrefs();
  const loaded = useConn((conn) => conn.loaded);
  const shown =
    query === '' ? here : here.filter(({ id, role, state }) => `${id} ${role} ${state}`.includes(query.toLowerCase()));
  const groups = groupAgents(shown, group);
  const form = formOf(density, here.length);
  return (
    <div className={styles.page} data-testid="floor" data-form={form}>
      <Toolbar form={form} agents={here.length} />
      {!loaded && <Skeleton label="The agents are loading" height={148} />}
      {loaded && shown.length === 0 && <Nobody />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys act on the buttons in it */}
      <div
        className={styles.groups}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, event.key)) event.preventDefault();
        }}
        onFocus={(event) => holdTabStop(event.currentTarget, event.target)}
      >
        {groups.map(({ role, ids, working }, groupIndex) => (
          <section key={role ?? ''} className={styles.group} aria-label={role === null ? 'Agents' : roleWord(role)}>
            {role !== null && (
              <h2 className={styles.role}>
                {roleWord(role)}{' '}
                <span className={styles.tally}>{`${plural(ids.length, 'agent')} · ${working} working`}</span>
              </h2>
            )}
            <ul className={styles[form]}>
              {ids.map((id, index) => (
                <AgentCell
                  key={id}
                  id={id}
                  form={form}
                  tabStop={groupIndex === 0 && index === 0}
                  withRole={role === null}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <RecentlyGone agents={gone} />
    </div>
  );
}
