import type { AlarmCode } from '@signalbox/shared/alarms';
import type { Kind, RecordOf } from '@signalbox/shared/records';
import type { AgentRecord } from '@signalbox/shared/records/agent';
import type { AlarmRecord } from '@signalbox/shared/records/alarm';
import type { DirectiveRecord, ReceiptRecord } from '@signalbox/shared/records/directive';
import type { LockRecord, WaiterRecord } from '@signalbox/shared/records/lock';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { QuestionRecord } from '@signalbox/shared/records/question';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Market } from './market.ts';
import type { RecordChange } from './record-change.ts';

/** The records of one project as a decision reads them. Every query is answered from an index, in a stated order. */
export interface View {
  get<K extends Kind>(kind: K, id: string): RecordOf<K> | undefined;
  /** All of a kind, ordered by id. Costs a sort: for lists and rare commands. */
  all<K extends Kind>(kind: K): RecordOf<K>[];
  /** All of a kind, in no order and without a copy. */
  values<K extends Kind>(kind: K): Iterable<RecordOf<K>>;
  count(kind: Kind): number;

  /** Tasks assigned to or in progress with the agent, oldest first. */
  tasksOf(agentId: string): TaskRecord[];
  /** Tasks that name this one among their dependencies. */
  dependentsOf(taskId: string): TaskRecord[];
  /** Their ids, in no order and without a copy. */
  dependentIds(taskId: string): ReadonlySet<string>;
  /** Tasks ready to be given out, and the agents that take part. */
  readonly market: Market;

  locksOf(agentId: string): LockRecord[];
  /** How many locks the agent holds and claims it has in line: costs nothing, however many. */
  claimCount(agentId: string): number;
  locksOfTask(taskId: string): LockRecord[];
  /** Waiting claims of the agent, oldest first. */
  waitersOf(agentId: string): WaiterRecord[];
  /** Locks with a path that overlaps the given canonical path. */
  locksOverlapping(path: string): LockRecord[];
  /** Waiting claims with a path that overlaps, oldest first. */
  waitersOverlapping(path: string): WaiterRecord[];
  /** Tasks that somebody has, with a file that overlaps the given canonical path. */
  tasksUnderWayOn(path: string): TaskRecord[];

  openQuestionsOf(agentId: string): QuestionRecord[];
  /** Messages the agent has not acknowledged, oldest first. */
  unackedOf(agentId: string): MessageRecord[];
  unackedCount(agentId: string): number;
  /** Is any message there that was sent to the agent, acknowledged or not? */
  hasMail(agentId: string): boolean;
  /** The newest of those it has sent that are still kept. */
  lastMessageFrom(agentId: string): MessageRecord | undefined;
  receiptsOf(directiveId: string): ReceiptRecord[];
  /** Directives that have not reached all of their recipients yet, oldest first. */
  ordersUnderWay(): DirectiveRecord[];
  /** Receipts of orders the agent has neither acknowledged nor declined, oldest directive first: these are sent again. */
  openReceiptsOf(agentId: string): ReceiptRecord[];
  /** Does the agent still owe the proof that something followed from an order it has acknowledged? Costs nothing. */
  hasEffectToCome(agentId: string): boolean;
  /** Its receipts, acknowledged or done, that no effect has followed yet, oldest directive first. */
  effectsToCome(agentId: string): ReceiptRecord[];
  alarmOn(code: AlarmCode, subjectId: string): AlarmRecord | undefined;
  /** Agents that are not `left`, ordered by id. */
  presentAgents(): AgentRecord[];
}

/** A record as a decision hands it in; the ledger stamps `rev`. */
export type Unstamped<K extends Kind> = K extends Kind ? Omit<RecordOf<K>, 'rev'> & { rev?: number } : never;

/** A view that can be changed. What was put is seen at once by the queries; a refusal or a throw undoes all of it. */
export interface Draft extends View {
  put<K extends Kind>(record: { kind: K } & Unstamped<K>): RecordOf<K>;
  remove(kind: Kind, id: string): void;
  /** What this decision has changed so far. */
  changes(): RecordChange[];
}
