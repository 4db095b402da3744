import type { ReceiptRecord } from '@signalbox/shared/records/directive';
import { formatDateTime, formatTime } from '../../hub/format.ts';
import { useNavigation } from '../../hub/navigation.ts';
import { EFFECT, effectWords, MISSING_FIRST, RECEIPTS } from '../../hub/receipt-words.ts';
import { useHub, useIds, useRecord } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Chip } from '../../ui/badge.tsx';
import { AgentText } from './agent-text.tsx';
import styles from './card.module.css';

/** Every recipient has a row up to here; beyond, the missing ones do. */
const ROWS = 60;

function Receipt({ id }: { id: string }) {
  const receipt = useRecord('receipt', id);
  const agent = useRecord('agent', receipt?.agentId ?? '');
  const { open } = useNavigation();
  if (receipt === undefined) return null;
  const { glyph, word, meaning } = RECEIPTS[receipt.state];
  const steps = Object.entries(receipt.times)
    .map(([state, at]) => `${state} ${formatDateTime(at)}`)
    .join('\n');
  return (
    <li className={styles.receipt} data-testid="receipt" data-entity={`receipt:${id}`} data-state={receipt.state}>
      <span aria-hidden="true">{glyph}</span>
      <Chip label={receipt.agentId} onOpen={() => open({ kind: 'agent', id: receipt.agentId })} />
      <span title={`${meaning}\n${steps}`}>
        {word} {formatTime(receipt.times[receipt.state] ?? receipt.at)}
        {agent?.state === 'lost' && ' · lost'}
        {receipt.turnId !== undefined && ` · turn ${visibleText(receipt.turnId)}`}
        {receipt.effect !== undefined && <span title={EFFECT}> · {effectWords(receipt.effect)}</span>}
      </span>
      {receipt.note !== undefined && (
        <div className={styles.receiptNote}>
          <AgentText text={receipt.note} />
        </div>
      )}
    </li>
  );
}

export function ReceiptList({ directiveId }: { directiveId: string }) {
  const { db } = useHub();
  const ids = useIds(`receipt.directive:${directiveId}`);
  const receipts = ids
    .map((id) => db.get('receipt', id))
    .filter((receipt): receipt is ReceiptRecord => receipt !== undefined);
  const sorted = receipts.sort((a, b) => MISSING_FIRST.indexOf(a.state) - MISSING_FIRST.indexOf(b.state));
  return (
    <ul className={styles.receipts}>
      {sorted.slice(0, ROWS).map(({ id }) => (
        <Receipt key={id} id={id} />
      ))}
      {sorted.length > ROWS && <li>and {sorted.length - ROWS} more</li>}
    </ul>
  );
}
