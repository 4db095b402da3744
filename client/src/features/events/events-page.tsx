import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { useCallback, useRef } from 'react';
import { download, toJsonl } from '../../hub/export.ts';
import type { HistoryFilter, ReadHistory } from '../../hub/history.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { type History, newsWords, useHistory, useProjectHistory } from '../../hub/use-history.ts';
import { useMe } from '../../hub/use-hub.ts';
import { useParam } from '../../hub/use-param.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { HeldNote } from '../../ui/held-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { eventsCsv } from './event-export.ts';
import { EventRow } from './event-row.tsx';
import styles from './events.module.css';
import { Filters } from './filters.tsx';

const LOGS = [
  { key: 'project', label: 'This project' },
  { key: 'hub', label: 'The hub itself' },
] as const;

function Nothing({ history, isFiltered }: { history: History; isFiltered: boolean }) {
  const { setParams } = useNavigation();
  if (history.error !== null)
    return (
      <EmptyState title="The log could not be read." action={<Button onClick={history.again}>Try again</Button>}>
        {history.error.message}
      </EmptyState>
    );
  if (!history.loaded) return <Skeleton label="Events are loading" height={320} />;
  if (!isFiltered) return <EmptyState title="Nothing has happened yet." />;
  const clear = () => setParams({ actor: undefined, command: undefined, kind: undefined });
  return (
    <EmptyState
      title={`No event matches${history.more ? ' in the newest part of the log' : ''}.`}
      action={<Button onClick={clear}>Clear the filters</Button>}
    />
  );
}

function Export({ history, name }: { history: History; name: string }) {
  const { events } = history;
  const disabled = events.length === 0;
  return (
    <span className={styles.export}>
      <Button disabled={disabled} onClick={() => download(`${name}.jsonl`, toJsonl(events), 'application/x-ndjson')}>
        JSONL
      </Button>
      <Button disabled={disabled} onClick={() => download(`${name}.csv`, eventsCsv(events), 'text/csv')}>
        CSV
      </Button>
    </span>
  );
}

export interface EventsPageProps {
  /** Reads what happened to the hub as a whole; only an admin may. */
  readHub: ReadHistory;
}

/** Everything that happened, newest first, as it stands in the log. */
export function EventsPage({ readHub }: EventsPageProps) {
  const { project, params, setParams } = useNavigation();
  const isAdmin = useMe()?.role === 'admin';
  const [log, setLog] = useParam('log', ['project', 'hub']);
  const ofHub = isAdmin && log === 'hub';
  const readProject = useProjectHistory();
  const { actor, command } = params;
  const kind = ofHub ? undefined : VISIBLE_KINDS.find((known) => known === params.kind);
  const filter: HistoryFilter = { kind, actor, command };
  const history = useHistory(ofHub ? readHub : readProject, filter);
  const onActor = useCallback((only: string) => setParams({ actor: only }), [setParams]);
  const { events } = history;
  const list = useRef<HTMLOListElement>(null);
  useRowKeys(list, { main: true });
  return (
    <div className={styles.page} data-testid="events-page">
      {isAdmin && <Choice label="Log" options={LOGS} value={log} onChange={setLog} />}
      <div className={styles.bar}>
        <Filters events={events} ofHub={ofHub} />
        <Export history={history} name={`${ofHub ? 'hub' : project}-events`} />
      </div>
      {events.length === 0 && (
        <Nothing history={history} isFiltered={kind !== undefined || actor !== undefined || command !== undefined} />
      )}
      <ol ref={list} className={styles.rows} aria-label="Events, newest first" data-rows>
        {events.map((event) => (
          <EventRow key={`${event.epoch}-${event.seq}`} event={event} onActor={onActor} />
        ))}
      </ol>
      {history.more && (
        <Button pending={history.busy} onClick={history.older}>
          Show older
        </Button>
      )}
      <HeldNote words={newsWords(history)} onApply={history.showNews} />
    </div>
  );
}
