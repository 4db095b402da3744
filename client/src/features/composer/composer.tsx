import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { DirectiveAction } from '../../hub/drafts.ts';
import { plural } from '../../hub/format.ts';
import { countWords } from '../../hub/receipt-words.ts';
import { setUi, showRail, useUi } from '../../hub/ui-store.ts';
import { useRecord } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { TextArea } from '../../ui/field.tsx';
import { AudienceField } from './audience-field.tsx';
import styles from './composer.module.css';
import { ConfirmSend } from './confirm-send.tsx';
import { TaskField } from './task-field.tsx';
import { Terms } from './terms.tsx';
import { type ComposerState, useComposer } from './use-composer.ts';

const ACTIONS: readonly { key: DirectiveAction; label: string }[] = [
  { key: 'say', label: 'Say' },
  { key: 'ask', label: 'Ask' },
  { key: 'pause', label: 'Pause' },
  { key: 'resume', label: 'Resume' },
  { key: 'drain', label: 'Drain' },
  { key: 'checkpoint', label: 'Checkpoint' },
  { key: 'assign', label: 'Assign' },
  { key: 'cancel', label: 'Cancel task' },
];

const PLACEHOLDER: Record<DirectiveAction, string> = {
  say: 'What they should know or do',
  ask: 'Your question; they answer with their receipt',
  pause: 'Why (optional)',
  resume: 'Why (optional)',
  drain: 'Why (optional); they finish what they have and get nothing new',
  checkpoint: 'Why (optional); they save where they are',
  assign: 'What to know about it (optional)',
  cancel: 'Why (optional); whoever works on it is told to stop',
};

function Outcome({ composer }: { composer: ComposerState }) {
  const { command, sent } = composer;
  if (command.error !== null) {
    return (
      <p className={styles.error} role="alert">
        Not sent: {command.error.message}
      </p>
    );
  }
  if (sent === null) return null;
  return <SentNote {...sent} />;
}

/** How far the last one got, live; each word stands for what was confirmed. */
function SentNote({ directiveId, recipients }: { directiveId: string; recipients: number }) {
  const directive = useRecord('directive', directiveId);
  const state =
    directive === undefined ? `sent to ${plural(recipients, 'agent')}` : countWords(directive.counts, recipients);
  return (
    <p className={styles.sent} data-testid="sent-note">
      {directiveId}: {state}.{' '}
      <button type="button" className={styles.link} onClick={() => showRail('sent')}>
        Receipts
      </button>
    </p>
  );
}

function Form({ composer, onClose }: { composer: ComposerState; onClose: () => void }) {
  const { draft, audience, risk, missing, command, change, send } = composer;
  const [confirming, setConfirming] = useState(false);
  const to = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const request = useUi((ui) => ui.composeRequest);
  const hasAudience = useRef(false);
  hasAudience.current = draft.audience.length > 0;
  useEffect(() => {
    if (request === 0) return;
    if (hasAudience.current) text.current?.querySelector('textarea')?.focus();
    else to.current?.focus();
  }, [request]);
  const trySend = () => {
    if (missing !== null || command.disabled || command.pending) return;
    if (risk === 'none') void send();
    else setConfirming(true);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) trySend();
  };
  const unavailable = command.disabled ? 'Available when live; the draft is kept' : (missing ?? undefined);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: one way to send from every field in it
    <div className={styles.form} onKeyDown={onKey}>
      <AudienceField
        ref={to}
        tokens={draft.audience}
        audience={audience}
        onChange={(tokens) => change({ audience: tokens })}
      />
      <Choice label="Action" options={ACTIONS} value={draft.action} onChange={(action) => change({ action })} />
      <TaskField value={draft.taskId} action={draft.action} onChange={(taskId) => change({ taskId })} />
      <div ref={text}>
        <TextArea
          aria-label="Text"
          rows={2}
          value={draft.body}
          placeholder={PLACEHOLDER[draft.action]}
          onChange={(event) => change({ body: event.target.value })}
        />
      </div>
      <details>
        <summary className={styles.summary}>Terms: how it reaches them, until when</summary>
        <Terms draft={draft} onChange={change} />
      </details>
      <div className={styles.row}>
        <Button look="strong" unavailable={unavailable} pending={command.pending} onClick={trySend} data-testid="send">
          {command.pending ? 'Sending…' : 'Send'}
        </Button>
        <span className={styles.hint}>Ctrl or ⌘ Enter</span>
        <Button look="quiet" size="small" onClick={onClose}>
          Close
        </Button>
      </div>
      {confirming && (
        <ConfirmSend
          risk={risk}
          action={draft.action}
          audience={audience}
          onCancel={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false);
            void send();
          }}
        />
      )}
    </div>
  );
}

/** Tells agents what to do. Closed it is one line at the foot of the rail. */
export function Composer() {
  const composer = useComposer();
  const request = useUi((ui) => ui.composeRequest);
  const phone = useUi((ui) => ui.pane === 'compose');
  const [closedAt, setClosedAt] = useState(0);
  const open = request > closedAt || phone;
  const close = () => {
    setClosedAt(request);
    if (phone) setUi({ pane: 'page' });
  };
  return (
    <section className={styles.composer} aria-label="Message the fleet" data-testid="composer">
      {open ? (
        <Form composer={composer} onClose={close} />
      ) : (
        <button
          type="button"
          className={styles.closed}
          onClick={() => useUi.setState((ui) => ({ composeRequest: ui.composeRequest + 1 }))}
        >
          <span>To: @{composer.draft.audience.join(', @')}</span>
          <span className={styles.hint}>
            <kbd>M</kbd> to compose
          </span>
        </button>
      )}
      <Outcome composer={composer} />
    </section>
  );
}
