import { plural } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useConn } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AgentCell } from './agent-cell.tsx';
import { ChipCell } from './chip-cell.tsx';
import { ChipTooltip } from './chip-tooltip.tsx';
import styles from './floor.module.css';
import { formOf, groupAgents } from './floor-model.ts';
import { agentAt, holdTabStop, moveFocus } from './move-focus.ts';
import { RecentlyGone } from './recently-gone.tsx';
import { Toolbar } from './toolbar.tsx';
import { useFloor } from './use-floor.ts';
import { useFloorView } from './use-floor-view.ts';
import { usePointedCell } from './use-pointed-cell.ts';

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
  const { query, open, peek } = useNavigation();
  const view = useFloorView();
  const loaded = useConn((conn) => conn.loaded);
  const form = formOf(view.density, here.length);
  const [pointed, pointing] = usePointedCell(form === 'chips');
  const shown =
    query === '' ? here : here.filter(({ id, role, state }) => `${id} ${role} ${state}`.includes(query.toLowerCase()));
  const groups = groupAgents(shown, view.group);
  const selectedId = peek?.kind === 'agent' ? peek.id : undefined;
  return (
    <div className={styles.page} data-testid="floor" data-form={form}>
      <Toolbar view={view} form={form} agents={here.length} />
      {!loaded && <Skeleton label="The agents are loading" height={148} />}
      {loaded && shown.length === 0 && <Nobody />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: what is done to the buttons in it is heard here, once */}
      <div
        className={styles.groups}
        {...pointing}
        onClick={({ target }) => {
          const id = agentAt(target);
          if (id !== undefined) open({ kind: 'agent', id });
        }}
        onKeyDown={(event) => {
          pointing.onKeyDown(event);
          if (moveFocus(event.currentTarget, event.key)) event.preventDefault();
        }}
        onFocus={(event) => {
          pointing.onFocus(event);
          holdTabStop(event.currentTarget, event.target);
        }}
      >
        {groups.map(({ name, ids, working }, groupIndex) => (
          <section key={name ?? ''} className={styles.group} aria-label={name ?? 'Agents'}>
            {name !== null && (
              <h2 className={styles.name}>
                {name} <span className={styles.tally}>{`${plural(ids.length, 'agent')} · ${working} working`}</span>
              </h2>
            )}
            <ul className={styles[form]}>
              {ids.map((id, index) => {
                const place = { id, tabStop: groupIndex === 0 && index === 0, selected: id === selectedId };
                return form === 'chips' ? (
                  <ChipCell key={id} {...place} />
                ) : (
                  <AgentCell key={id} {...place} form={form} withRole={view.group !== 'role'} />
                );
              })}
            </ul>
          </section>
        ))}
        {pointed !== null && <ChipTooltip pointed={pointed} />}
      </div>
      <RecentlyGone agents={gone} />
    </div>
  );
}
