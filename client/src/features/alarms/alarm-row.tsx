import { ALARMS } from '@signalbox/shared/alarms';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { useState } from 'react';
import { AlarmActions } from '../../actions/alarm-actions.tsx';
import { Age } from '../../hub/age.tsx';
import type { AlarmGroup } from '../../hub/alarm-groups.ts';
import { actorName, alarmTone, manyWords, ownerWords } from '../../hub/alarm-words.ts';
import { isStanding } from '../../hub/counts.ts';
import { formatTime } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './alarms.module.css';

/** Members that are made at once when a group is opened. */
const STEP = 50;

/** Several people may have taken parts of a group. */
function ownersWords(alarms: readonly AlarmRecord[]): string | null {
  const owners = [...new Set(alarms.filter(({ state }) => state === 'acked').map(({ by }) => actorName(by)))];
  const over = alarms.filter(({ state }) => state === 'returned').length;
  const parts = [
    owners.length > 0 && `${owners.join(', ')} ${owners.length === 1 ? 'takes' : 'take'} care of it`,
    over > 0 && `${over} of them ${over === 1 ? 'is' : 'are'} over by itself`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : parts.join('; ');
}

function Owner({ group, alarm }: { group: AlarmGroup; alarm: AlarmRecord }) {
  const left = useUntilClock(alarm.untilClock);
  const words = group.alarms.length === 1 ? ownerWords(alarm, left) : ownersWords(group.alarms);
  return <p className={styles.owner}>{words ?? <span className={styles.quiet}>Nobody has taken it yet.</span>}</p>;
}

function What({
  group,
  alarm,
  open,
  onOpen,
}: {
  group: AlarmGroup;
  alarm: AlarmRecord;
  open: boolean;
  onOpen: () => void;
}) {
  const navigation = useNavigation();
  const isNew = group.state === 'unacked';
  const many = group.alarms.length > 1;
  return (
    <div className={styles.what}>
      <p className={styles.head}>
        <button type="button" className={styles.code} onClick={() => navigation.open({ kind: 'alarm', id: alarm.id })}>
          {alarm.code}
        </button>
        {isNew && <span className={styles.tag}>NEW</span>}
        {group.state === 'returned' && <span className={styles.tag}>OVER</span>}
      </p>
      {many ? (
        <button type="button" className={styles.expand} aria-expanded={open} onClick={onOpen}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> <b>{manyWords(alarm.code, group.alarms.length)}</b> —
          first: {visibleText(alarm.summary)}, {formatTime(group.raisedAt)}
        </button>
      ) : (
        <p>{visibleText(alarm.summary)}</p>
      )}
      {group.state !== 'returned' && <p className={styles.quiet}>{ALARMS[alarm.code].action}</p>}
    </div>
  );
}

function Members({ group }: { group: AlarmGroup }) {
  const [shown, setShown] = useState(STEP);
  const hidden = group.alarms.length - shown;
  return (
    <div className={styles.members}>
      <ul className={styles.rows} aria-label={manyWords(group.alarms[0].code, group.alarms.length)}>
        {group.alarms.slice(0, shown).map((alarm) => (
          <AlarmRow
            key={alarm.id}
            group={{ ...group, id: alarm.id, alarms: [alarm], state: alarm.state, raisedAt: alarm.raisedAt }}
          />
        ))}
      </ul>
      {hidden > 0 && <Button onClick={() => setShown(shown + STEP)}>Show {Math.min(hidden, STEP)} more</Button>}
    </div>
  );
}

/** An alarm, or many of one cause, with what can be done about it in its row. */
export function AlarmRow({ group }: { group: AlarmGroup }) {
  const [open, setOpen] = useState(false);
  const alone = group.alarms.length === 1;
  const alarm = useRecord('alarm', group.id) ?? group.alarms[0];
  const tone = isStanding(group) ? alarmTone(group.priority) : 'p3';
  return (
    <li
      className={classNames(styles.row, styles[tone], group.state === 'unacked' && styles.new)}
      tabIndex={-1}
      data-row
      data-testid="alarm-row"
      data-entity={`alarm:${group.id}`}
      data-attention={`alarm:${group.id}`}
      data-state={group.state}
    >
      <div className={styles.line}>
        <span className={classNames(styles.glyph, styles[`${tone}Glyph`])}>
          <span className="visually-hidden">Priority </span>
          {group.priority}
        </span>
        <Age at={group.raisedAt} className={styles.age} />
        <What group={group} alarm={alarm} open={open} onOpen={() => setOpen(!open)} />
        <Owner group={group} alarm={alarm} />
        <div className={styles.actions}>
          <AlarmActions alarms={alone ? [alarm] : group.alarms} />
        </div>
      </div>
      {open && !alone && <Members group={group} />}
    </li>
  );
}
