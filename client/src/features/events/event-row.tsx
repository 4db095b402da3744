import type { HistoryEvent } from '@signalbox/shared/commands/history';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { memo, useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { actorName } from '../../hub/alarm-words.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './events.module.css';

/** More are in the raw form. */
const CHIPS = 6;

const isPerson = (actor: string): boolean => actor.startsWith('human:');

/** Who was let in as what, or which project: `Kim, operator of acme`. Of other records the id says it. */
function recordWords(event: HistoryEvent, kind: string, id: string): string | undefined {
  const record = event.records?.find((one) => one.kind === kind && one.id === id);
  switch (record?.kind) {
    case 'token':
    case 'link':
      return `${record.name}, ${record.role}${record.project === undefined ? '' : ` of ${record.project}`}`;
    case 'project':
      return record.name === id ? undefined : record.name;
    default:
      return undefined;
  }
}

function Changes({ event }: { event: HistoryEvent }) {
  const { open } = useNavigation();
  const hidden = Math.max(0, event.changes.length - CHIPS) + (event.more ?? 0);
  return (
    <span className={styles.changes}>
      {event.changes.slice(0, CHIPS).map(({ kind, id, removed }) => {
        const shown = VISIBLE_KINDS.find((known) => known === kind);
        const label = `${shown === undefined ? `${kind} ` : ''}${id}${removed === true ? ' removed' : ''}`;
        const canOpen = shown !== undefined && removed !== true;
        const words = recordWords(event, kind, id);
        return (
          <span key={`${kind} ${id}`} className={styles.change}>
            <Chip label={label} title={kind} onOpen={canOpen ? () => open({ kind: shown, id }) : undefined} />
            {words !== undefined && <b>{visibleText(words)}</b>}
          </span>
        );
      })}
      {hidden > 0 && <span className={styles.quiet}>and {hidden} more</span>}
    </span>
  );
}

export interface EventRowProps {
  event: HistoryEvent;
  onActor: (actor: string) => void;
}

/** One thing that happened. What people did stands out, with the reason they gave. */
export const EventRow = memo(function EventRow({ event, onActor }: EventRowProps) {
  const [raw, setRaw] = useState(false);
  return (
    <li
      className={classNames(styles.row, isPerson(event.actor) && styles.person)}
      data-testid="event-row"
      data-seq={event.seq}
      data-person={isPerson(event.actor) || undefined}
    >
      <Age at={event.at} suffix=" ago" className={styles.age} />
      <button
        type="button"
        className={styles.seq}
        data-row
        aria-expanded={raw}
        aria-label={`Event ${event.seq} as it is in the log`}
        onClick={() => setRaw(!raw)}
      >
        #{event.seq}
      </button>
      <button
        type="button"
        className={styles.actor}
        title={`Only what ${event.actor} did`}
        onClick={() => onActor(event.actor)}
      >
        {actorName(event.actor)}
      </button>
      <span className={styles.what}>
        <span className={styles.command}>{event.command}</span> <Changes event={event} />
        {event.reason !== undefined && <span className={styles.reason}>“{visibleText(event.reason)}”</span>}
      </span>
      {raw && <code className={styles.raw}>{visibleText(JSON.stringify(event))}</code>}
    </li>
  );
});
