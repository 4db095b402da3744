import { ALARMS } from '@signalbox/shared/alarms';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { Age } from '../../hub/age.tsx';
import { isStanding } from '../../hub/counts.ts';
import { formatDuration, formatMinute } from '../../hub/format.ts';
import { untilLedgerClock } from '../../hub/ledger-time.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useCan, useCommand, useConn, useNow, usePending, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './card.module.css';
import { FirstFix } from './first-fix.tsx';
import { Shelve } from './shelve.tsx';
import { useAttentionFocus } from './use-attention-focus.ts';

const TONES = ['p1', 'p2', 'p3'] as const;
const toneOf = (priority: number): 'p1' | 'p2' | 'p3' => TONES[priority - 1] ?? 'p3';
const nameOf = (actor: string | undefined): string => (actor ?? 'somebody').replace(/^human:/, '');

/** Whose it is. */
function Owner({ alarm }: { alarm: AlarmRecord }) {
  const beat = useConn((conn) => conn.beat);
  const now = useNow();
  if (alarm.state === 'acked')
    return (
      <p className={styles.note}>{`${nameOf(alarm.by)} takes care of it, since ${formatMinute(alarm.ackedAt)}`}</p>
    );
  if (alarm.state === 'returned') return <p className={styles.note}>Over by itself; nobody has acknowledged it.</p>;
  if (alarm.state !== 'shelved') return null;
  const left = alarm.untilClock === undefined ? null : untilLedgerClock(alarm.untilClock, beat, now);
  return (
    <p
      className={styles.note}
    >{`Shelved by ${nameOf(alarm.by)} for ${formatDuration(left)} more${alarm.reason === undefined ? '' : `: ${alarm.reason}`}`}</p>
  );
}

function Actions({ alarm }: { alarm: AlarmRecord }) {
  const { run, pending, disabled } = useCommand(['alarm', alarm.id]);
  const can = useCan();
  const { open } = useNavigation();
  const kind = VISIBLE_KINDS.find((known) => known === alarm.subject.kind);
  const alarmId = alarm.id;
  const unavailable = disabled ? 'Available when live' : undefined;
  const isNew = alarm.state === 'unacked' || alarm.state === 'returned';
  return (
    <div className={styles.actions}>
      {isNew && can('alarm.acknowledge') && (
        <Button pending={pending} unavailable={unavailable} onClick={() => void run('alarm.acknowledge', { alarmId })}>
          Ack
        </Button>
      )}
      {alarm.state !== 'returned' && <FirstFix alarm={alarm} />}
      {kind !== undefined && <Button onClick={() => open({ kind, id: alarm.subject.id })}>Open</Button>}
      {alarm.state === 'shelved' && can('alarm.unshelve') && (
        <Button unavailable={unavailable} onClick={() => void run('alarm.unshelve', { alarmId })}>
          Unshelve
        </Button>
      )}
      {(alarm.state === 'unacked' || alarm.state === 'acked') && can('alarm.shelve') && <Shelve alarmId={alarmId} />}
    </div>
  );
}

/** Something abnormal that asks a person to act, with what to do about it. */
export function AlarmCard({ id }: { id: string }) {
  const alarm = useRecord('alarm', id);
  const card = useAttentionFocus<HTMLLIElement>('alarm', id);
  const refused = usePending('alarm', id).find(({ state }) => state === 'rejected');
  if (alarm === undefined) return null;
  const tone = isStanding(alarm) ? toneOf(alarm.priority) : 'p3';
  const words = ALARMS[alarm.code];
  const isNew = alarm.state === 'unacked';
  return (
    <li
      ref={card}
      className={classNames(styles.card, styles[tone], isNew && styles.new)}
      tabIndex={-1}
      data-testid="alarm-card"
      data-entity={`alarm:${id}`}
      data-attention={`alarm:${id}`}
      data-state={alarm.state}
    >
      <p className={styles.head}>
        <span className={classNames(styles.glyph, styles[`${tone}Glyph`])}>
          <span className="visually-hidden">Priority </span>
          {alarm.priority}
        </span>
        <strong>{alarm.code}</strong>
        {isNew && <span className={styles.tag}>NEW</span>}
        <Age at={alarm.raisedAt} className={styles.age} />
      </p>
      <p>{visibleText(alarm.summary)}</p>
      {alarm.state !== 'returned' && (
        <p className={styles.note}>
          {words.consequence} {words.action}
        </p>
      )}
      <Owner alarm={alarm} />
      <Actions alarm={alarm} />
      {refused?.error !== undefined && (
        <p className={styles.error} role="alert">
          {refused.error.message}
        </p>
      )}
    </li>
  );
}
