import type { AlarmCode } from '@signalbox/shared/alarms';
import { addDigest, formatDigest, recordDigest, subtractDigest } from '@signalbox/shared/digest';
import { compareIds, numberOf } from '@signalbox/shared/ids';
import { type AnyRecord, isVisible, KINDS, type Kind, type RecordOf } from '@signalbox/shared/records';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import type { DirectiveRecord, ReceiptRecord } from '@signalbox/shared/records/directive';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { RecordStore } from '@signalbox/shared/transaction';
import { deadlineOf } from '../domain/deadlines.ts';
import type { Market, Ordered } from '../domain/market.ts';
import type { Passing } from '../domain/retention.ts';
import type { View } from '../domain/view.ts';
import { DeadlineHeap } from './heap.ts';
import { Indexes } from './indexes.ts';
import type { PastEntry } from './past.ts';

type Maps = { [K in Kind]: Map<string, RecordOf<K>> };

/**
 * All records of one project in memory, indexed. Redis is the truth; this copy can be dropped and loaded again at any
 * time. Records are never changed in place.
 */
export class Replica implements View, RecordStore {
  readonly #maps = Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as unknown as Maps;
  readonly #indexes = new Indexes();
  readonly #deadlines = new DeadlineHeap();
  /** In order; undefined until somebody asks after an agent came or went. */
  #agentIds: readonly string[] | undefined;
  #digest = 0;

  /** Digest of what subscribers of the project see. */
  get digest(): string {
    return formatDigest(this.#digest);
  }

  put(record: AnyRecord): void {
    this.#set(record.kind, record.id, record);
  }

  remove(kind: Kind, id: string): void {
    this.#set(kind, id, undefined);
  }

  /** Put, or remove when `after` is undefined; returns what was there. */
  #set<K extends Kind>(kind: K, id: string, after: RecordOf<K> | undefined): void {
    const map: Map<string, RecordOf<K>> = this.#maps[kind];
    const before = map.get(id);
    if (before === undefined && after === undefined) return;
    if (after === undefined) map.delete(id);
    else map.set(id, after);
    if (kind === 'agent' && (before === undefined || after === undefined)) this.#agentIds = undefined;
    this.#indexes.change(kind, before, after);
    // Changed again within one transaction, it counts the same.
    if (isVisible(kind) && before?.rev !== after?.rev) {
      if (before !== undefined) this.#digest = subtractDigest(this.#digest, recordDigest(kind, id, before.rev));
      if (after !== undefined) this.#digest = addDigest(this.#digest, recordDigest(kind, id, after.rev));
    }
    const deadline = after === undefined ? undefined : deadlineOf(after);
    if (deadline !== undefined || (before !== undefined && deadlineOf(before) !== undefined))
      this.#deadlines.set(`${kind}:${id}`, deadline);
  }

  /** The next record with something due, or undefined when nothing has a deadline. */
  nextDeadline(): { deadline: number; kind: Kind; id: string } | undefined {
    const [deadline, key] = this.#deadlines.next() ?? [];
    const record = key === undefined ? undefined : this.#byKey(key);
    return deadline === undefined || record === undefined ? undefined : { deadline, kind: record.kind, id: record.id };
  }

  /** Records whose deadline is at or before `clock`, earliest first, at most `limit`. They stay due until changed. */
  due(clock: number, limit: number): AnyRecord[] {
    return this.#deadlines.due(clock, limit).flatMap((key) => this.#byKey(key) ?? []);
  }

