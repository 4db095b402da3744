import type { Work } from '@signalbox/sdk/work';
import type { MessageRecord } from '@signalbox/shared/records/message';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { type Actor, Attempt } from './attempt.ts';
import { type Member, memberOf } from './cast.ts';
import { replyIn } from './chores.ts';
import { jobOf } from './jobs.ts';
import { isExpected, Life, type World } from './life.ts';
import { Random } from './random.ts';
import { type SimSettings, stepMs } from './settings.ts';
import { sleep } from './sleep.ts';
import type { Fault } from './steps.ts';
import { DOINGS } from './words.ts';

const SAYS_AGAIN_AFTER_MS = 1_000;
const ASKS_AGAIN_AFTER_MS = 5_000;
const STARTS_AGAIN_AFTER_MS = 5_000;

/** An agent that takes tasks and plays its script on them, through all its lives. */
export class Worker {
  readonly #settings: SimSettings;
  readonly #index: number;
  readonly #member: Member;
  readonly #world: World;
  #life: Life | null = null;
  /** Attempts under way; for a moment two, when one was withdrawn. */
  #attempts = 0;
  #jobs = 0;
  #said = 0;
  #saysAgainAt = 0;
  /** Aborted: no more lives, and nobody who sleeps for one. */
  readonly #over = new AbortController();

  constructor(settings: SimSettings, index: number, world: World) {
    this.#settings = settings;
    this.#index = index;
    this.#member = memberOf(settings, index);
    this.#world = world;
  }

  get state(): 'away' | 'working' | 'idle' {
    if (this.#life?.isLive !== true) return 'away';
    return this.#attempts > 0 ? 'working' : 'idle';
  }

  /** Begins a life. Rejects when the hub does not take it. */
  async start(): Promise<void> {
    const life = new Life(this.#member, this.#world);
    this.#life = life;
    life.client.onMessage((message) => this.#answer(life, message));
    if (this.#member.accepts === 'push') life.client.onTask((task, work) => this.#play(life, task, work));
    await life.connect();
    if (this.#over.signal.aborted) return life.leave('the simulation is over');
    if (this.#member.accepts === 'pull') this.#pull(life).catch((error: unknown) => this.#unlessExpected(error));
  }

  /** Without a task it says what it is at, if it has not just done so. False when it had nothing to say. */
  say(): boolean {
    const now = this.#world.timers.monotonic();
    const life = this.#life;
    if (life === null || this.state !== 'idle' || life.client.paused || now < this.#saysAgainAt) return false;
    this.#saysAgainAt = now + SAYS_AGAIN_AFTER_MS;
    const random = new Random(this.#settings.seed, 'idle', this.#index, this.#said++);
    life.client.tell({ activity: { doing: `waiting for work, ${random.pick(DOINGS)} the backlog` } });
    return true;
  }

  /** No more lives. */
  async end(reason: string): Promise<void> {
    this.#over.abort();
    await this.#life?.leave(reason);
  }

  /** At once, without a word to the hub. */
  close(): void {
    this.#over.abort();
    this.#life?.close();
  }

  async #play(life: Life, task: TaskRecord, work: Work) {
    const job = jobOf(this.#settings, this.#index, this.#jobs++);
    this.#attempts += 1;
    life.doing = `I am at ${task.id}, ${task.title}.`;
    try {
      return await new Attempt({ actor: this.#actor(life), task, work, settings: this.#settings }).play(job);
    } finally {
      this.#attempts -= 1;
      life.doing = `I have no task at the moment; the last was ${task.id}.`;
    }
  }

  #actor(life: Life): Actor {
    const { client } = life;
    return {
      turn: () => life.turn('work'),
      claim: (...claim) => client.claim(...claim),
      send: (message) => client.send(message),
      ask: (...question) => client.ask(...question),
      suffer: (fault) => this.#suffer(life, fault),
    };
  }

  /** Takes tasks as long as this life lasts; while there is none it asks again now and then. */
  async #pull(life: Life): Promise<void> {
    while (!this.#over.signal.aborted && life === this.#life) {
      await life.turn('work');
      const work = await life.client.next().catch((error: unknown) => this.#unlessExpected(error));
      if (work) await this.#pulled(life, work).catch((error: unknown) => this.#unlessExpected(error));
      else await this.#sleep(Math.max(ASKS_AGAIN_AFTER_MS, stepMs(this.#settings)));
    }
  }

  async #pulled(life: Life, work: Work): Promise<void> {
    const result = await this.#play(life, work.task, work);
    if (result !== undefined) await work.complete(result);
  }

  async #answer(life: Life, message: MessageRecord): Promise<void> {
    const body = replyIn(message);
    if (body === undefined) return;
    await life.turn('work');
    const thread = message.thread === undefined ? {} : { thread: message.thread };
    await life.client
      .send({ to: message.from, type: 'reply', body, replyTo: message.id, ...thread })
      .catch((error: unknown) => this.#unlessExpected(error));
  }

  async #suffer(life: Life, { kind, awayMs }: Fault): Promise<void> {
    switch (kind) {
      case 'drop':
        return life.weather.cut(awayMs);
      case 'freeze':
        return life.weather.freeze(awayMs);
      case 'death':
      case 'leave':
        this.#life = null;
        if (kind === 'death') life.close();
        else await life.leave('back later');
        this.#again(awayMs);
    }
  }

  #again(afterMs: number): void {
    void this.#sleep(afterMs).then(() => {
      if (this.#over.signal.aborted) return;
      this.start().catch((error: unknown) => {
        this.#unlessExpected(error);
        this.#life = null;
        this.#again(STARTS_AGAIN_AFTER_MS);
      });
    });
  }

  #sleep(ms: number): Promise<void> {
    return sleep(this.#world.timers, ms, this.#over.signal);
  }

  #unlessExpected(error: unknown): undefined {
    if (!isExpected(error)) this.#world.onThrow(error);
    return undefined;
  }
}
