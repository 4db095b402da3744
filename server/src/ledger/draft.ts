import type { AlarmCode } from '@signalbox/shared/alarms';
import type { AnyRecord, Kind, RecordOf } from '@signalbox/shared/records';
import type { RecordChange } from '../domain/record-change.ts';
import type { Draft, Unstamped } from '../domain/view.ts';
import type { Replica } from './replica.ts';

/** Takes changes back, newest first. */
export function undo(replica: Replica, changes: readonly RecordChange[]): void {
  for (const { kind, id, before } of changes.toReversed()) {
    if (before === undefined) replica.remove(kind, id);
    else replica.put(before);
  }
}

/** Up to so many changes are searched through; of more, each is looked up. Most decisions make one to three. */
const FEW = 8;

/**
 * The replica as a decision sees it. Changes go into the replica as they are made, so that its indexes answer for them
 * at once; {@link rollback} undoes them as a whole. One object serves all decisions of a project, one after another.
 */
export class LedgerDraft implements Draft {
  readonly #replica: Replica;
  #seq = 0;
  #changes: RecordChange[] = [];
  /** Kept from {@link FEW} changes on. */
  #byKey: Map<string, RecordChange> | undefined;

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** Starts the decision that becomes transaction `seq`. */
  begin(seq: number): void {
    this.#seq = seq;
    this.#changes = [];
    this.#byKey = undefined;
  }

  rollback(): void {
    undo(this.#replica, this.#changes);
    this.begin(this.#seq);
  }

  /** The net changes so far; a record made and removed again leaves nothing. */
  changes(): RecordChange[] {
    return this.#changes.filter(({ before, after }) => before !== undefined || after !== undefined);
  }

  put<K extends Kind>(record: { kind: K } & Unstamped<K>): RecordOf<K> {
    const stamped = stamp<K>(record, this.#seq);
    this.#note(stamped.kind, stamped.id, stamped);
    this.#replica.put(stamped);
    return stamped;
  }

  remove(kind: Kind, id: string): void {
    if (this.#replica.get(kind, id) === undefined) return;
    this.#note(kind, id, undefined);
    this.#replica.remove(kind, id);
  }

  #note(kind: Kind, id: string, after: AnyRecord | undefined): void {
    const known = this.#known(kind, id);
    if (known !== undefined) {
      known.after = after;
      return;
    }
    const change: RecordChange = { kind, id, before: this.#replica.get(kind, id), after };
    this.#changes.push(change);
    this.#byKey?.set(keyOf(change), change);
  }

  #known(kind: Kind, id: string): RecordChange | undefined {
    if (this.#changes.length < FEW) return this.#changes.find((change) => change.id === id && change.kind === kind);
    this.#byKey ??= new Map(this.#changes.map((change) => [keyOf(change), change]));
    return this.#byKey.get(keyOf({ kind, id }));
  }

  get<K extends Kind>(kind: K, id: string) {
    return this.#replica.get(kind, id);
  }
  all<K extends Kind>(kind: K) {
    return this.#replica.all(kind);
  }
  values<K extends Kind>(kind: K) {
    return this.#replica.values(kind);
  }
  count(kind: Kind) {
    return this.#replica.count(kind);
  }
  tasksOf(agentId: string) {
    return this.#replica.tasksOf(agentId);
  }
  dependentsOf(taskId: string) {
    return this.#replica.dependentsOf(taskId);
  }
  dependentIds(taskId: string) {
    return this.#replica.dependentIds(taskId);
  }
  get market() {
    return this.#replica.market;
  }
  locksOf(agentId: string) {
    return this.#replica.locksOf(agentId);
  }
  claimCount(agentId: string) {
    return this.#replica.claimCount(agentId);
  }
  locksOfTask(taskId: string) {
    return this.#replica.locksOfTask(taskId);
  }
  waitersOf(agentId: string) {
    return this.#replica.waitersOf(agentId);
  }
  locksOverlapping(path: string) {
    return this.#replica.locksOverlapping(path);
  }
  waitersOverlapping(path: string) {
    return this.#replica.waitersOverlapping(path);
  }
  tasksUnderWayOn(path: string) {
    return this.#replica.tasksUnderWayOn(path);
  }
  openQuestionsOf(agentId: string) {
    return this.#replica.openQuestionsOf(agentId);
  }
  unackedOf(agentId: string) {
    return this.#replica.unackedOf(agentId);
  }
  unackedCount(agentId: string) {
    return this.#replica.unackedCount(agentId);
  }
  lastMessageFrom(agentId: string) {
    return this.#replica.lastMessageFrom(agentId);
  }
  hasMail(agentId: string) {
    return this.#replica.hasMail(agentId);
  }
  receiptsOf(directiveId: string) {
    return this.#replica.receiptsOf(directiveId);
  }
  ordersUnderWay() {
    return this.#replica.ordersUnderWay();
  }
  openReceiptsOf(agentId: string) {
    return this.#replica.openReceiptsOf(agentId);
  }
  hasEffectToCome(agentId: string) {
    return this.#replica.hasEffectToCome(agentId);
  }
  effectsToCome(agentId: string) {
    return this.#replica.effectsToCome(agentId);
  }
  alarmOn(code: AlarmCode, subjectId: string) {
    return this.#replica.alarmOn(code, subjectId);
  }
  presentAgents() {
    return this.#replica.presentAgents();
  }
}

const keyOf = ({ kind, id }: { kind: Kind; id: string }): string => `${kind}:${id}`;

/**
 * A field set to undefined is a field that is not there: what is in memory equals what comes back from Redis. Copied field
 * by field, since an object something was deleted from is a hash table to V8: larger, and slower to read, copy and encode.
 */
function stamp<K extends Kind>(record: Unstamped<K>, rev: number): RecordOf<K> {
  const fields: Readonly<Record<string, unknown>> = record;
  const stamped: Record<string, unknown> = {};
  for (const key in fields) if (fields[key] !== undefined) stamped[key] = fields[key];
  stamped.rev = rev;
  return stamped as RecordOf<K>;
}
