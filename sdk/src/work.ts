import type { CommandInput, CommandOutput } from '@signalbox/shared/commands';
import type { Activity } from '@signalbox/shared/records/agent';
import type { DirectiveRecord } from '@signalbox/shared/records/directive';
import type { TaskRecord, TaskResult } from '@signalbox/shared/records/task';
import { isCode } from './errors.ts';
import type { Requests } from './requests.ts';

export type Json = NonNullable<CommandInput<'checkpoint.save'>['data']>;
export type Checkpoint = NonNullable<CommandOutput<'checkpoint.get'>['checkpoint']>;
/** A string is the summary. */
export type Result = TaskResult | string;

/** Why `work.step` was aborted by a person. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly directive: DirectiveRecord;
  constructor(directive: DirectiveRecord) {
    super(
      `${directive.from} interrupts with ${directive.id}${directive.body === undefined ? '' : `: ${directive.body}`}`,
    );
    this.directive = directive;
  }
}

type Said = 'task.start' | 'task.progress' | 'task.complete' | 'task.fail' | 'task.block' | 'checkpoint.save';

const asResult = (result: Result | undefined): { result?: TaskResult } => {
  if (result === undefined || result === '') return {};
  return { result: typeof result === 'string' ? { summary: result } : result };
};

/** One attempt at one task: everything an agent may say about it, with the attempt number as its fence. */
export class Work {
  readonly task: TaskRecord;
  readonly #requests: Requests;
  readonly #end = new AbortController();
  #interrupt = new AbortController();
  #started: boolean;
  #finished = false;

  constructor(task: TaskRecord, requests: Requests) {
    this.task = task;
    this.#requests = requests;
    this.#started = task.status === 'in_progress';
  }

  get attempt(): number {
    return this.task.attempt;
  }
  /** Aborted when the attempt is over without this agent: withdrawn, given out again, or the client is gone. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }
  /** For one step: aborted with `signal`, or by an `interrupt` directive. Read it again for the next step. */
  get step(): AbortSignal {
    if (this.#interrupt.signal.aborted) this.#interrupt = new AbortController();
    return AbortSignal.any([this.#end.signal, this.#interrupt.signal]);
  }
  /** The hub knows that this agent has begun. */
  get started(): boolean {
    return this.#started;
  }
  /** completed, failed or blocked by this agent */
  get finished(): boolean {
    return this.#finished;
  }

  /** Tells the hub that this agent has begun, unless it knows. */
  async start(): Promise<void> {
    if (this.#started) return;
    await this.#say('task.start', this.#fence);
    this.#started = true;
  }

  /** 0–100, and in words what is being done. */
  async progress(percent?: number, activity?: Activity): Promise<void> {
    await this.#say('task.progress', {
      ...this.#fence,
      ...(percent === undefined ? {} : { progress: percent }),
      ...(activity === undefined ? {} : { activity }),
    });
  }

  /** Resolves when it is stored: whoever continues the task starts there. Up to 1 MB of JSON. */
  async checkpoint(data: Json, note?: string): Promise<void> {
    await this.#say('checkpoint.save', { ...this.#fence, data, ...(note === undefined ? {} : { note }) });
  }

  async lastCheckpoint(): Promise<Checkpoint | null> {
    const { checkpoint } = await this.#requests.send('checkpoint.get', { taskId: this.task.id });
    return checkpoint;
  }

  async complete(result?: Result): Promise<void> {
    await this.#say('task.complete', { ...this.#fence, ...asResult(result) });
    this.#finished = true;
  }

  /** Completes and takes the next task, already started, if there is one. */
  async completeAndNext(result?: Result): Promise<TaskRecord | null> {
    const answer = await this.#say('task.complete', { ...this.#fence, ...asResult(result), next: true });
    this.#finished = true;
    return answer.next ?? null;
  }

  /** Tried again after a delay until its attempts are used up. */
  async fail(reason: string, log?: string): Promise<void> {
    await this.#say('task.fail', { ...this.#fence, reason, ...(log === undefined ? {} : { log }) });
    this.#finished = true;
  }

  /** It cannot go on until somebody unblocks it. */
  async block(reason: string): Promise<void> {
    await this.#say('task.block', { ...this.#fence, reason });
    this.#finished = true;
  }

  /** The hub, or the end of the client, takes the attempt away. */
  abort(reason: Error): void {
    this.#end.abort(reason);
  }
  interrupt(directive: DirectiveRecord): void {
    this.#interrupt.abort(new Interruption(directive));
  }

  get #fence(): { taskId: string; attempt: number } {
    return { taskId: this.task.id, attempt: this.task.attempt };
  }

  /** Waits for a hub that is away as long as the attempt is this agent's: the same request until it is answered. */
  async #say<N extends Said>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
    try {
      return await this.#requests.send(name, input, { signal: this.signal, timeoutMs: Number.POSITIVE_INFINITY });
    } catch (error) {
      if (isCode(error, 'STALE_ATTEMPT')) this.abort(error);
      throw error;
    }
  }
}
