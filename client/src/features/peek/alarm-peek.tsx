import { ALARMS } from '@signalbox/shared/alarms';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import { Fragment } from 'react';
import { ShelveAlarm } from '../../actions/shelve-alarm.tsx';
import { Age } from '../../hub/age.tsx';
import { formatDateTime, formatDuration, UNKNOWN } from '../../hub/format.ts';
import { useCan, useCommand, useRecord } from '../../hub/use-hub.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import { SubjectRef } from './refs.tsx';
import { Actions, Lead, Refused } from './section.tsx';

function AlarmActions({ alarm }: { alarm: AlarmRecord }) {
  const can = useCan();
  const { run, pending, error, disabled } = useCommand(['alarm', alarm.id]);
  const unavailable = disabled ? 'Available when live' : undefined;
  const alarmId = alarm.id;
  return (
    <Actions>
      {can('alarm.acknowledge') && (alarm.state === 'unacked' || alarm.state === 'returned') && (
        <Button
          look="strong"
          pending={pending}
          unavailable={unavailable}
          onClick={() => void run('alarm.acknowledge', { alarmId })}
        >
          I take care of it
        </Button>
      )}
      {can('alarm.unshelve') && alarm.state === 'shelved' && (
        <Button pending={pending} unavailable={unavailable} onClick={() => void run('alarm.unshelve', { alarmId })}>
          Bring it back
        </Button>
      )}
      {can('alarm.shelve') && alarm.state !== 'shelved' && alarm.state !== 'returned' && (
        <ShelveAlarm alarms={[alarm]} />
      )}
      <Refused error={error} />
    </Actions>
  );
}

export function AlarmPeek({ id, onOpen }: BodyProps) {
  const alarm = useRecord('alarm', id);
  const backIn = useUntilClock(alarm?.untilClock);
  if (alarm === undefined) return <Gone id={id} />;
  const { consequence, action } = ALARMS[alarm.code];
  const tone = alarm.priority === 1 ? 'p1' : alarm.priority === 2 ? 'p2' : 'plain';
  return (
    <>
      <Lead>
        <Badge tone={tone}>
          {alarm.priority} {alarm.code}
        </Badge>{' '}
        {alarm.state === 'unacked'
          ? 'nobody has taken it yet'
          : alarm.state === 'returned'
            ? 'over, nobody had taken it'
            : alarm.state}
      </Lead>
      <p>
        <b>{visibleText(alarm.summary)}</b>
      </p>
      <p>{consequence}</p>
      <p>{action}</p>
      <AlarmActions alarm={alarm} />
      <Facts
        facts={[
          [
            'About',
            [alarm.subject, ...(alarm.others ?? []).map((id) => ({ kind: 'agent', id }))].map((subject) => (
              <Fragment key={subject.id}>
                <SubjectRef subject={subject} onOpen={onOpen} />{' '}
              </Fragment>
            )),
          ],
          [
            'Raised',
            <span key="raised">
              <Age at={alarm.raisedAt} suffix=" ago" /> ({formatDateTime(alarm.raisedAt)})
            </span>,
          ],
          alarm.by !== undefined && [
            alarm.state === 'shelved' ? 'Shelved by' : 'Taken by',
            `${alarm.by}${alarm.ackedAt === undefined ? '' : `, ${formatDateTime(alarm.ackedAt)}`}`,
          ],
          alarm.state === 'shelved' && ['Comes back', backIn === null ? UNKNOWN : `in ${formatDuration(backIn)}`],
          alarm.reason !== undefined && ['Reason', visibleText(alarm.reason)],
        ]}
      />
    </>
  );
}
