import { useMemo, useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { actorName, manyWords } from '../../hub/alarm-words.ts';
import { formatTime } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { newsWords, useHistory, useProjectHistory } from '../../hub/use-history.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { HeldNote } from '../../ui/held-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './history.module.css';
import { type Happening, type HistoryLine, type HistoryRow, historyLines, historyRows } from './history-lines.ts';

const WORDS: Record<Happening, string> = {
  raised: 'raised',
  acknowledged: 'acknowledged',
  over: 'over',
  overUnseen: 'over before anybody saw it',
  overAcknowledged: 'acknowledged, it was over',
  shelved: 'shelved',
  back: 'back',
};

const byWords = ({ by }: HistoryLine): string => (by === undefined ? '' : ` by ${actorName(by)}`);

function One({ line }: { line: HistoryLine }) {
  const { open } = useNavigation();
  return (
    <>
      <span className={styles.what}>
        <b>{line.code ?? 'An alarm'}</b> {WORDS[line.what]}
        {byWords(line)}
        {line.reason !== undefined && <span className={styles.reason}>: {visibleText(line.reason)}</span>}
      </span>
      <Chip label={line.alarmId} onOpen={() => open({ kind: 'alarm', id: line.alarmId })} />
      {line.summary !== undefined && <span className={styles.quiet}>{visibleText(line.summary)}</span>}
    </>
  );
}

const timesWords = (from: number, to: number): string =>
  formatTime(from) === formatTime(to) ? formatTime(to) : `${formatTime(from)}–${formatTime(to)}`;

/** `goesOn`: the last that was read may not be the last there is. */
function Many({ lines, goesOn }: Pick<HistoryRow, 'lines'> & { goesOn: boolean }) {
  const [open, setOpen] = useState(false);
  const [newest] = lines;
  const oldest = lines.at(-1) ?? newest;
  const many = newest.code === undefined ? `${lines.length} alarms` : manyWords(newest.code, lines.length);
  return (
    <>
      <button type="button" className={styles.expand} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden="true">{open ? '▾' : '▸'}</span> <b>{goesOn ? `at least ${many}` : many}</b>,{' '}
        {WORDS[newest.what]}
        {byWords(newest)}, {timesWords(oldest.at, newest.at)}
      </button>
      {open && (
        <ul className={styles.members}>
          {lines.map((line) => (
            <li key={line.key} className={styles.member}>
              <One line={line} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What became of every alarm, as far back as the log reaches. */
export function AlarmHistory() {
  const history = useHistory(useProjectHistory(), { kind: 'alarm' });
  const rows = useMemo(() => historyRows(historyLines(history.events)), [history.events]);
  if (history.error !== null && !history.loaded)
    return (
      <EmptyState title="The history could not be read." action={<Button onClick={history.again}>Try again</Button>}>
        {history.error.message}
      </EmptyState>
    );
  if (!history.loaded) return <Skeleton label="The history is loading" height={240} />;
  return (
    <div className={styles.page} data-testid="alarm-history">
      {rows.length === 0 && <EmptyState title="No alarm was raised, as far back as the log reaches." />}
      <ol className={styles.rows}>
        {rows.map((row, i) => (
          <li key={row.key} className={styles.row} data-testid="history-row">
            <Age at={row.lines[0].at} suffix=" ago" className={styles.age} />
            <div className={styles.body}>
              {row.lines.length === 1 ? (
                <One line={row.lines[0]} />
              ) : (
                <Many lines={row.lines} goesOn={history.more && i === rows.length - 1} />
              )}
            </div>
          </li>
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
