import type { DirectiveRecord } from '@signalbox/shared/records/directive';
import { useState } from 'react';
import { Age } from '../../hub/age.tsx';
import { formatDuration } from '../../hub/format.ts';
import { untilLedgerClock } from '../../hub/ledger-time.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { countWords, EFFECT, effectWords, RECEIPT_ORDER, RECEIPTS } from '../../hub/receipt-words.ts';
import { useConn, useIds, useNow, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { AgentText } from './agent-text.tsx';
import styles from './card.module.css';
import { ReceiptList } from './receipt-list.tsx';
import { useAttentionFocus } from './use-attention-focus.ts';

/** How far the recipients are, in steps of grey; the word line says the same. */
function Bar({ directive }: { directive: DirectiveRecord }) {
  const states = RECEIPT_ORDER.filter((state) => (directive.counts[state] ?? 0) > 0);
  return (
    <div className={styles.bar} aria-hidden="true">
      {states.map((state) => (
        <span key={state} data-state={state} style={{ flexGrow: directive.counts[state] }} />
      ))}
    </div>
  );
}

function Terms({ directive }: { directive: DirectiveRecord }) {
  const beat = useConn((conn) => conn.beat);
  const now = useNow();
  if (directive.expired) return <p className={styles.note}>Expired.</p>;
  const waiting = RECEIPT_ORDER.some((state) => !RECEIPTS[state].settled && (directive.counts[state] ?? 0) > 0);
  const ackLeft = directive.ackByClock === undefined ? null : untilLedgerClock(directive.ackByClock, beat, now);
  const left = untilLedgerClock(directive.expiresClock, beat, now);
  if (!waiting) return null;
  return (
    <p className={styles.note}>
      {ackLeft !== null &&
        (ackLeft > 0 ? `Ack wanted in ${formatDuration(ackLeft)}. ` : `Ack is ${formatDuration(-ackLeft)} late. `)}
      {left !== null && left > 0 && `Expires in ${formatDuration(left)}.`}
    </p>
  );
}

/** These wait for nobody; the receipts only say that the agents know. */
const AT_THE_HUB: ReadonlySet<DirectiveRecord['action']> = new Set(['pause', 'resume', 'drain', 'assign', 'cancel']);

/** What a person told agents, with the evidence of how far it got. */
export function DirectiveCard({ id }: { id: string }) {
  const directive = useRecord('directive', id);
  const card = useAttentionFocus<HTMLLIElement>('directive', id);
  const receipts = useIds(`receipt.directive:${id}`);
  const navigation = useNavigation();
  const [open, setOpen] = useState(false);
  if (directive === undefined) return null;
  const { action, mode, to, from, body, taskId } = directive;
  const recipients = receipts.map((receipt) => receipt.slice(id.length + 1));
  return (
    <li
      ref={card}
      className={`${styles.card} ${styles.p3}`}
      tabIndex={-1}
      data-testid="directive-card"
      data-entity={`directive:${id}`}
      data-attention={`directive:${id}`}
    >
      <p className={styles.head}>
        <strong>{action}</strong>
        <span className={styles.to} title={`mode ${mode}: ${recipients.join(', ')}`}>
          → {recipients.length === 1 ? recipients[0] : visibleText(to)}
        </span>
        <Age at={directive.at} className={styles.age} />
      </p>
      {taskId !== undefined && <Chip label={taskId} onOpen={() => navigation.open({ kind: 'task', id: taskId })} />}
      {body !== undefined && <AgentText text={body} />}
      <Bar directive={directive} />
      {AT_THE_HUB.has(action) && <p className={styles.note}>The hub did this when it was sent.</p>}
      <p data-testid="receipt-counts">{countWords(directive.counts, recipients.length)}</p>
      {directive.effect !== undefined && (
        <p className={styles.note} title={EFFECT} data-testid="effect">
          {effectWords(directive.effect)}
        </p>
      )}
      <Terms directive={directive} />
      <button type="button" className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open
          ? 'Hide recipients'
          : `Show ${recipients.length === 1 ? 'the recipient' : `${recipients.length} recipients`}`}
      </button>
      {open && <ReceiptList directiveId={id} />}
      <p className={styles.note}>by {from.replace(/^human:/, '')}</p>
    </li>
  );
}
