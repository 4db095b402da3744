import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { isGroupAddress } from '../../hub/address.ts';
import { CONFIRM_FROM } from '../../hub/audience.ts';
import { plural } from '../../hub/format.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, Select, TextArea } from '../../ui/field.tsx';
import styles from './reply-box.module.css';
import type { Reply } from './use-reply.ts';

const optionOf = (address: string) => ({ value: address, label: visibleText(address) });

function To({ reply }: { reply: Reply }) {
  const { to, targets, change } = reply;
  const options = to === null || targets.includes(to) ? targets : [to, ...targets];
  if (options.length > 1) {
    return (
      <Field label="To">
        <Select options={options.map(optionOf)} value={to ?? ''} onPick={(chosen) => change({ to: chosen })} />
      </Field>
    );
  }
  return (
    <p className={styles.to}>
      <span className={styles.label}>To</span> <strong>{visibleText(to ?? '—')}</strong>
    </p>
  );
}

/** Whom it reaches and what stands in the way, before anything is sent. */
function Reach({ reply: { to, recipients, lost } }: { reply: Reply }) {
  const [first] = lost;
  const group = to !== null && isGroupAddress(to);
  return (
    <>
      {group && <span className={styles.count}>→ {plural(recipients, 'agent')}</span>}
      {first !== undefined && (
        <span className={styles.warning}>
          ⚠ {lost.length === 1 ? `${first} is lost: it gets this when it is back.` : `${lost.length} of them are lost.`}
        </span>
      )}
    </>
  );
}

function Confirm({ reply, onCancel, onConfirm }: { reply: Reply; onCancel: () => void; onConfirm: () => void }) {
  const deed = `Send to ${plural(reply.recipients, 'agent')}`;
  return (
    <Dialog open onClose={onCancel} title={`${deed}?`} description="It goes into the inbox of every one of them.">
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="strong" onClick={onConfirm}>
          {deed}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

export interface ReplyBoxProps {
  reply: Reply;
  /** Grows when the box should take the focus. */
  request: number;
}

/** Writes into the conversation that is shown. What was begun stays with it. */
export function ReplyBox({ reply, request }: ReplyBoxProps) {
  const { draft, pending, error, disabled, missing, recipients, change, send } = reply;
  const [confirming, setConfirming] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (request > 0) form.current?.querySelector('textarea')?.focus();
  }, [request]);
  const trySend = () => {
    if (missing !== null || disabled || pending) return;
    if (recipients >= CONFIRM_FROM) setConfirming(true);
    else void send();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) trySend();
  };
  const unavailable = disabled ? 'Available when live; the draft is kept' : (missing ?? undefined);
  return (
    <form
      ref={form}
      className={styles.box}
      aria-label="Reply"
      data-testid="reply-box"
      onKeyDown={onKey}
      onSubmit={(event) => {
        event.preventDefault();
        trySend();
      }}
    >
      {draft.replyTo !== null && (
        <p className={styles.answers}>
          Answers {draft.replyTo}
          <Button
            size="small"
            look="quiet"
            onClick={() => change({ replyTo: null })}
            aria-label="Answer nothing in particular"
          >
            ✕
          </Button>
        </p>
      )}
      <TextArea
        aria-label="Message"
        rows={2}
        value={draft.body}
        placeholder="A message waits in the inbox until the agent acknowledges it"
        onChange={(event) => change({ body: event.target.value })}
      />
      <div className={styles.row}>
        <To reply={reply} />
        <Reach reply={reply} />
        <span className={styles.end}>
          <span className={styles.hint}>Ctrl or ⌘ Enter</span>
          <Button type="submit" look="strong" unavailable={unavailable} pending={pending} data-testid="reply-send">
            {pending ? 'Sending…' : 'Send'}
          </Button>
        </span>
      </div>
      {error !== null && (
        <p className={styles.error} role="alert">
          Not sent: {error.message}
        </p>
      )}
      {confirming && (
        <Confirm
          reply={reply}
          onCancel={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false);
            void send();
          }}
        />
      )}
    </form>
  );
}
