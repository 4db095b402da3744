import type { Answer, Fields } from '../history/line.ts';
import type { Random } from '../random.ts';
import { number, text, texts } from './toy-state.ts';

interface Held {
  lockId: string;
  fence: string;
  paths: string[];
}
interface Mine {
  taskId: string;
  attempt: number;
}

/** What anybody has ever held: strangers and late ones try their luck with it. */
export interface Rumours {
  locks: Held[];
  attempts: Mine[];
  /** The newest number of each sender for each recipient. */
  numbers: Map<string, number>;
  tasks: string[];
}

export interface Chosen {
  command: string;
  input: Fields;
  told(answer: Answer): void;
}

const PATHS = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c'];
const FOLDERS = ['a/', 'b/'];
const nothing = (): void => {};

/** Decides what an agent asks for next, by what it believes to have. */
export class ToyWork {
  readonly #random: Random;
  readonly #others: readonly string[];
  readonly #rumours: Rumours;
  #held: Held[] = [];
  #mine: Mine[] = [];

  constructor(random: Random, others: readonly string[], rumours: Rumours) {
    this.#random = random;
    this.#others = others;
    this.#rumours = rumours;
  }

  onPush(event: string, data: Fields): void {
    if (event === 'lock.granted') this.#hold(data);
    else if (event === 'lock.lost') this.#held = this.#held.filter(({ lockId }) => lockId !== data.lockId);
    else if (event === 'task.assigned') this.#take(data.task);
  }

  next(agent: string): Chosen {
    const [held, mine, random] = [this.#held[0], this.#mine[0], this.#random];
    const choice = random.int(0, 99);
    if (choice < 20) return this.#claim();
    if (choice < 32 && held !== undefined) return this.#withHeld(held);
    if (choice < 42) return this.#withRumour();
    if (choice < 52 && this.#rumours.attempts.length > 0)
      return {
        command: 'task.progress',
        input: { ...random.pick(this.#rumours.attempts), progress: 1 },
        told: nothing,
      };
    if (choice < 75) return this.#send(agent);
    return mine === undefined ? this.#nextTask() : this.#withTask(mine);
  }

  /** A person plans, gives out and takes away. */
  nextOfPerson(): Chosen {
    const { tasks, locks } = this.#rumours;
    const choice = this.#random.int(0, 9);
    const lock = locks.length > 0 && choice < 2 ? this.#random.pick(locks) : undefined;
    if (lock !== undefined)
      return { command: 'lock.forceRelease', input: { lockId: lock.lockId, reason: 'x' }, told: nothing };
    if (choice < 4 && tasks.length > 0) {
      const input = { taskId: this.#random.pick(tasks), agentId: this.#random.pick(this.#others) };
      return { command: 'task.assign', input, told: nothing };
    }
    const dependencies = tasks.length > 0 && choice < 7 ? [this.#random.pick(tasks.slice(-4))] : [];
    return {
      command: 'task.create',
      input: { title: 'x', dependencies },
      told: (answer) => {
        const task = answer.ok ? mineOf(answer.task) : undefined;
        if (task !== undefined) tasks.push(task.taskId);
      },
    };
  }

  #claim(): Chosen {
    const paths =
      this.#random.int(0, 7) === 0
        ? [this.#random.pick(FOLDERS)]
        : this.#random.shuffled(PATHS).slice(0, this.#random.int(1, 2));
    const input: Fields = { paths, ttlMs: this.#random.pick([600, 1_500, 4_000]) };
    if (this.#random.int(0, 4) === 0) input.mode = 'shared';
    if (this.#random.int(0, 2) === 0) input.waitMs = 2_000;
    return { command: 'lock.claim', input, told: (answer) => this.#hold(answer) };
  }

  #withHeld({ lockId, fence, paths }: Held): Chosen {
    const choice = this.#random.int(0, 9);
    const drop = (): void => {
      this.#held = this.#held.filter((other) => other.lockId !== lockId);
    };
    if (choice < 4) return { command: 'lock.renew', input: { lockId, fence }, told: nothing };
    if (choice < 5) return { command: 'lock.check', input: { paths, fence }, told: nothing };
    if (choice < 6)
      return { command: 'lock.transfer', input: { lockId, fence, to: this.#random.pick(this.#others) }, told: drop };
    return { command: 'lock.release', input: { lockId, fence }, told: drop };
  }

  #withRumour(): Chosen {
    const { locks } = this.#rumours;
    if (locks.length === 0) return this.#claim();
    const { lockId, fence, paths } = this.#random.pick(locks.slice(-12));
    const command = this.#random.pick(['lock.release', 'lock.renew', 'lock.check']);
    return { command, input: command === 'lock.check' ? { paths, fence } : { lockId, fence }, told: nothing };
  }

  #send(agent: string): Chosen {
    const to = this.#random.pick(this.#others.filter((other) => other !== agent));
    const n = (this.#rumours.numbers.get(`${agent} ${to}`) ?? 0) + 1;
    this.#rumours.numbers.set(`${agent} ${to}`, n);
    return { command: 'message.send', input: { to, data: { n } }, told: nothing };
  }

  #nextTask(): Chosen {
    return { command: 'task.next', input: {}, told: (answer) => answer.ok && this.#take(answer.task) };
  }

  #withTask({ taskId, attempt }: Mine): Chosen {
    const drop = (answer: Answer): void => {
      this.#mine = this.#mine.filter((other) => other.taskId !== taskId);
      if (answer.ok) this.#take(answer.next);
    };
    const choice = this.#random.int(0, 9);
    if (choice < 2) return { command: 'task.start', input: { taskId, attempt }, told: nothing };
    if (choice < 5) return { command: 'checkpoint.save', input: { taskId, attempt }, told: nothing };
    if (choice < 6) return { command: 'task.fail', input: { taskId, attempt }, told: drop };
    return { command: 'task.complete', input: { taskId, attempt, ...(choice < 8 && { next: true }) }, told: drop };
  }

  #hold(data: Fields): void {
    if (typeof data.fence !== 'string') return;
    const held = { lockId: text(data.lockId), fence: data.fence, paths: texts(data.paths) };
    this.#held = [...this.#held.filter(({ lockId }) => lockId !== held.lockId), held];
    this.#rumours.locks.push(held);
  }

  #take(task: unknown): void {
    const mine = mineOf(task);
    if (mine === undefined) return;
    this.#mine = [...this.#mine.filter(({ taskId }) => taskId !== mine.taskId), mine];
    this.#rumours.attempts.push(mine);
  }
}

function mineOf(task: unknown): Mine | undefined {
  if (typeof task !== 'object' || task === null || !('id' in task) || !('attempt' in task)) return undefined;
  return { taskId: text(task.id), attempt: number(task.attempt) };
}
