import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Fields } from '../history/line.ts';
import type { HistoryWriter } from '../history/writer.ts';
import type { Random } from '../random.ts';
import { type Call, pickByWeight } from './chore.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { LockWork } from './lock-work.ts';
import { MailWork } from './mail-work.ts';
import { Repeats } from './repeats.ts';
import { TaskWork } from './task-work.ts';

const LISTEN_EVERY_MS = 500;

export interface WorkerOptions extends Pick<ConnectionOptions, 'ways' | 'token' | 'project' | 'accepts'> {
  agent: string;
  life: string;
  /** How many lives of it there were before. */
  lifeNumber: number;
  /** Ids of all agents of the run. */
  others: readonly string[];
  history: HistoryWriter;
  random: Random;
}

/** One agent of the run: one command after another, chosen at random by what it has. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #connection: Connection;
  readonly #locks: LockWork;
  readonly #tasks: TaskWork;
  readonly #mail: MailWork;
  readonly #repeats: Repeats;
  #state: 'working' | 'draining' | 'ended' = 'working';

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { random, others, agent, history, life } = options;
    this.#connection = new Connection({ ...options, onPush: (event, data) => this.#onPush(event, data) });
    this.#repeats = new Repeats({
      random,
      send: (request) => this.#connection.send(request, 'again'),
      leave: () => this.#connection.leave(),
    });
    const call: Call = (command, input) => this.#call(command, input);
    this.#locks = new LockWork(call, random, others);
    this.#tasks = new TaskWork(call, random);
    this.#mail = new MailWork(call, { random, others, agent, life, history, from: options.lifeNumber * 1_000_000 });
  }

  /** Works until told to drain, then only handles what comes in; resolves when nothing of its own is under way. */
  async work(): Promise<void> {
    const { history, agent, life, random } = this.#options;
    history.write({ k: 'born', agent, life });
    while (this.#state === 'working') {
      const chores = [
        ...this.#mail.chores(),
        ...this.#locks.chores(),
        ...this.#tasks.chores(),
        ...this.#repeats.chores(),
      ];
      await pickByWeight(chores, random).do();
    }
    void this.#listen();
  }

  drain(): void {
    this.#state = 'draining';
  }

  end(): void {
    const { history, agent, life } = this.#options;
    history.write({ k: 'ended', agent, life, ...(this.#state === 'draining' && { drained: true }) });
    this.#state = 'ended';
    this.#connection.close();
  }

  async #call(command: string, input: Fields): Promise<Answer | undefined> {
    const request = { id: randomUUID(), command, input };
    const answer = await this.#connection.send(request, 'first');
    if (answer?.ok === true) await this.#repeats.note(request, answer);
    return answer;
  }

  async #listen(): Promise<void> {
    while (this.#state === 'draining') {
      await this.#mail.acknowledge();
      await this.#call('agent.heartbeat', {});
      await delay(LISTEN_EVERY_MS);
    }
  }

  #onPush(event: string, data: Fields): void {
    const { history, agent, life } = this.#options;
    if (event === 'inbox') this.#mail.onInbox(data);
    if (!['lock.granted', 'lock.lost', 'task.assigned', 'task.withdrawn'].includes(event)) return;
    history.write({ k: 'push', agent, life, event, data });
    if (event.startsWith('lock.')) this.#locks.onPush(event, data);
    else this.#tasks.onPush(event, data);
  }
}
