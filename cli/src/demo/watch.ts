import type { Feed } from '@signalbox/sdk/feed';
import type { VisibleRecord } from '@signalbox/shared/records';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { plain } from '../plain.ts';
import { NOBODY } from './pages.ts';

/** How the fleet's work ended. */
export type Ending = { ok: true } | { ok: false; why: string };

interface WatchOptions {
  /** Of the project; whoever made it closes it. */
  feed: Feed;
  project: string;
  print(line: string): void;
  /** A task changed. */
  onTask(task: TaskRecord): void;
  onEnd(ending: Ending): void;
}

/** Follows the project as the control room does, says in a line what happened, and when all is done. */
export function watch({ feed, project, print, onTask, onEnd }: WatchOptions): void {
  const tasks = new Map<string, TaskRecord>();
  const waiting = new Set<string>();

  const taskChanged = (task: TaskRecord): void => {
    const before = tasks.get(task.id);
    // A snapshot may be a little older than what was seen; the diffs after it bring it up to date.
    if (before !== undefined && before.rev >= task.rev) return;
    tasks.set(task.id, task);
    onTask(task);
    if (before?.status === task.status && before.assignee === task.assignee) return;
    const all = [...tasks.values()];
    const done = all.filter(({ status }) => status === 'completed').length;
    const title = `${task.id} ${plain(task.title)}`;
    if (task.status === 'completed') {
      const last = task.attempts.at(-1);
      print(
        `${last?.agentId ?? ''} finished ${title}${last?.fromCheckpoint ? ', continued from a checkpoint' : ''} (${done} of ${all.length})`,
      );
      if (task.type === 'summary') onEnd({ ok: true });
    } else if (isNeverDone(task)) {
      onEnd({ ok: false, why: `${title} is ${task.status}: ${plain(task.reason ?? 'no reason given')}` });
    } else if (before?.status === 'in_progress' && task.status === 'pending') {
      print(`${title} goes back in line: ${task.attempts.at(-1)?.outcome ?? 'given up'} by ${before.assignee}`);
    }
  };
  const put = (record: VisibleRecord): void => {
    if (record.kind === 'task') taskChanged(record);
    else if (record.kind === 'waiter' && !waiting.has(record.id)) {
      waiting.add(record.id);
      print(`${record.agentId} waits for ${record.paths.map(plain).join(', ')}`);
    } else if (record.kind === 'question' && record.state === 'open' && !waiting.has(record.id)) {
      waiting.add(record.id);
      print(
        `${record.from} asks you: ${plain(record.body)} ${(record.options ?? []).map(plain).join(' / ')} (answer in the control room, or: signalbox question answer --project ${project} --questionId ${record.id} --choice …)`,
      );
    } else if (record.kind === 'question' && record.state === 'answered' && waiting.delete(record.id)) {
      const { by, choice, body = '' } = record.answer ?? {};
      print(`${by === NOBODY ? 'nobody answered in time' : `${by} answered`}: ${plain(choice ?? body)}`);
    }
  };
  feed.onSnapshot((records) => records.forEach(put));
  feed.onDiff((puts) => puts.forEach(put));
  feed.onEpochChange(() => tasks.clear());
  feed.onStatus((status) => {
    if (status.state === 'refused') onEnd({ ok: false, why: status.error.message });
    else if (status.state === 'reconnecting' && status.attempt === 1 && status.nextTryAt !== null)
      print('the hub is away; waiting for it');
  });
}

/** Without people nothing comes of it any more. Most cancelled tasks are missed by others, which are blocked then. */
const isNeverDone = ({ status, type }: TaskRecord): boolean =>
  status === 'failed' || status === 'blocked' || (status === 'cancelled' && (type === 'plan' || type === 'summary'));
