import type { Answer, Fields } from '../history/line.ts';
import type { Random } from '../random.ts';
import type { Call, Chore } from './chore.ts';

const STALE_KEPT = 12;

interface Own {
  taskId: string;
  attempt: number;
  started: boolean;
  progress: number;
}

/** What an agent does with tasks: those it has, and those it had. */
export class TaskWork {
  readonly #call: Call;
  readonly #random: Random;
  #own: Own | undefined;
  #stale: Own[] = [];
  #lastCreated: string | undefined;
  #made = 0;

  constructor(call: Call, random: Random) {
    this.#call = call;
    this.#random = random;
  }

  chores(): Chore[] {
    const own = this.#own;
    const chores: Chore[] = [];
    if (this.#stale.length + this.#earlier().length > 0) chores.push({ weight: 3, do: () => this.#tryStale() });
    if (own === undefined) return [...chores, { weight: 30, do: () => this.#next() }];
    if (!own.started) return [...chores, { weight: 30, do: () => this.#start(own) }];
    return [
      ...chores,
      { weight: 10, do: () => this.#progress(own) },
      { weight: 4, do: () => this.#save(own) },
      { weight: 16, do: () => this.#complete(own) },
      { weight: 1, do: () => this.#fail(own) },
    ];
  }

  onPush(event: string, data: Fields): void {
    if (event === 'task.assigned') this.#take(data.task, false);
    else if (data.taskId === this.#own?.taskId) this.#over();
  }

  async #next(): Promise<void> {
    const answer = await this.#call('task.next', {});
    if (answer?.ok !== true) return;
    if (answer.task === null) await this.#create();
    else this.#take(answer.task, true);
  }

  async #create(): Promise<void> {
    this.#made += 1;
    const input: Fields = {
      title: `Task ${this.#made}`,
      priority: this.#random.int(1, 4),
      ...(this.#lastCreated !== undefined && this.#random.chance(0.2) && { dependencies: [this.#lastCreated] }),
    };
    const answer = await this.#call('task.create', input);
    if (answer?.ok === true) this.#lastCreated = ownOf(answer.task)?.taskId;
  }

  async #start(own: Own): Promise<void> {
    const answer = await this.#call('task.start', fenced(own));
    if (answer?.ok === true) own.started = true;
    else this.#over(own);
  }

  async #progress(own: Own): Promise<void> {
    own.progress = Math.min(95, own.progress + this.#random.int(5, 30));
    this.#see(own, await this.#call('task.progress', { ...fenced(own), progress: own.progress }));
  }

  async #save(own: Own): Promise<void> {
    const input = { ...fenced(own), note: `at ${own.progress} %`, data: { progress: own.progress } };
    this.#see(own, await this.#call('checkpoint.save', input));
  }

  async #complete(own: Own): Promise<void> {
    const next = this.#random.chance(0.7);
    const answer = await this.#call('task.complete', { ...fenced(own), ...(next && { next: true }) });
    if (answer === undefined) return;
    this.#over(own);
    if (answer.ok) this.#take(answer.next, true);
  }

  async #fail(own: Own): Promise<void> {
    const answer = await this.#call('task.fail', { ...fenced(own), reason: 'so that it is tried again' });
    if (answer !== undefined) this.#over(own);
  }

  async #tryStale(): Promise<void> {
    const own = fenced(this.#random.pick([...this.#stale, ...this.#earlier()]));
    const [command, input] = this.#random.pick<[string, Fields]>([
      ['task.progress', { ...own, progress: 50 }],
      ['task.complete', own],
      ['task.fail', { ...own, reason: 'late' }],
      ['checkpoint.save', { ...own, note: 'late' }],
    ]);
    await this.#call(command, input);
  }

  /** The attempt before its own: its agent is the assignee, and still is late. */
  #earlier(): Own[] {
    const own = this.#own;
    return own === undefined || own.attempt < 2 ? [] : [{ ...own, attempt: own.attempt - 1 }];
  }

  #see(own: Own, answer: Answer | undefined): void {
    if (answer?.ok === false) this.#over(own);
  }

  #take(task: unknown, started: boolean): void {
    const own = ownOf(task);
    if (own === undefined) return;
    // Told twice, by a push and by an answer, it is one.
    if (this.#own?.taskId === own.taskId && this.#own.attempt === own.attempt) this.#own.started ||= started;
    else this.#own = { ...own, started };
  }

  #over(own = this.#own): void {
    if (own === undefined) return;
    if (this.#own === own) this.#own = undefined;
    this.#stale = [own, ...this.#stale].slice(0, STALE_KEPT);
  }
}

const fenced = ({ taskId, attempt }: Own): Fields => ({ taskId, attempt });

function ownOf(task: unknown): Own | undefined {
  if (typeof task !== 'object' || task === null || !('id' in task) || !('attempt' in task)) return undefined;
  return { taskId: String(task.id), attempt: Number(task.attempt), started: false, progress: 0 };
}
