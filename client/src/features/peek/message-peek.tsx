import { Age } from '../../hub/age.tsx';
import { useRecord } from '../../hub/use-hub.ts';
import { useRead } from '../../hub/use-read.ts';
import { Facts } from '../../ui/facts.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import { AgentRef } from './refs.tsx';
import { Lead, Refused, Said } from './section.tsx';

/** The text of a message comes with its thread; the live record has only who, to whom and when. */
function Body({ id, thread }: { id: string; thread: string }) {
  const { data, error } = useRead('message.thread', { thread });
  if (error !== null) return <Refused error={error} />;
  if (data === undefined) return <Skeleton label={`${id} is loading`} height={60} />;
  return <Said>{data.messages.find((message) => message.id === id)?.body ?? '—'}</Said>;
}

export function MessagePeek({ id, onOpen }: BodyProps) {
  const message = useRecord('message', id);
  if (message === undefined) return <Gone id={id} />;
  return (
    <>
      <Lead>
        {message.type} <Age at={message.at} suffix=" ago" />
      </Lead>
      {message.thread !== undefined && <Body id={id} thread={message.thread} />}
      <Facts
        facts={[
          ['From', <AgentRef key="from" id={message.from} onOpen={onOpen} />],
          ['To', message.to],
          message.thread !== undefined && ['Thread', message.thread],
        ]}
      />
    </>
  );
}
