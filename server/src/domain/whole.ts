import type { MessageRecord } from '@signalbox/shared/records/message';
import { type TaskRecord, taskResult } from '@signalbox/shared/records/task';
import type { View } from './view.ts';

/** A task with its long text, as replies about this one task and pushes carry it. */
export function wholeTask(view: View, task: TaskRecord): TaskRecord {
  const text = (id: string | undefined): string | undefined =>
    id === undefined ? undefined : view.get('body', id)?.text;
  const { description, result, log } = {
    description: text(task.bodies.description),
    result: text(task.bodies.result),
    log: text(task.bodies.log),
  };
  return {
    ...task,
    ...(description !== undefined && { description }),
    ...(result !== undefined && { result: taskResult.parse(JSON.parse(result)) }),
    ...(log !== undefined && { log }),
  };
}

/** A message with its body. */
export function wholeMessage(view: View, message: MessageRecord): MessageRecord {
  const body = view.get('body', message.bodies.body);
  return {
    ...message,
    ...(body?.text !== undefined && { body: body.text }),
    ...(body?.data !== undefined && { data: body.data }),
  };
}

/** Adds long text to a reply about one object: whatever command it came from, `task`, `next` and `messages`. */
export function wholeReply(view: View, reply: Record<string, unknown>): Record<string, unknown> {
  const whole = { ...reply };
  for (const key of ['task', 'next']) if (isTask(whole[key])) whole[key] = wholeTask(view, whole[key]);
  return whole;
}

const isTask = (value: unknown): value is TaskRecord =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'task';
