import type { DirectiveRecord } from '@signalbox/shared/records/directive';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { isObject } from './answer.ts';
import { isCode, messageOf, SignalboxError } from './errors.ts';
import { Recent } from './recent.ts';
import type { Requests } from './requests.ts';
import { Interruption, type Result, Work } from './work.ts';

/** The result completes the task; a throw fails the attempt with its message. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a result returns nothing
export type TaskHandler = (task: TaskRecord, work: Work) => Promise<Result | void> | Result | void;

interface Ports {
  requests: Requests;
  onError(what: string, error: unknown): void;
}
const LOG_MAX_CHARACTERS = 4_000;
const REASON_MAX_CHARACTERS = 500;

const isTask = (value: unknown): value is TaskRecord =>
  isObject(value) &&
  typeof value.id === 'string' &&
  typeof value.attempt === 'number' &&
  typeof value.status === 'string';

const attemptKey = (taskId: string, attempt: number): string => `${taskId} ${attempt}`;

/** The tasks this agent has: started, handed to the handler, completed, and given up when the hub takes them away. */
export class Tasks {
  readonly #ports: Ports;
  readonly #running = new Map<string, Work>();
  /** Attempts that were taken away before this agent had begun them: the answer that brings them may be on its way. */
  readonly #overtaken = new Recent<SignalboxError>();
  #waiting: TaskRecord[] = [];
  #handler: TaskHandler | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** What was assigned before the handler waits for it, until the hub withdraws it. */
  handle(handler: TaskHandler): void {
    this.#handler = handler;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) this.#assigned(task);
  }

  /** Takes the next task; null when there is none for this agent now. For agents that do not want them pushed. */
  async next(): Promise<Work | null> {
    const { task } = await this.#ports.requests.send('task.next', {});
    return task === null ? null : this.#begin(task);
  }

  /** Server → agent frames about tasks; true when it was one. */
  event(name: string, payload: unknown): boolean {
    if (!isObject(payload)) return false;
    if (name === 'task.assigned' && isTask(payload.task)) this.#assigned(payload.task);
    else if (name === 'task.withdrawn')
      this.#withdrawn(String(payload.taskId), Number(payload.attempt), String(payload.reason));
    else return false;
    return true;
  }

  /** After every welcome: an attempt that was taken away meanwhile is refused STALE_ATTEMPT, and ends. */
  async reconcile(): Promise<void> {
    for (const work of [...this.#running.values()]) {
      // What was not begun yet says so by itself.
      if (work.finished || !work.started) continue;
      await work.progress().catch((error: unknown) => {
        if (!isCode(error, 'STALE_ATTEMPT', 'INVALID_STATE')) throw error;
        work.abort(error);
      });
    }
  }

  /** An `interrupt` directive stops the step of its task, or of all tasks when it names none. */
  interrupt(directive: DirectiveRecord): void {
    for (const [taskId, work] of this.#running)
      if (directive.taskId === undefined || directive.taskId === taskId) work.interrupt(directive);
  }

  abortAll(error: SignalboxError): void {
    for (const work of [...this.#running.values()]) work.abort(error);
    this.#running.clear();
    this.#waiting = [];
  }

  #assigned(task: TaskRecord): void {
    if (this.#running.get(task.id)?.attempt === task.attempt) return;
    if (this.#handler !== null) void this.#loop(this.#handler, task);
    else this.#waiting = [...this.#waiting.filter(({ id }) => id !== task.id), task];
  }

  #withdrawn(taskId: string, attempt: number, reason: string): void {
    this.#waiting = this.#waiting.filter(({ id }) => id !== taskId);
    const message = `${taskId} was withdrawn (${reason}): stop working on it.`;
    const error = new SignalboxError({ code: 'STALE_ATTEMPT', message, details: { reason } });
    const work = this.#running.get(taskId);
    if (work?.attempt === attempt) work.abort(error);
    else this.#overtaken.set(attemptKey(taskId, attempt), error);
  }

  #begin(task: TaskRecord): Work {
    const older = this.#running.get(task.id);
    older?.abort(new SignalboxError({ code: 'STALE_ATTEMPT', message: `${task.id} was given out again.` }));
    const work = new Work(task, this.#ports.requests);
    this.#running.set(task.id, work);
    work.signal.addEventListener('abort', () => this.#ended(work));
    const overtaken = this.#overtaken.take(attemptKey(task.id, task.attempt));
    if (overtaken !== undefined) work.abort(overtaken);
    return work;
  }

  #ended(work: Work): void {
    if (this.#running.get(work.task.id) === work) this.#running.delete(work.task.id);
  }

  /** One task after the other, for as long as completing one brings the next. */
  async #loop(handler: TaskHandler, first: TaskRecord): Promise<void> {
    for (let task: TaskRecord | null = first; task !== null; ) {
      // Begun already: the answer that brought it was lost, and it came with the next welcome, too.
      if (this.#running.get(task.id)?.attempt === task.attempt) return;
      const work = this.#begin(task);
      if (work.signal.aborted) return;
      try {
        await work.start();
        task = await this.#attempt(handler, work);
      } catch (error) {
        if (!work.signal.aborted) this.#ports.onError(`working on ${work.task.id}`, error);
        task = null;
      }
      this.#ended(work);
    }
  }

  /** The next task, or null when this was the last for now. */
  async #attempt(handler: TaskHandler, work: Work): Promise<TaskRecord | null> {
    let result: Result | undefined;
    try {
      result = (await handler(work.task, work)) ?? undefined;
    } catch (error) {
      if (work.signal.aborted) throw error;
      // A step that a person stopped: the handler runs again and goes on from its checkpoint.
      if (error instanceof Interruption) return this.#attempt(handler, work);
      if (work.finished) throw error;
      // The hub was away or behind, which is not the attempt's fault: again when that is over.
      if (isCode(error, 'TIMEOUT', 'STORAGE_UNAVAILABLE', 'OVERLOADED')) {
        await this.#ports.requests.whenPassed(error, work.signal);
        return this.#attempt(handler, work);
      }
      return this.#fail(work, error);
    }
    if (work.finished || work.signal.aborted) return null;
    try {
      return await work.completeAndNext(result);
    } catch (error) {
      if (work.signal.aborted) throw error;
      // A result that the hub does not take, too long perhaps: without a word the task would stay with us for ever.
      return this.#fail(work, error);
    }
  }

  async #fail(work: Work, error: unknown): Promise<null> {
    this.#ports.onError(`working on ${work.task.id}`, error);
    const log = error instanceof Error ? error.stack?.slice(0, LOG_MAX_CHARACTERS) : undefined;
    await work.fail(messageOf(error).slice(0, REASON_MAX_CHARACTERS) || 'failed without a message', log);
    return null;
  }
}
