import type { ParsedInput } from '@signalbox/shared/commands';
import { CHANGES_NAMED, type HistoryEvent } from '@signalbox/shared/commands/history';
import type { AnyRecord, Kind } from '@signalbox/shared/records';
import type { Transaction } from '@signalbox/shared/transaction';
import { HUB_KINDS, VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';

type Wanted = Pick<ParsedInput<'history.list'>, 'kind' | 'actor' | 'command'>;
type Change = HistoryEvent['changes'][number];

const SHOWN: readonly string[] = [...VISIBLE_KINDS, ...HUB_KINDS];
const isShown = (kind: Kind): kind is Change['kind'] => SHOWN.includes(kind);

/** They keep the hub's picture of an agent current, or a lease alive: nothing has happened. */
const ROUTINE: ReadonlySet<string> = new Set([
  'agent.heartbeat',
  'agent.disconnected',
  'agent.forgetDone',
  'lock.renew',
  'directive.delivered',
  'retention.forget',
]);

/**
 * What a transaction tells people; undefined when it is no event, or not one that is wanted. An event changed a record
 * people may see, so ticks and acknowledgements are none; routine is one only for whoever asks for that command.
 */
export function eventOf(tx: Transaction, epoch: number, wanted: Wanted): HistoryEvent | undefined {
  const { seq, at, actor, command, reason } = tx;
  if (wanted.command === undefined ? isRoutine(tx) : wanted.command !== command) return undefined;
  if (wanted.actor !== undefined && !isBy(actor, wanted.actor)) return undefined;
  const changes: Change[] = [];
  for (const { kind, id } of tx.puts) if (isShown(kind)) changes.push({ kind, id });
  for (const [kind, id] of tx.removes) if (isShown(kind)) changes.push({ kind, id, removed: true });
  const { kind } = wanted;
  const asked = kind === undefined ? changes : changes.filter((change) => change.kind === kind);
  if (asked.length === 0) return undefined;
  const named = [...asked, ...changes.filter((change) => !asked.includes(change))].slice(0, CHANGES_NAMED);
  // Ids of tokens and links say nothing to whoever asks who was let in as what.
  const records = tx.puts.filter(kind === undefined ? isOfHub : isOf(kind));
  return {
    epoch,
    seq,
    at,
    actor,
    command,
    ...(reason !== undefined && { reason }),
    changes: named,
    ...(changes.length > named.length && { more: changes.length - named.length }),
    ...((kind !== undefined || records.length > 0) && { records: records.slice(0, CHANGES_NAMED) }),
  };
}

/** An agent that is late or back in time has lost nothing. */
const isRoutine = ({ command, puts, removes }: Transaction): boolean =>
  ROUTINE.has(command) ||
  (command === 'agent.presence' &&
    removes.length === 0 &&
    puts.every((record) => record.kind === 'agent' && record.presence !== 'lost'));

const isBy = (actor: string, wanted: string): boolean =>
  wanted === 'people' ? actor.startsWith('human:') : actor === wanted;

const isOf =
  <K extends Kind>(kind: K) =>
  (record: AnyRecord): record is Extract<AnyRecord, { kind: K }> =>
    record.kind === kind;

const OF_HUB: readonly string[] = HUB_KINDS;
const isOfHub = (record: AnyRecord): record is Extract<AnyRecord, { kind: (typeof HUB_KINDS)[number] }> =>
  OF_HUB.includes(record.kind);
