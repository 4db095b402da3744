import { numberOf } from '@signalbox/shared/ids';
import type { Kind, RecordOf } from '@signalbox/shared/records';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Passing } from '../domain/retention.ts';
import { isCriticalFree } from '../domain/trouble.ts';
import { GroupIndex, type Index, sameWords } from './group-index.ts';
import { LiveMarket } from './live-market.ts';
import { Past } from './past.ts';
import { PathIndex } from './path-index.ts';
import { SortedIds } from './sorted-ids.ts';

/** Locks, waiting claims or tasks by the paths they are about. */
class ByPath<K extends Kind> implements Index<K> {
  readonly paths = new PathIndex();
  readonly #pathsOf: (record: RecordOf<K>) => readonly string[];

  constructor(pathsOf: (record: RecordOf<K>) => readonly string[]) {
    this.#pathsOf = pathsOf;
  }

  added(record: RecordOf<K>): void {
    for (const path of this.#pathsOf(record)) this.paths.add(path, record.id);
  }
  removed(record: RecordOf<K>): void {
    for (const path of this.#pathsOf(record)) this.paths.delete(path, record.id);
  }
  changed(before: RecordOf<K>, after: RecordOf<K>): void {
    if (sameWords(this.#pathsOf(before), this.#pathsOf(after))) return;
    this.removed(before);
    this.added(after);
  }
}

/** Somebody has it: assigned or in progress. */
const isUnderWay = (task: TaskRecord): boolean =>
  task.assignee !== null && (task.status === 'pending' || task.status === 'in_progress');

const placeOf = ({ id }: MessageRecord) => ({ weight: 0, number: numberOf(id), id });

/** Message numbers by recipient, so that an inbox is read without looking at anybody else's mail. */
class Mail implements Index<'message'> {
  readonly byRecipient = new Map<string, SortedIds>();
  readonly bySender = new Map<string, SortedIds>();
  added(message: MessageRecord): void {
    for (const agentId of message.recipients) {
      const mail = this.byRecipient.get(agentId) ?? new SortedIds();
      mail.add(placeOf(message));
      this.byRecipient.set(agentId, mail);
    }
    const sent = this.bySender.get(message.from) ?? new SortedIds();
    sent.add(placeOf(message));
    this.bySender.set(message.from, sent);
  }
  removed(message: MessageRecord): void {
    for (const agentId of message.recipients) {
      const mail = this.byRecipient.get(agentId);
      mail?.delete(placeOf(message));
      if (mail?.size === 0) this.byRecipient.delete(agentId);
    }
    const sent = this.bySender.get(message.from);
    sent?.delete(placeOf(message));
    if (sent?.size === 0) this.bySender.delete(message.from);
  }
}

const CRITICAL: readonly string[] = ['critical'];
const UNDER_WAY: readonly string[] = ['under way'];
const NONE: readonly string[] = [];

/** Every index of a replica, told of each record that enters or leaves. */
export class Indexes {
  readonly tasksByAssignee = new GroupIndex<'task'>((task) =>
    task.assignee !== null && isUnderWay(task) ? [task.assignee] : [],
  );
  readonly filesUnderWay = new ByPath<'task'>((task) => (isUnderWay(task) ? task.files : []));
  readonly dependents = new GroupIndex<'task'>((task) => task.dependencies);
  readonly market = new LiveMarket();
  readonly locksByHolder = new GroupIndex<'lock'>((lock) => [lock.holder]);
  readonly locksByTask = new GroupIndex<'lock'>((lock) => (lock.taskId === undefined ? [] : [lock.taskId]));
  readonly lockPaths = new ByPath<'lock'>(({ paths }) => paths);
  readonly waitersByAgent = new GroupIndex<'waiter'>((waiter) => [waiter.agentId]);
  readonly waiterPaths = new ByPath<'waiter'>(({ paths }) => paths);
  readonly openQuestions = new GroupIndex<'question'>((question) => (question.state === 'open' ? [question.from] : []));
  readonly mail = new Mail();
  readonly receiptsByDirective = new GroupIndex<'receipt'>((receipt) => [receipt.directiveId]);
  readonly ordersUnderWay = new GroupIndex<'directive'>(({ obeyClock }) =>
    obeyClock === undefined ? NONE : UNDER_WAY,
  );
  readonly openReceipts = new GroupIndex<'receipt'>((receipt) =>
    ['queued', 'delivered', 'read'].includes(receipt.state) ? [receipt.agentId] : [],
  );
  readonly effectsToCome = new GroupIndex<'receipt'>(({ state, effect, agentId }) =>
    effect === undefined && (state === 'acknowledged' || state === 'done') ? [agentId] : [],
  );
  readonly alarms = new GroupIndex<'alarm'>((alarm) => [`${alarm.code}:${alarm.subject.id}`, alarm.code]);
  readonly criticalFree = new GroupIndex<'task'>((task) => (isCriticalFree(task) ? CRITICAL : NONE));

  readonly past = {
    task: new Past<'task'>(),
    message: new Past<'message'>(),
    agent: new Past<'agent'>(),
    question: new Past<'question'>(),
    directive: new Past<'directive'>(),
    alarm: new Past<'alarm'>(),
  } satisfies { [K in Passing]: Past<K> };

  readonly #byKind: { [K in Kind]?: readonly Index<K>[] } = {
    task: [
      this.tasksByAssignee,
      this.filesUnderWay,
      this.dependents,
      this.market.tasks,
      this.past.task,
      this.criticalFree,
    ],
    agent: [this.market.agents, this.past.agent],
    lock: [this.locksByHolder, this.locksByTask, this.lockPaths],
    waiter: [this.waitersByAgent, this.waiterPaths],
    question: [this.openQuestions, this.market.questions, this.past.question],
    message: [this.mail, this.past.message],
    directive: [this.ordersUnderWay, this.past.directive],
    receipt: [this.receiptsByDirective, this.openReceipts, this.effectsToCome],
    alarm: [this.alarms, this.past.alarm],
  };

  change<K extends Kind>(kind: K, before: RecordOf<K> | undefined, after: RecordOf<K> | undefined): void {
    const indexes: readonly Index<K>[] | undefined = this.#byKind[kind];
    if (indexes === undefined) return;
    for (const index of indexes) {
      if (before !== undefined && after !== undefined && index.changed !== undefined) {
        index.changed(before, after);
        continue;
      }
      if (before !== undefined) index.removed(before);
      if (after !== undefined) index.added(after);
    }
  }
}
