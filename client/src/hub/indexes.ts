import { COORDINATOR_ADDRESS, COORDINATOR_THREAD, isGroupAddress } from './address.ts';
import { isStanding } from './counts.ts';
import { naturalOrder } from './natural-order.ts';
import type { VisibleKind, VisibleOf, VisibleRecord } from './record-types.ts';

type KeysOf = { [K in VisibleKind]: { [name: string]: (record: VisibleOf<K>) => readonly string[] } };

/** What an alarm is about, all of it. */
const subjectsOf = ({ subject, others = [] }: VisibleOf<'alarm'>): string[] => [
  `${subject.kind}:${subject.id}`,
  ...others.map((id) => `agent:${id}`),
];

/** Every index there is, by kind: which keys a record is found under. A name is used as `task.status:pending`. */
const INDEXES = {
  agent: {
    'agent.state': (agent) => [agent.state],
    'agent.role': (agent) => [agent.role],
    /** Everybody who is not gone; the ones the floor shows. */
    'agent.here': (agent) => [agent.state === 'left' ? 'no' : 'yes'],
  },
  task: {
    'task.status': (task) => [task.status],
    'task.assignee': (task) => (task.assignee === null ? [] : [task.assignee]),
    /** The tasks that wait for a task. */
    'task.dependency': (task) => task.dependencies,
  },
  lock: {
    'lock.holder': (lock) => [lock.holder],
    'lock.task': (lock) => (lock.taskId === undefined ? [] : [lock.taskId]),
  },
  waiter: {
    'waiter.agent': (waiter) => [waiter.agentId],
    'waiter.task': (waiter) => (waiter.taskId === undefined ? [] : [waiter.taskId]),
  },
  message: {
    'message.agent': (message) => [...new Set([message.from, ...message.recipients])],
    /** What agents say to the coordinator belongs to its thread, whether they name that or not. */
    'message.thread': ({ thread, to }) => [
      ...(thread === undefined ? [] : [thread]),
      ...(to === COORDINATOR_ADDRESS && thread !== COORDINATOR_THREAD ? [COORDINATOR_THREAD] : []),
    ],
    /** By address, when it is not one agent. */
    'message.group': (message) => (isGroupAddress(message.to) ? [message.to] : []),
  },
  directive: { 'directive.task': (directive) => (directive.taskId === undefined ? [] : [directive.taskId]) },
  receipt: {
    'receipt.directive': (receipt) => [receipt.directiveId],
    'receipt.agent': (receipt) => [receipt.agentId],
  },
  question: {
    'question.state': (question) => [question.state],
    'question.from': (question) => [question.from],
    'question.openFrom': (question) => (question.state === 'open' ? [question.from] : []),
    'question.task': (question) => (question.taskId === undefined ? [] : [question.taskId]),
  },
  alarm: {
    'alarm.state': (alarm) => [alarm.state],
    'alarm.subject': subjectsOf,
    /** By subject too, without those that were put aside or are over. */
    'alarm.standing': (alarm) => (isStanding(alarm) ? subjectsOf(alarm) : []),
  },
} satisfies KeysOf;

type IndexPrefix = { [K in VisibleKind]: keyof (typeof INDEXES)[K] & string }[VisibleKind];
/** A kind alone is the index of all its records. */
export type IndexName = VisibleKind | `${IndexPrefix}:${string}`;

/** The names of all indexes a record stands in. */
function namesOf(record: VisibleRecord): IndexName[] {
  const names: string[] = [record.kind];
  // One table entry per kind: the record and its functions always fit, which the compiler cannot follow.
  const functions = INDEXES[record.kind] as { [name: string]: (record: VisibleRecord) => readonly string[] };
  for (const [prefix, keysOf] of Object.entries(functions))
    for (const key of keysOf(record)) names.push(`${prefix}:${key}`);
  return names as IndexName[];
}

const NOBODY: readonly string[] = [];

/** Locks are listed by holder: one that changes hands is the same member at another place. */
const changesHands = (before: VisibleRecord | undefined, after: VisibleRecord | undefined): boolean =>
  before?.kind === 'lock' && after?.kind === 'lock' && before.holder !== after.holder;

/** Which ids stand under which name, kept change by change; a sorted list is made when somebody reads it. */
export class Indexes {
  private readonly members = new Map<IndexName, Set<string>>();
  private readonly sorted = new Map<IndexName, readonly string[]>();

  /** The names whose list changed. */
  move(id: string, before: VisibleRecord | undefined, after: VisibleRecord | undefined): IndexName[] {
    const old = before === undefined ? [] : namesOf(before);
    const now = after === undefined ? [] : namesOf(after);
    const left = old.filter((name) => !now.includes(name));
    const joined = now.filter((name) => !old.includes(name));
    for (const name of left) {
      const set = this.members.get(name);
      set?.delete(id);
      if (set?.size === 0) this.members.delete(name);
    }
    for (const name of joined) {
      const set = this.members.get(name);
      if (set === undefined) this.members.set(name, new Set([id]));
      else set.add(id);
    }
    const changed = [...left, ...joined];
    if (changesHands(before, after)) changed.push('lock');
    for (const name of changed) this.sorted.delete(name);
    return changed;
  }

  /** In natural order; the same array until its members change, or a lock among all locks changes hands. */
  ids(name: IndexName): readonly string[] {
    const known = this.sorted.get(name);
    if (known !== undefined) return known;
    const members = this.members.get(name);
    if (members === undefined) return NOBODY;
    const ids = [...members].sort(naturalOrder);
    this.sorted.set(name, ids);
    return ids;
  }

  size(name: IndexName): number {
    return this.members.get(name)?.size ?? 0;
  }
}
