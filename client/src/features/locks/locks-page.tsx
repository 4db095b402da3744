import { useCallback, useMemo, useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { plural } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useConn, useIds } from '../../hub/use-hub.ts';
import { useParam } from '../../hub/use-param.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { fileRows } from './file-rows.ts';
import { holderRows } from './holder-rows.ts';
import { LockTable } from './lock-table.tsx';
import styles from './locks-page.module.css';
import { ReleaseDialog } from './release-dialog.tsx';
import type { Folding } from './rows.ts';
import { useSeenLocks, useSummary } from './use-locks.ts';
import { WaitsView } from './waits-view.tsx';

const VIEWS = ['files', 'holders', 'waits'] as const;
const VIEW_OPTIONS = [
  { key: 'files', label: 'Files' },
  { key: 'holders', label: 'Holders' },
  { key: 'waits', label: 'Waits' },
] as const;

/** `38 locks of 12 agents · 3 wanted by others · longest wait 6 m` */
function Summary() {
  const { locks, holders, contended, waiting, oldestWaitAt } = useSummary();
  if (locks === 0) return null;
  return (
    <p className={styles.summary} data-testid="lock-summary">
      {plural(locks, 'lock')} of {plural(holders, 'agent')} ·{' '}
      {contended === 0 ? (
        'nobody waits'
      ) : (
        <>
          <strong>
            {contended} wanted by {plural(waiting, 'other')}
          </strong>
          <Age at={oldestWaitAt} prefix=", longest wait " />
        </>
      )}
    </p>
  );
}

function NoMatch({ hidden }: { hidden: string }) {
  const { query, setQuery } = useNavigation();
  return (
    <EmptyState
      title={`Nothing here matches “${query}”.`}
      action={<Button onClick={() => setQuery('')}>Clear the filter</Button>}
    >
      {hidden} hidden by the filter.
    </EmptyState>
  );
}

interface ViewProps {
  query: string;
  onRelease: (lockId: string) => void;
}

function HeldLocks({ query, onRelease, byHolder }: ViewProps & { byHolder: boolean }) {
  const total = useIds('lock').length;
  const locks = useSeenLocks(query);
  const [folding, setFolding] = useState<Folding>(new Map());
  const rows = useMemo(
    () => (byHolder ? holderRows(locks, folding) : fileRows(locks, folding)),
    [byHolder, locks, folding],
  );
  const fold = useCallback((id: string, open: boolean) => setFolding((before) => new Map(before).set(id, open)), []);
  const empty =
    total === 0 ? (
      <EmptyState title="No file is claimed.">
        Agents claim files before they write them. Each claim appears here with its holder and what is left of its
        lease.
      </EmptyState>
    ) : (
      <NoMatch hidden={plural(total, 'lock')} />
    );
  return (
    <LockTable
      title={byHolder ? 'Locks by holder' : 'Claimed files'}
      first={byHolder ? 'Holder and files' : 'Path'}
      rows={rows}
      byHolder={byHolder}
      folding={folding}
      onFold={fold}
      onRelease={onRelease}
      empty={empty}
      choice={query}
    />
  );
}

function Waits({ query, onRelease }: ViewProps) {
  const total = useIds('waiter').length;
  const held = useIds('lock').length;
  const empty =
    total === 0 ? (
      <EmptyState title="Nobody waits for a file.">
        {held === 0
          ? 'No file is claimed.'
          : `${plural(held, 'lock is', 'locks are')} held, and nobody else wants one.`}
      </EmptyState>
    ) : (
      <NoMatch hidden={plural(total, 'claim')} />
    );
  return <WaitsView query={query} empty={empty} onRelease={onRelease} />;
}

/** Which files are claimed, by whom and until when, and who waits for them. */
export function LocksPage() {
  const [view, setView] = useParam('view', VIEWS);
  const { query, setQuery } = useNavigation();
  const loaded = useConn((conn) => conn.loaded);
  const total = useIds('lock').length;
  const [releasing, setReleasing] = useState<string | null>(null);
  return (
    <div className={styles.page} data-testid="locks-page">
      <div className={styles.bar}>
        <Choice label="View" options={VIEW_OPTIONS} value={view} onChange={setView} />
        {(total > 0 || query !== '') && (
          <div className={styles.filter}>
            <Field label="Filter" hidden>
              <TextInput
                type="search"
                placeholder="Filter by path, agent, reason"
                value={query}
                onChange={(event) => setQuery(event.target.value)}
              />
            </Field>
          </div>
        )}
        {loaded && <Summary />}
      </div>
      {!loaded && <Skeleton label="Locks are loading" height={320} />}
      {loaded &&
        (view === 'waits' ? (
          <Waits query={query} onRelease={setReleasing} />
        ) : (
          // Another view is another list: nothing folded here is meant there.
          <HeldLocks key={view} byHolder={view === 'holders'} query={query} onRelease={setReleasing} />
        ))}
      {releasing !== null && <ReleaseDialog lockId={releasing} onClose={() => setReleasing(null)} />}
    </div>
  );
}
