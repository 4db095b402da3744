import { ALARMS } from '@signalbox/shared/alarms';
import { AlarmActions } from '../../actions/alarm-actions.tsx';
import { Age } from '../../hub/age.tsx';
import type { AlarmGroup } from '../../hub/alarm-groups.ts';
import { alarmTone, manyWords, ownerWords } from '../../hub/alarm-words.ts';
import { isStanding } from '../../hub/counts.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { classNames } from '../../ui/class-names.ts';
import styles from './card.module.css';
import { useAttentionFocus } from './use-attention-focus.ts';

/** Of many with one cause: how many, and where the rest of them is. */
function Many({ group }: { group: AlarmGroup }) {
  const { goTo } = useNavigation();
  const [first] = group.alarms;
  return (
    <p>
      <b>{manyWords(first.code, group.alarms.length)}</b> — first: {visibleText(first.summary)}{' '}
      <button type="button" className={styles.more} onClick={() => goTo('alarms')}>
        Show all
      </button>
    </p>
  );
}

/** Something abnormal that asks a person to act, with what to do about it; many of one cause are one card. */
export function AlarmCard({ group }: { group: AlarmGroup }) {
  const alone = group.alarms.length === 1;
  const alarm = useRecord('alarm', group.id) ?? group.alarms[0];
  const card = useAttentionFocus<HTMLLIElement>('alarm', group.id);
  const left = useUntilClock(alarm.untilClock);
  const tone = isStanding(group) ? alarmTone(alarm.priority) : 'p3';
  const words = ALARMS[alarm.code];
  const isNew = group.state === 'unacked';
  const owner = alone ? ownerWords(alarm, left) : null;
  return (
    <li
      ref={card}
      className={classNames(styles.card, styles[tone], isNew && styles.new)}
      tabIndex={-1}
      data-testid="alarm-card"
      data-entity={`alarm:${group.id}`}
      data-attention={`alarm:${group.id}`}
      data-state={group.state}
    >
      <p className={styles.head}>
        <span className={classNames(styles.glyph, styles[`${tone}Glyph`])}>
          <span className="visually-hidden">Priority </span>
          {alarm.priority}
        </span>
        <strong>{alarm.code}</strong>
        {!alone && <span>×{group.alarms.length}</span>}
        {isNew && <span className={styles.tag}>NEW</span>}
        <Age at={group.raisedAt} className={styles.age} />
      </p>
      {alone ? <p>{visibleText(alarm.summary)}</p> : <Many group={group} />}
      {group.state !== 'returned' && (
        <p className={styles.note}>
          {words.consequence} {words.action}
        </p>
      )}
      {owner !== null && <p className={styles.note}>{owner}</p>}
      <AlarmActions alarms={alone ? [alarm] : group.alarms} />
    </li>
  );
}
