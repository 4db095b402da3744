import type { Answer, Fields } from '../history/line.ts';
import type { ToyHub } from './toy-hub.ts';
import { number, text } from './toy-state.ts';
import type { ToyWork } from './toy-work.ts';
import type { World } from './world.ts';

const PATIENCE_MS = 11_000;

export interface ToyWeather {
  /** How often a request, or the answer to it, gets lost. */
  lossy: number;
}

/** One life of an agent, or a person: one request after another over a connection that may break. */
export class ToyAgent {
  readonly agent: string;
  readonly life: string;
  readonly isPerson: boolean;
  readonly #world: World;
  readonly #hub: ToyHub;
  readonly #weather: ToyWeather;
  readonly #work: ToyWork;
  readonly #heard = new Set<string>();
  #connection = 0;
  #channelFreeAt = 0;
  #stopped = false;
  #continuedAt = 0;
  #ended = false;
  #draining = false;
  #underWay = false;
  #requests = 0;
  #backlog: (() => void)[] = [];
  toAcknowledge: string[] = [];

  constructor(
    world: World,
    hub: ToyHub,
    work: ToyWork,
    who: { agent: string; life: string; isPerson: boolean; weather: ToyWeather },
  ) {
    this.#world = world;
    this.#hub = hub;
    this.#work = work;
    this.agent = who.agent;
    this.life = who.life;
    this.isPerson = who.isPerson;
    this.#weather = who.weather;
  }

  start(): void {
    if (!this.isPerson) this.#write('born');
    this.#connect();
    this.#later(20, () => this.#step());
  }

  kill(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#write('ended');
  }

  stop(forMs: number): void {
    if (this.#ended || this.#stopped || this.isPerson) return;
    this.#stopped = true;
    this.#write('stopped');
    this.#world.after(forMs, () => {
      if (this.#ended) return;
      this.#stopped = false;
      this.#write('continued');
      this.#continuedAt = this.#world.now;
      for (const act of this.#backlog.splice(0)) act();
    });
  }

  drain(): void {
    this.#draining = true;
  }

  /** The run is over, and so is this life. */
  finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.isPerson) this.#world.write({ k: 'ended', agent: this.agent, life: this.life, drained: true });
  }

  /** A request of it is under way, or something to acknowledge. */
  get isBusy(): boolean {
    return this.#underWay || this.toAcknowledge.length > 0;
  }

  get isAlive(): boolean {
    return !this.#ended;
  }

  /** The connection is gone, and what was on its way over it. */
  breakConnection(): void {
    if (this.#ended) return;
    this.#connection += 1;
    this.#later(this.#world.random.int(20, 120), () => this.#connect());
  }

  #write(k: 'born' | 'ended' | 'stopped' | 'continued'): void {
    this.#world.write({ k, agent: this.agent, life: this.life });
  }

  /** In the life of this process: not while it is stopped, and never after its end. */
  #later(ms: number, act: () => void): void {
    this.#world.after(ms, () => this.#now(act));
  }

  #now(act: () => void): void {
    if (this.#ended) return;
    if (this.#stopped) this.#backlog.push(() => this.#now(act));
    else act();
  }

  #connect(): void {
    const connection = ++this.#connection;
    this.#channelFreeAt = this.#world.now;
    const hear = (event: string, data: Fields) => this.#receive(connection, () => this.#onPush(event, data));
    if (!this.isPerson) this.#hub.connect(this.agent, this.life, { onPush: hear });
  }

  /** Comes after everything that was sent over the connection before. */
  #receive(connection: number, act: () => void): void {
    const at = Math.max(this.#channelFreeAt, this.#world.now + this.#world.random.int(1, 12));
    this.#channelFreeAt = at;
    this.#later(at - this.#world.now, () => {
      if (connection === this.#connection) act();
    });
  }

  #onPush(event: string, data: Fields): void {
    const { agent, life } = this;
    if (event !== 'inbox') {
      this.#world.write({ k: 'push', agent, life, event, data });
      this.#work.onPush(event, data);
      return;
    }
    const messageId = text(data.id);
    this.toAcknowledge.push(messageId);
    if (this.#heard.has(messageId)) return;
    this.#heard.add(messageId);
    this.#world.write({ k: 'heard', agent, life, messageId, from: text(data.from), n: number(data.n) });
  }

  #step(): void {
    const acked = this.toAcknowledge;
    if (acked.length > 0 && (this.#draining || this.#world.chance(0.3))) {
      this.toAcknowledge = [];
      this.#call('message.ack', { messageIds: acked }, () => {});
    } else if (this.#draining) this.#later(100, () => this.#step());
    else {
      const { command, input, told } = this.isPerson ? this.#work.nextOfPerson() : this.#work.next(this.agent);
      this.#call(command, input, told);
    }
  }

  #call(command: string, input: Fields, told: (answer: Answer) => void): void {
    const { agent, life } = this;
    const id = `${life}-${this.#requests++}`;
    this.#underWay = true;
    this.#world.write({ k: 'call', agent, life, id, command, input });
    this.#send({ id, command, input, told });
  }

  #send(sending: { id: string; command: string; input: Fields; told: (answer: Answer) => void }): void {
    const { id, command, input, told } = sending;
    const { agent, life, isPerson } = this;
    const { random } = this.#world;
    const connection = this.#connection;
    const sentAt = this.#world.now;
    let settled = false;
    const settle = (write: () => void, go: () => void): void => {
      if (settled) return;
      settled = true;
      write();
      go();
    };
    const gone = (why: 'connection' | 'patience'): void =>
      settle(
        () => this.#world.write({ k: 'gone', id, why }),
        () =>
          this.#later(random.int(130, 300), () => {
            this.#world.write({ k: 'again', id });
            this.#send(sending);
          }),
      );
    const lostOnTheWay = this.#world.chance(this.#weather.lossy);
    if (!lostOnTheWay)
      this.#world.after(random.int(1, 12), () => {
        const answer = this.#hub.execute({ id, agent, life, isPerson, command, input });
        if (answer === undefined) return;
        if (this.#world.chance(this.#weather.lossy)) this.breakConnection();
        this.#receive(connection, () =>
          settle(
            () => {
              this.#world.write({ k: 'answer', id, answer });
              this.#hub.bug.tookEffect ||= answer === this.#hub.unkept;
            },
            () => {
              this.#underWay = false;
              told(answer);
              this.#later(random.int(2, 60), () => this.#step());
            },
          ),
        );
      });
    else this.#world.after(random.int(5, 50), () => this.breakConnection());
    const watch = (): void => {
      if (settled) return;
      if (connection !== this.#connection) gone('connection');
      else if (this.#world.now - sentAt >= PATIENCE_MS) {
        // Of one that has just gone on nobody can say why it has not read the answer.
        this.#hub.bug.tookEffect ||= this.#world.now - this.#continuedAt > 1_000;
        gone('patience');
      } else this.#later(50, watch);
    };
    this.#later(50, watch);
  }
}
