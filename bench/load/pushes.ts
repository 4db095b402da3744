import { randomUUID } from 'node:crypto';
import { isOk } from './framing.ts';
import { measure } from './measured.ts';
import type { Client } from './operations.ts';
import type { Of, Outcome } from './orders.ts';

/** From the sending of a message to its arrival at another client, one after the other: nothing waits for anything else. */
export async function pushes(
  senders: readonly Client[],
  recipients: readonly Client[],
  { total, pids }: Of<'push'>,
): Promise<Outcome> {
  const measured = measure(pids, total);
  for (let sent = 0; sent < total; sent++) {
    const sender = senders[sent % senders.length];
    const recipient = recipients[sent % senders.length];
    if (sender === undefined || recipient === undefined) throw new Error('nobody there to write to');
    const arrived = recipient.wire.next('inbox');
    const sentAt = performance.now();
    const input = { to: `agent-${recipient.index}`, type: 'note', body: 'Done.', requestId: randomUUID() };
    const answered = ask(sender, 'message.send', input);
    await arrived;
    measured.answered(sentAt);
    await answered;
  }
  return measured.end();
}

const ask = ({ wire }: Client, command: string, input: object): Promise<void> =>
  new Promise((resolve, reject) =>
    wire.ask(command, input, (body) =>
      isOk(body) ? resolve() : reject(new Error(`${command} was refused: ${body.slice(0, 300)}`)),
    ),
  );
