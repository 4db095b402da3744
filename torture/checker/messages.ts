import type { CheckedRecord } from '../history/facts.ts';
import { type History, hasLog, type Life, type Operation } from '../history/history.ts';
import type { HeardLine } from '../history/line.ts';
import { once } from './once.ts';
import { type Violation, when } from './violation.ts';

type Message = Extract<CheckedRecord, { kind: 'message' }>;

/**
 * What was accepted arrives, in the order of its sender, and nothing else does. It comes again, maybe, until it was
 * acknowledged, and never after the answer to that.
 */
export function checkMessages(history: History): Violation[] {
  const sent = sentMessages(history);
  return [
    ...lost(history),
    ...heardBySender(history, sent),
    ...heardAfterAcknowledged(history),
    ...unsent(history, sent),
  ];
}

/** By message id: the request that sent it, as its answer or the log says. */
interface Sent {
  operation?: Operation;
  from: string;
  recipients: readonly string[];
}

function sentMessages(history: History): Map<string, Sent> {
  const sent = new Map<string, Sent>();
  for (const { puts, causedBy } of history.transactions)
    for (const record of puts) if (record.kind === 'message') sent.set(record.id, fromLog(history, record, causedBy));
  for (const operation of history.operations) {
    const { command, said, agent: from } = operation;
    if (command === 'message.send' && said?.messageId !== undefined)
      sent.set(said.messageId, { operation, from, recipients: said.recipients ?? [] });
  }
  return sent;
}

function fromLog(history: History, { from, recipients }: Message, causedBy: string | undefined): Sent {
  const operation = causedBy === undefined ? undefined : history.operation(causedBy);
  return { from, recipients, ...(operation !== undefined && { operation }) };
}

interface Owed {
  operation: Operation;
  messageId: string;
  recipient: string;
  at: number;
}

/** What has to have been heard by the end of the run; who was killed and never came back cannot have. */
export const messagesOwed = once(({ operations, lives }: History): Owed[] => {
  const owed: Owed[] = [];
  for (const operation of operations) {
    const { command, said, answeredAt: at } = operation;
    if (command !== 'message.send' || said?.messageId === undefined || at === undefined) continue;
    for (const recipient of said.recipients ?? []) {
      const own = lives.get(recipient);
      if (own !== undefined && !isGone(own)) owed.push({ operation, messageId: said.messageId, recipient, at });
    }
  }
  return owed;
});

function lost(history: History): Violation[] {
  const heardBy = new Set<string>();
  for (const { agent, messageId } of history.heard) heardBy.add(`${agent} ${messageId}`);
  return messagesOwed(history)
    .filter(({ messageId, recipient }) => !heardBy.has(`${recipient} ${messageId}`))
    .map(({ operation: { agent, asked }, messageId, recipient, at }) => {
      const n = asked.n === undefined ? '' : ` (n ${asked.n})`;
      return broken(
        `${messageId}${n} of ${agent} was accepted at ${when(at)} for ${recipient}, which never heard it`,
        at,
      );
    });
}

const isGone = (lives: readonly Life[]): boolean =>
  lives.every(({ endedAt, drained }) => endedAt !== undefined && drained !== true);

/** In what an agent heard of one sender, through all its lives; of what came again, the first counts. */
function heardBySender({ heard }: History, sent: ReadonlyMap<string, Sent>): Violation[] {
  const lists = new Map<string, HeardLine[]>();
  for (const line of firstHeard(heard)) {
    const key = `${line.agent} ${line.from}`;
    const own = lists.get(key);
    if (own === undefined) lists.set(key, [line]);
    else own.push(line);
  }
  return [...lists.values()].flatMap((lines) => [...sameNumber(lines), ...outOfOrder(lines, sent)]);
}

