import type { TaskStatus } from '@signalbox/shared/records/task';
import { memberOf } from './cast.ts';
import { type Chore, choreIn } from './chores.ts';
import { isExpected, Life, type World } from './life.ts';
import { planOf } from './plans.ts';
import { Random } from './random.ts';
import type { SimSettings } from './settings.ts';

/** Tasks there are to be for every worker: half of them wait for others. */
const TASKS_PER_WORKER = 2.5;
/** So long people see that a task is blocked, waits for review or has failed. */
const CHORE_AFTER_MS = 8_000;
const LOOK_EVERY_MS = 250;
const REJECTED_SHARE = 0.15;
const PAGE = 1_000;

interface Options {
  settings: SimSettings;
  world: World;
  /** Tasks the fleet has completed so far. */
  completed(): number;
}

/** Makes plans as fast as they are worked off, reviews, and puts back in line what is blocked or has failed. */
export class Coordinator {
  readonly #options: Options;
  readonly #life: Life;
  readonly #chores: (Chore & { notBefore: number })[] = [];
  #plans = 0;
  /** Open ones found at the start, and those created since. */
  #tasks = 0;
  #created = 0;
  #reviews = 0;
  #over = false;

  constructor(options: Options) {
    this.#options = options;
    this.#life = new Life(memberOf(options.settings, 0), options.world);
    this.#life.client.onMessage((message) => {
      const chore = choreIn(message);
      if (chore !== undefined) this.#add(chore);
    });
  }

  get isLive(): boolean {
    return this.#life.isLive;
  }
  get created(): number {
    return this.#created;
  }

  /** Connects and looks at what an earlier simulation left. */
  async start(): Promise<void> {
    await this.#life.connect();
    for (const status of ['pending', 'in_progress'] as const) this.#tasks += (await this.#tasksIn(status)).length;
    for (const taskId of await this.#tasksIn('needs_review')) this.#add({ chore: 'review', taskId });
    for (const taskId of await this.#tasksIn('blocked')) this.#add({ chore: 'unblock', taskId });
    for (const taskId of await this.#tasksIn('failed')) this.#add({ chore: 'retry', taskId });
  }

  /** Resolves when the simulation is over. */
  async run(): Promise<void> {
    const { timers, onThrow } = this.#options.world;
    while (!this.#over) {
      try {
        if (await this.#next()) continue;
      } catch (error) {
        if (!isExpected(error)) onThrow(error);
      }
      await new Promise<void>((resolve) => timers.after(LOOK_EVERY_MS, resolve));
    }
  }

  async end(reason: string): Promise<void> {
    this.#over = true;
    await this.#life.leave(reason);
  }

  close(): void {
    this.#over = true;
    this.#life.close();
  }

  #add(chore: Chore): void {
    this.#chores.push({ ...chore, notBefore: this.#options.world.timers.monotonic() + CHORE_AFTER_MS });
  }

  /** False when there is nothing to do. */
  async #next(): Promise<boolean> {
    const { settings, completed, world } = this.#options;
    if (this.#tasks - completed() < TASKS_PER_WORKER * (settings.agents - 1)) {
      await this.#plan();
      return true;
    }
    const [chore] = this.#chores;
    if (chore === undefined || chore.notBefore > world.timers.monotonic()) return false;
    this.#chores.shift();
    await this.#life.turn('urgent');
    await this.#settle(chore);
    return true;
  }

  async #plan(): Promise<void> {
    const { client } = this.#life;
    const { tasks, announcement } = planOf(this.#options.settings, this.#plans);
    await this.#life.turn('urgent');
    this.#life.doing = `I am at plan ${this.#plans + 1}.`;
    await client.command('task.createMany', { tasks });
    this.#plans += 1;
    this.#tasks += tasks.length;
    this.#created += tasks.length;
    if (announcement === undefined) return;
    await this.#life.turn('urgent');
    await client.send(announcement);
  }

  async #settle({ chore, taskId }: Chore): Promise<void> {
    const { client } = this.#life;
    switch (chore) {
      case 'unblock':
        return void (await client.command('task.unblock', { taskId }));
      case 'retry':
        return void (await client.command('task.retry', { taskId }));
      case 'review': {
        const random = new Random(this.#options.settings.seed, 'review', this.#reviews++);
        if (random.chance(REJECTED_SHARE))
          return void (await client.command('task.reject', { taskId, reason: 'One case is not tested.' }));
        return void (await client.command('task.accept', { taskId, note: 'Looks good.' }));
      }
    }
  }

  async #tasksIn(status: TaskStatus): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const paged = { status, limit: PAGE, ...(after === undefined ? {} : { after }) };
      const page = await this.#life.client.command('task.list', paged);
      ids.push(...page.tasks.map(({ id }) => id));
      if (page.next === undefined) return ids;
      after = page.next;
    }
  }
}
