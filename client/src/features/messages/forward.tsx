import type { MessageRecord } from '@signalbox/shared/records/message';
import { useState } from 'react';
import { resolveAudience, suggestions } from '../../hub/audience.ts';
import { plural } from '../../hub/format.ts';
import { useCan, useCommand, useHub, useIds } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { personOf } from './conversation.ts';
import styles from './forward.module.css';
import { useMessageWhole } from './use-messages.ts';

export interface ForwardProps {
  message: MessageRecord;
  /** Who did not read it. */
  agentId: string;
}

/** Sends what one agent will not read any more to another, or to whoever has a role. */
export function Forward({ message, agentId }: ForwardProps) {
  const can = useCan();
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState<string | null>(null);
  if (!can('message.send')) return null;
  if (sent !== null)
    return (
      <p className={styles.sent} role="status">
        {sent}
      </p>
    );
  if (!open)
    return (
      <Button
        size="small"
        look="quiet"
        onClick={() => setOpen(true)}
        aria-label={`Send ${message.id} again, which ${agentId} never read`}
      >
        Send again to …
      </Button>
    );
  return <ForwardForm message={message} agentId={agentId} onClose={() => setOpen(false)} onSent={setSent} />;
}

interface FormProps extends ForwardProps {
  onClose: () => void;
  /** What happened, in words. */
  onSent: (words: string) => void;
}

function ForwardForm({ message, agentId, onClose, onSent }: FormProps) {
  const { db } = useHub();
  const { entry } = useMessageWhole(message.id);
  const { run, pending, error, disabled } = useCommand();
  const [to, setTo] = useState('');
  useIds('agent.here:yes');
  const addresses = suggestions(db).filter((address) => address !== 'all' && address !== agentId);
  const recipients = to === '' ? 0 : resolveAudience(db, [to]).ids.length;
  const whole = entry !== undefined && 'whole' in entry ? entry.whole : undefined;

  const send = async () => {
    if (whole === undefined) return;
    const { thread, type, from } = message;
    const ack = await run('message.send', {
      to,
      type,
      body: `${personOf(from) ?? from} to ${message.to}, never read by ${agentId}:\n\n${whole.body ?? ''}`,
      replyTo: message.id,
      ...(whole.data !== undefined && { data: whole.data }),
      ...(thread !== undefined && { thread }),
    });
    if (ack.ok) onSent(`Sent to ${to} as ${ack.messageId}.`);
  };
  const unavailable = disabled
    ? 'Available when live'
    : to === ''
      ? 'Say whom it is for'
      : recipients === 0
        ? `Nobody here is ${to}`
        : whole === undefined
          ? `${message.id} is not read yet`
          : undefined;
  return (
    <div className={styles.form}>
      <Field label={`Send ${message.id} again to`}>
        <Select
          value={to}
          onPick={setTo}
          options={[{ value: '', label: 'Choose …' }, ...addresses.map((value) => ({ value, label: value }))]}
        />
      </Field>
      <div className={styles.row}>
        <Button size="small" look="strong" unavailable={unavailable} pending={pending} onClick={() => void send()}>
          {pending ? 'Sending…' : recipients > 1 ? `Send to ${plural(recipients, 'agent')}` : 'Send'}
        </Button>
        <Button size="small" look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
      {error !== null && (
        <p className={styles.error} role="alert">
          Not sent: {error.message}
        </p>
      )}
    </div>
  );
}