/** Every message as it came to an agent for the first time. */
export function firstHeard(heard: readonly HeardLine[]): HeardLine[] {
  const known = new Set<string>();
  return heard.filter(({ agent, messageId }) => {
    const key = `${agent} ${messageId}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** What was sent once, and comes as two messages. */
function sameNumber(lines: readonly HeardLine[]): Violation[] {
  const violations: Violation[] = [];
  const numbers = new Map<number, string>();
  for (const { messageId, n, agent, from, at } of lines) {
    const same = numbers.get(n);
    if (same === undefined) numbers.set(n, messageId);
    else
      violations.push(broken(`${agent} heard n ${n} of ${from} as ${same} and, at ${when(at)}, as ${messageId}`, at));
  }
  return violations;
}

/** A connection is in order, and a new one begins with what is left: nothing that was acknowledged is on its way. */
function heardAfterAcknowledged({ heard, operations }: History): Violation[] {
  const acknowledged = new Map<string, number>();
  for (const { command, said, answeredAt, asked, agent } of operations) {
    if (command !== 'message.ack' || said === undefined || answeredAt === undefined) continue;
    for (const id of asked.messageIds ?? []) {
      const key = `${agent} ${id}`;
      acknowledged.set(key, Math.min(answeredAt, acknowledged.get(key) ?? answeredAt));
    }
  }
  return heard.flatMap(({ agent, messageId, from, at }) => {
    const since = acknowledged.get(`${agent} ${messageId}`);
    if (since === undefined || at <= since) return [];
    const text = `${agent} heard ${messageId} of ${from} again at ${when(at)}, and the answer to its acknowledgement had come at ${when(since)}`;
    return [broken(text, at)];
  });
}

const numberOf = (messageId: string): number => Number(messageId.slice(messageId.indexOf('-') + 1));

/** Accepted later, or called after the answer to the other had come, it is heard later. */
function outOfOrder(lines: readonly HeardLine[], sent: ReadonlyMap<string, Sent>): Violation[] {
  const violations: Violation[] = [];
  let later: HeardLine | undefined;
  let answered: { line: HeardLine; at: number } | undefined;
  for (const line of lines.toReversed()) {
    const operation = sent.get(line.messageId)?.operation;
    const wrong =
      later !== undefined && numberOf(later.messageId) < numberOf(line.messageId)
        ? later
        : answered !== undefined && operation !== undefined && answered.at < operation.calledAt
          ? answered.line
          : undefined;
    if (wrong !== undefined)
      violations.push(
        broken(
          `${line.agent} heard ${line.messageId} (n ${line.n}) of ${line.from} at ${when(line.at)}, before ${wrong.messageId} (n ${wrong.n}) at ${when(wrong.at)}, which was sent earlier`,
          line.at,
        ),
      );
    if (later === undefined || numberOf(line.messageId) < numberOf(later.messageId)) later = line;
    const at = operation?.answeredAt;
    if (at !== undefined && (answered === undefined || at < answered.at)) answered = { line, at };
  }
  return violations;
}

function unsent(history: History, sent: ReadonlyMap<string, Sent>): Violation[] {
  return history.heard.flatMap(({ agent, messageId, from, n, at }) => {
    const known = sent.get(messageId);
    const told = `${agent} heard ${messageId} (n ${n}) of ${from} at ${when(at)}`;
    // Without the log nobody can tell what came of a request that was never answered.
    if (known === undefined && !hasLog(history)) return [];
    if (known?.operation === undefined) return [broken(`${told}, which nobody sent`, at)];
    if (known.from !== from) return [broken(`${told}, which ${known.from} sent`, at)];
    if (!known.recipients.includes(agent))
      return [broken(`${told}, which was for ${known.recipients.join(', ') || 'nobody'}`, at)];
    const said = known.operation.asked.n;
    return said === undefined || said === n ? [] : [broken(`${told}, which was sent as n ${said}`, at)];
  });
}

const broken = (text: string, at: number): Violation => ({ rule: 'messages', text, at });