  #byKey(key: string): AnyRecord | undefined {
    const colon = key.indexOf(':');
    const kind = key.slice(0, colon);
    return isKind(kind) ? this.get(kind, key.slice(colon + 1)) : undefined;
  }

  get<K extends Kind>(kind: K, id: string): RecordOf<K> | undefined {
    const map: Map<string, RecordOf<K>> = this.#maps[kind];
    return map.get(id);
  }

  all<K extends Kind>(kind: K): RecordOf<K>[] {
    const map: Map<string, RecordOf<K>> = this.#maps[kind];
    return [...map.values()].sort((a, b) => compareIds(a.id, b.id));
  }

  /** Unordered, without a copy: for readers that visit everything. */
  values<K extends Kind>(kind: K): Iterable<RecordOf<K>> {
    const map: Map<string, RecordOf<K>> = this.#maps[kind];
    return map.values();
  }

  count(kind: Kind): number {
    return this.#maps[kind].size;
  }

  tasksOf(agentId: string): TaskRecord[] {
    return this.#records('task', this.#indexes.tasksByAssignee.ids(agentId));
  }
  dependentsOf(taskId: string): TaskRecord[] {
    return this.#records('task', this.#indexes.dependents.ids(taskId));
  }
  dependentIds(taskId: string): ReadonlySet<string> {
    return this.#indexes.dependents.ids(taskId);
  }
  get market(): Market {
    return this.#indexes.market;
  }
  get readyCount(): number {
    return this.#indexes.market.readyCount;
  }
  locksOf(agentId: string): LockRecord[] {
    return this.#records('lock', this.#indexes.locksByHolder.ids(agentId));
  }
  claimCount(agentId: string): number {
    return this.#indexes.locksByHolder.ids(agentId).size + this.#indexes.waitersByAgent.ids(agentId).size;
  }
  locksOfTask(taskId: string): LockRecord[] {
    return this.#records('lock', this.#indexes.locksByTask.ids(taskId));
  }
  waitersOf(agentId: string): WaiterRecord[] {
    return this.#records('waiter', this.#indexes.waitersByAgent.ids(agentId));
  }
  locksOverlapping(path: string): LockRecord[] {
    return this.#records('lock', this.#indexes.lockPaths.paths.overlapping(path));
  }
  waitersOverlapping(path: string): WaiterRecord[] {
    return this.#records('waiter', this.#indexes.waiterPaths.paths.overlapping(path));
  }
  openQuestionsOf(agentId: string): QuestionRecord[] {
    return this.#records('question', this.#indexes.openQuestions.ids(agentId));
  }
  unackedOf(agentId: string): MessageRecord[] {
    return [...this.#unacked(agentId)];
  }
  unackedCount(agentId: string): number {
    let count = 0;
    for (const _ of this.#unacked(agentId)) count++;
    return count;
  }
  lastMessageFrom(agentId: string): MessageRecord | undefined {
    const last = this.#indexes.mail.bySender.get(agentId)?.last();
    return last === undefined ? undefined : this.get('message', last.id);
  }
  hasMail(agentId: string): boolean {
    return this.#indexes.mail.byRecipient.has(agentId);
  }
  /** What is over of a kind, longest ago first. */
  past(kind: Passing): Ordered<PastEntry> {
    return this.#indexes.past[kind].entries;
  }
  receiptsOf(directiveId: string): ReceiptRecord[] {
    return this.#records('receipt', this.#indexes.receiptsByDirective.ids(directiveId));
  }
  ordersUnderWay(): DirectiveRecord[] {
    return this.#records('directive', this.#indexes.ordersUnderWay.ids('under way'));
  }
  openReceiptsOf(agentId: string): ReceiptRecord[] {
    return this.#records('receipt', this.#indexes.openReceipts.ids(agentId));
  }
  hasEffectToCome(agentId: string): boolean {
    return this.#indexes.effectsToCome.ids(agentId).size > 0;
  }
  effectsToCome(agentId: string): ReceiptRecord[] {
    return this.#records('receipt', this.#indexes.effectsToCome.ids(agentId));
  }
  /** In no order. */
  alarmsOf(code: AlarmCode): AlarmRecord[] {
    return this.#records('alarm', this.#indexes.alarms.ids(code));
  }
  /** Critical tasks nobody has. */
  criticalFree(): TaskRecord[] {
    return this.#records('task', this.#indexes.criticalFree.ids('critical'));
  }
  alarmOn(code: AlarmCode, subjectId: string): AlarmRecord | undefined {
    return this.#records('alarm', this.#indexes.alarms.ids(`${code}:${subjectId}`))[0];
  }
  tasksUnderWayOn(path: string): TaskRecord[] {
    return this.#records('task', this.#indexes.filesUnderWay.paths.overlapping(path));
  }
  presentAgents(): AgentRecord[] {
    this.#agentIds ??= [...this.#maps.agent.keys()].sort(compareIds);
    const present: AgentRecord[] = [];
    for (const id of this.#agentIds) {
      const agent = this.get('agent', id);
      if (agent !== undefined && agent.state !== 'left') present.push(agent);
    }
    return present;
  }

  *#unacked(agentId: string): Iterable<MessageRecord> {
    const inbox = this.get('inbox', agentId);
    const acked = new Set(inbox?.acked);
    for (const id of this.#indexes.mail.byRecipient.get(agentId)?.after(0, inbox?.cursor ?? 0) ?? []) {
      const message = acked.has(numberOf(id)) ? undefined : this.get('message', id);
      if (message !== undefined) yield message;
    }
  }

  #records<K extends Kind>(kind: K, ids: ReadonlySet<string>): RecordOf<K>[] {
    const records: RecordOf<K>[] = [];
    for (const id of ids) {
      const record = this.get(kind, id);
      if (record !== undefined) records.push(record);
    }
    return records.length > 1 ? records.sort((a, b) => compareIds(a.id, b.id)) : records;
  }
}

const isKind = (kind: string): kind is Kind => (KINDS as readonly string[]).includes(kind);
