import { Age } from '../../hub/age.tsx';
import { formatDuration, formatTime, UNKNOWN } from '../../hub/format.ts';
import { countWords, EFFECT, effectWords, RECEIPTS } from '../../hub/receipt-words.ts';
import { useIds, useRecord } from '../../hub/use-hub.ts';
import { useUntilClock } from '../../hub/use-until-clock.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Facts } from '../../ui/facts.tsx';
import type { BodyProps } from './body-props.ts';
import { Gone } from './gone.tsx';
import styles from './peek.module.css';
import { receiptTimes } from './receipt-times.ts';
import { AgentRef, TaskRef } from './refs.tsx';
import { Lead, Said, Section } from './section.tsx';

function Receipt({ id, onOpen }: BodyProps) {
  const receipt = useRecord('receipt', id);
  if (receipt === undefined) return null;
  const { glyph, word, meaning } = RECEIPTS[receipt.state];
  return (
    <li data-testid="receipt" data-entity={`receipt:${id}`}>
      <AgentRef id={receipt.agentId} onOpen={onOpen} />
      <p title={meaning}>
        {glyph} {word} <Age at={receipt.at} suffix=" ago" />
      </p>
      <p className={styles.word}>
        {receiptTimes(receipt)
          .map(({ state, at }) => `${state} ${formatTime(at)}`)
          .join(' → ')}
      </p>
      {receipt.effect !== undefined && <p title={EFFECT}>{effectWords(receipt.effect)}</p>}
      {receipt.note !== undefined && <Said>{receipt.note}</Said>}
    </li>
  );
}

export function DirectivePeek({ id, onOpen }: BodyProps) {
  const directive = useRecord('directive', id);
  const receipts = useIds(`receipt.directive:${id}`);
  const expiresIn = useUntilClock(directive?.expiresClock);
  const ackIn = useUntilClock(directive?.ackByClock);
  if (directive === undefined) return <Gone id={id} />;
  const over = directive.expired || (expiresIn !== null && expiresIn <= 0);
  return (
    <>
      <Lead>
        {directive.action} to {visibleText(directive.to)} <Age at={directive.at} suffix=" ago" />
      </Lead>
      {directive.body !== undefined && <Said>{directive.body}</Said>}
      <p>{countWords(directive.counts, receipts.length)}</p>
      <Facts
        facts={[
          ['From', directive.from],
          ['Mode', directive.mode],
          directive.taskId !== undefined && ['Task', <TaskRef key="task" id={directive.taskId} onOpen={onOpen} />],
          directive.options !== undefined && ['Options', visibleText(directive.options.join(' · '))],
          directive.ackByClock !== undefined && [
            'Ack by',
            ackIn === null ? UNKNOWN : ackIn > 0 ? `in ${formatDuration(ackIn)}` : `${formatDuration(-ackIn)} ago`,
          ],
          [
            'Expires',
            over ? 'expired: not obeyed any more' : expiresIn === null ? UNKNOWN : `in ${formatDuration(expiresIn)}`,
          ],
        ]}
      />
      <Section title={`Receipts ${receipts.length || ''}`}>
        <ul className={styles.receipts}>
          {receipts.map((receiptId) => (
            <Receipt key={receiptId} id={receiptId} onOpen={onOpen} />
          ))}
        </ul>
      </Section>
    </>
  );
}

/** One recipient's receipt is shown with its directive. */
export function ReceiptPeek({ id, onOpen }: BodyProps) {
  const receipt = useRecord('receipt', id);
  return receipt === undefined ? <Gone id={id} /> : <DirectivePeek id={receipt.directiveId} onOpen={onOpen} />;
}
