import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { useNavigation } from '../hub/navigation.ts';
import { useCommandEach } from '../hub/use-command-each.ts';
import { useCan, usePending } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import styles from './alarm-actions.module.css';
import { FirstFix } from './first-fix.tsx';
import { ShelveAlarm } from './shelve-alarm.tsx';

type Alarms = readonly [AlarmRecord, ...AlarmRecord[]];

const isNew = ({ state }: AlarmRecord): boolean => state === 'unacked' || state === 'returned';
const all = (word: string, alarms: readonly AlarmRecord[], of: readonly AlarmRecord[]): string =>
  of.length === 1 ? word : `${word} ${alarms.length === of.length ? 'all ' : ''}${alarms.length}`;

function Open({ alarm }: { alarm: AlarmRecord }) {
  const { open } = useNavigation();
  const kind = VISIBLE_KINDS.find((known) => known === alarm.subject.kind);
  if (kind === undefined) return null;
  return <Button onClick={() => open({ kind, id: alarm.subject.id })}>Open</Button>;
}

/** Why the hub did not do what was asked of one alarm, or of how many of a group. */
function Refused({ alarms, each }: { alarms: Alarms; each: ReturnType<typeof useCommandEach>['refused'] }) {
  const own = usePending('alarm', alarms[0].id).find(({ state }) => state === 'rejected')?.error;
  const first = alarms.length === 1 ? own : each?.errors[0];
  if (first === undefined) return null;
  const many = each === null || alarms.length === 1 ? '' : `${each.errors.length} of ${each.of} were refused. `;
  return (
    <p className={styles.refused} role="alert">
      {many}
      {first.message}
    </p>
  );
}

/** What a person can do about an alarm, or about many of one cause, wherever they are shown. */
export function AlarmActions({ alarms }: { alarms: Alarms }) {
  const { run, progress, refused, disabled } = useCommandEach();
  const can = useCan();
  const [first] = alarms;
  const alone = alarms.length === 1;
  const fresh = alarms.filter(isNew);
  const standing = alarms.filter(({ state }) => state === 'unacked' || state === 'acked');
  const shelved = alarms.filter(({ state }) => state === 'shelved');
  const button = { pending: progress !== null, unavailable: disabled ? 'Available when live' : undefined };
  const each = (name: 'alarm.acknowledge' | 'alarm.unshelve', some: readonly AlarmRecord[]) =>
    void run(
      name,
      some.map(({ id }) => ({ input: { alarmId: id }, target: ['alarm', id] })),
    );
  return (
    <div className={styles.actions}>
      {fresh.length > 0 && can('alarm.acknowledge') && (
        <Button {...button} data-ack onClick={() => each('alarm.acknowledge', fresh)}>
          {all('Ack', fresh, alarms)}
        </Button>
      )}
      {alone && first.state !== 'returned' && <FirstFix alarm={first} />}
      {alone && <Open alarm={first} />}
      {shelved.length > 0 && can('alarm.unshelve') && (
        <Button {...button} onClick={() => each('alarm.unshelve', shelved)}>
          {all('Unshelve', shelved, alarms)}
        </Button>
      )}
      {standing.length > 0 && can('alarm.shelve') && <ShelveAlarm alarms={standing} />}
      {progress !== null && !alone && (
        <p className={styles.progress}>{`${progress.done} of ${progress.of} done, sending the others…`}</p>
      )}
      <Refused alarms={alarms} each={refused} />
    </div>
  );
}
