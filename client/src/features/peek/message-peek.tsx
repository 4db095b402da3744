import type { MessageRecord } from '@signalbox/shared/records/message';
import { Age } from '../../hub/age.tsx';
import { UNKNOWN } from '../../hub/format.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { useRead } from '../../hub/use-read.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Facts } from '../../ui/facts.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import { AgentRef } from './refs.tsx';
import { Lead, Refused, Said } from './section.tsx';

const READ_EVERY_MS = 2_000;

function acknowledgedLine(recipients: readonly string[], unreadBy: readonly string[] | undefined): string {
  if (recipients.length === 0 || unreadBy === undefined) return UNKNOWN;
  const count = `${recipients.length - unreadBy.length} of ${recipients.length}`;
  return unreadBy.length === 0 ? count : `${count}, not by ${unreadBy.join(', ')}`;
}

/** The live record has only who, to whom and when; its text, and who has acknowledged it, are asked for. */
function Whole({ message, onOpen }: { message: MessageRecord; onOpen: BodyProps['onOpen'] }) {
  const { data, error } = useRead('message.get', { messageIds: [message.id] }, { everyMs: READ_EVERY_MS });
  const whole = data?.messages[0];
  return (
    <>
      {error !== null && <Refused error={error} />}
      {data === undefined && error === null && <Skeleton label={`${message.id} is loading`} height={60} />}
      {data !== undefined && <Said>{whole?.body ?? UNKNOWN}</Said>}
      <Facts
        facts={[
          ['From', <AgentRef key="from" id={message.from} onOpen={onOpen} />],
          ['To', visibleText(message.to)],
          message.thread !== undefined && ['Thread', visibleText(message.thread)],
          message.replyTo !== undefined && ['Answers', message.replyTo],
          message.recipients.length > 0 && ['Acknowledged', acknowledgedLine(message.recipients, whole?.unreadBy)],
        ]}
      />
    </>
  );
}

export function MessagePeek({ id, onOpen }: BodyProps) {
  const message = useRecord('message', id);
  if (message === undefined) return <Gone id={id} />;
  return (
    <>
      <Lead>
        {visibleText(message.type)} <Age at={message.at} suffix=" ago" />
      </Lead>
      <Whole message={message} onOpen={onOpen} />
    </>
  );
}
