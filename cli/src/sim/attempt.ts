import type { AgentClient } from '@signalbox/sdk/agent-client';
import type { Lock } from '@signalbox/sdk/lock';
import type { Result, Work } from '@signalbox/sdk/work';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { COORDINATOR_ID } from './cast.ts';
import type { Chore } from './chores.ts';
import { isExpected } from './life.ts';
import { claimWaitMs, leaseMs, type SimSettings } from './settings.ts';
import type { Claimed, Fault, Job, Step } from './steps.ts';

/** What an attempt needs of the agent that makes it. */
export interface Actor {
  /** Resolves when the agent may change something. */
  turn(): Promise<void>;
  claim: AgentClient['claim'];
  send: AgentClient['send'];
  ask: AgentClient['ask'];
  suffer(fault: Fault): Promise<void>;
}

interface Ports {
  actor: Actor;
  task: Pick<TaskRecord, 'id' | 'title' | 'files' | 'review' | 'failures' | 'maxAttempts'>;
  work: Pick<Work, 'signal' | 'progress' | 'checkpoint' | 'complete' | 'fail' | 'block'>;
  settings: SimSettings;
}

/** Plays one job on the task the hub gave: step after step, each when it is the agent's turn. */
export class Attempt {
  readonly #ports: Ports;
  readonly #locks = new Map<Claimed, Lock>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The result of a task that is yet to be completed, or undefined when it has ended otherwise. */
  async play({ steps }: Job): Promise<Result | undefined> {
    const { actor, work } = this.#ports;
    for (const step of steps) {
      if (this.#isChange(step)) await actor.turn();
      work.signal.throwIfAborted();
      const result = await this.#perform(step);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  /** Mishaps need no turn, nor does releasing what was never granted. */
  #isChange(step: Step): boolean {
    return step.do === 'release' ? this.#locks.has(step.what) : step.do !== 'fault';
  }

  async #perform(step: Step): Promise<Result | undefined> {
    const { actor, task, work } = this.#ports;
    switch (step.do) {
      case 'progress':
        await work.progress(step.percent, step.activity);
        return undefined;
      case 'checkpoint':
        await work.checkpoint(step.data, step.note);
        return undefined;
      case 'claim':
        await this.#goOnWithout(this.#claim(step));
        return undefined;
      case 'release':
        await this.#release(step.what);
        return undefined;
      case 'message': {
        const { to, type, body, reply } = step;
        const data = reply === undefined ? {} : { data: { reply } };
        await this.#goOnWithout(actor.send({ to, type, body, thread: task.id, ...data }));
        return undefined;
      }
      case 'ask': {
        const answered = actor.ask(step.body, { ...step.terms, taskId: task.id, signal: work.signal });
        if (step.terms.blocking) await this.#goOnWithout(answered);
        else answered.catch(() => undefined);
        return undefined;
      }
      case 'fault':
        await actor.suffer(step);
        work.signal.throwIfAborted();
        return undefined;
      case 'complete':
        return this.#complete(step.result);
      case 'fail':
        await work.fail(step.reason);
        if (task.failures + 1 >= task.maxAttempts) await this.#leaveTo('retry', 'It failed for good.');
        return undefined;
      case 'block':
        await work.block(step.reason);
        await this.#leaveTo('unblock', step.reason);
        return undefined;
    }
  }

  /** Who reviews is told when the task is there to be reviewed; all others are completed by whoever gave the task. */
  async #complete(result: Result): Promise<Result | undefined> {
    if (!this.#ports.task.review) return result;
    await this.#ports.work.complete(result);
    await this.#leaveTo('review', 'Ready for review.');
    return undefined;
  }

  async #claim({ what, paths, mode }: Extract<Step, { do: 'claim' }>): Promise<void> {
    const { actor, task, work, settings } = this.#ports;
    const lock = await actor.claim(paths ?? task.files, {
      mode,
      taskId: task.id,
      reason: task.title,
      ttlMs: leaseMs(settings),
      waitMs: claimWaitMs(settings),
      signal: work.signal,
    });
    this.#locks.set(what, lock);
  }

  async #release(what: Claimed): Promise<void> {
    await this.#locks.get(what)?.release();
    this.#locks.delete(what);
  }

  async #leaveTo(chore: Chore['chore'], body: string): Promise<void> {
    const { actor, task } = this.#ports;
    await actor.turn();
    const data: Chore = { chore, taskId: task.id };
    await this.#goOnWithout(actor.send({ to: COORDINATOR_ID, type: chore, body, thread: task.id, data }));
  }

  /** What an agent can do without: it goes on when it is refused. */
  async #goOnWithout(asked: Promise<unknown>): Promise<void> {
    await asked.catch((error: unknown) => {
      if (this.#ports.work.signal.aborted || !isExpected(error)) throw error;
    });
  }
}
