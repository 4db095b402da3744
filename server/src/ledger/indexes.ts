import { numberOf } from '@signalbox/shared/ids';
import type { Kind, RecordOf } from '@signalbox/shared/records';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { GroupIndex, type Index } from './group-index.ts';
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
}

/** Somebody has it: assigned or in progress. */
const isUnderWay = (task: TaskRecord): boolean =>
  task.assignee !== null && (task.status === 'pending' || task.status === 'in_progress');

export const isReady = (task: TaskRecord): boolean =>
  task.status === 'pending' &&
  task.assignee === null &&
  task.notBeforeClock === undefined &&
  task.waiting?.code !== 'DEPENDENCY';

class ReadyTasks implements Index<'task'> {
  readonly sorted = new SortedIds();
  added(task: TaskRecord): void {
    if (isReady(task)) this.sorted.add(task.priority, numberOf(task.id), task.id);
  }
  removed(task: TaskRecord): void {
    if (isReady(task)) this.sorted.delete(task.priority, numberOf(task.id));
  }
}

/** Message numbers by recipient, so that an inbox is read without looking at anybody else's mail. */
class Mail implements Index<'message'> {
  readonly byRecipient = new Map<string, SortedIds>();
  added(message: MessageRecord): void {
    for (const agentId of message.recipients) {
      const mail = this.byRecipient.get(agentId) ?? new SortedIds();
      mail.add(0, numberOf(message.id), message.id);
      this.byRecipient.set(agentId, mail);
    }
  }
  removed(message: MessageRecord): void {
    for (const agentId of message.recipients) this.byRecipient.get(agentId)?.delete(0, numberOf(message.id));
  }
}

/** Every index of a replica, told of each record that enters or leaves. */
export class Indexes {
  readonly tasksByAssignee = new GroupIndex<'task'>((task) =>
    task.assignee !== null && isUnderWay(task) ? [task.assignee] : [],
  );
  readonly filesUnderWay = new ByPath<'task'>((task) => (isUnderWay(task) ? task.files : []));
  readonly dependents = new GroupIndex<'task'>((task) => task.dependencies);
  readonly ready = new ReadyTasks();
  readonly locksByHolder = new GroupIndex<'lock'>((lock) => [lock.holder]);
  readonly locksByTask = new GroupIndex<'lock'>((lock) => (lock.taskId === undefined ? [] : [lock.taskId]));
  readonly lockPaths = new ByPath<'lock'>(({ paths }) => paths);
  readonly waitersByAgent = new GroupIndex<'waiter'>((waiter) => [waiter.agentId]);
  readonly waiterPaths = new ByPath<'waiter'>(({ paths }) => paths);
  readonly openQuestions = new GroupIndex<'question'>((question) => (question.state === 'open' ? [question.from] : []));
  readonly mail = new Mail();
  readonly receiptsByDirective = new GroupIndex<'receipt'>((receipt) => [receipt.directiveId]);
  readonly openReceipts = new GroupIndex<'receipt'>((receipt) =>
    ['queued', 'delivered', 'read'].includes(receipt.state) ? [receipt.agentId] : [],
  );
  readonly alarms = new GroupIndex<'alarm'>((alarm) => [`${alarm.code}:${alarm.subject.id}`]);

  readonly #byKind: { [K in Kind]?: readonly Index<K>[] } = {
    task: [this.tasksByAssignee, this.filesUnderWay, this.dependents, this.ready],
    lock: [this.locksByHolder, this.locksByTask, this.lockPaths],
    waiter: [this.waitersByAgent, this.waiterPaths],
    question: [this.openQuestions],
    message: [this.mail],
    receipt: [this.receiptsByDirective, this.openReceipts],
    alarm: [this.alarms],
  };

  change<K extends Kind>(kind: K, before: RecordOf<K> | undefined, after: RecordOf<K> | undefined): void {
    const indexes: readonly Index<K>[] | undefined = this.#byKind[kind];
    if (indexes === undefined) return;
    for (const index of indexes) {
      if (before !== undefined) index.removed(before);
      if (after !== undefined) index.added(after);
    }
  }
}
