import type { Answer, Fields } from '../history/line.ts';
import { Stops } from './stops.ts';
import { TOY_HUB, type ToyHub } from './toy-hub.ts';
import { number, text } from './toy-state.ts';
import type { ToyWork } from './toy-work.ts';
import type { World } from './world.ts';

const PATIENCE_MS = 11_000;
/** Settled later than this is settled too late. */
const SETTLED_WITHIN_MS = 10_000;
const SCHEDULING_MS = 1_000;
const REPEATED = 0.05;

export interface ToyWeather {
  /** How often a request, or the answer to it, gets lost. */
  lossy: number;
}

interface Sending {
  id: string;
  command: string;
  input: Fields;
  told(answer: Answer): void;
  /** It had an answer `ok` already. */
  repeated?: true;
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
  #connection = 0;
  #channelFreeAt = 0;
  readonly #stops: Stops;
  /** What nobody will ever answer, and whoever sent it goes on waiting for: since when. */
  #waitsSince: number | undefined;
  #ended = false;
  #draining = false;
  #underWay = false;
  #requests = 0;
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
    this.#stops = new Stops(world, (k) => this.#write(k));
  }

  start(): void {
    if (!this.isPerson) this.#write('born');
    this.#connect();
    this.#later(20, () => this.#step());
  }

  kill(): void {
    if (this.#ended) return;
    this.#end();
    this.#write('ended');
  }

  stop(forMs: number): void {
    if (!this.isPerson) this.#stops.stop(forMs, () => !this.#ended);
  }

  drain(): void {
    this.#draining = true;
  }

  /** The run is over, and so is this life. */
  finish(): void {
    if (this.#ended) return;
    this.#end();
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
    if (this.#stops.stopped) this.#stops.whenRunning(() => this.#now(act));
    else act();
  }

  #connect(): void {
    const connection = ++this.#connection;
    this.#channelFreeAt = this.#world.now;
    const hear = (event: string, data: Fields) => this.#receive(connection, () => this.#onPush(event, data));
    if (!this.isPerson) this.#hub.whenRunning(() => this.#hub.connect(this.agent, this.life, { onPush: hear }));
  }

  /** What is sent, at the hub. */
  #reach(afterMs: number, act: () => void): void {
    this.#world.after(afterMs, () => this.#hub.whenRunning(act));
  }

  /** Longer than anybody may have to, without the time in which the hub or this process stood still. */
  #hasWaited(from: number): boolean {
    const stopped = this.#hub.stoppedSince(from) + this.#stops.since(from);
    return this.#world.now - from - stopped > SETTLED_WITHIN_MS + SCHEDULING_MS;
  }

  #end(): void {
    if (this.#waitsSince !== undefined) this.#hub.bug.tookEffect ||= this.#hasWaited(this.#waitsSince);
    this.#ended = true;
  }

  /** Comes after everything that was sent over the connection before; of what is `late` nothing else waits for it. */
  #receive(connection: number, act: () => void, lateMs = 0): void {
    const at = Math.max(this.#channelFreeAt, this.#world.now + this.#world.random.int(1, 12));
    this.#channelFreeAt = at;
    this.#later(at + lateMs - this.#world.now, () => {
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
    this.#world.write({ k: 'call', agent, life, id, command, input, hub: TOY_HUB });
    this.#send({ id, command, input, told });
  }

  /** It was accepted, and is sent all the same. */
  #repeat(sending: Sending): void {
    this.#later(this.#world.random.pick([1, 20, 300]), () => {
      this.#world.write({ k: 'again', id: sending.id, hub: TOY_HUB });
      this.#send({ ...sending, told: () => {}, repeated: true });
    });
  }

  #send(sending: Sending): void {
    const { id, command, input, told } = sending;
    const { agent, life, isPerson } = this;
    const { random } = this.#world;
    const connection = this.#connection;
    const sentAt = this.#world.now;
    const { bug } = this.#hub;
    let settled = false;
    /** The client has a bug, too: it waits for ever. */
    let isPatient = false;
    let unsettled = false;
    const settle = (write: () => void, go: () => void): void => {
      if (settled) return;
      settled = true;
      this.#waitsSince = undefined;
      write();
      go();
    };
    const gone = (why: 'connection' | 'patience'): void =>
      settle(
        () => this.#world.write({ k: 'gone', id, why }),
        () =>
          this.#later(random.int(130, 300), () => {
            this.#world.write({ k: 'again', id, hub: TOY_HUB });
            this.#send(sending);
          }),
      );
    const lostOnTheWay = this.#world.chance(this.#weather.lossy);
    if (!lostOnTheWay)
      this.#reach(random.int(1, 12), () => {
        if (!isPerson && bug.strikes('never answered', this.#world.now)) {
          isPatient = true;
          this.#waitsSince = sentAt;
          return;
        }
        const answer = this.#hub.execute({ id, agent, life, isPerson, command, input });
        if (answer === undefined) {
          unsettled = true;
          return;
        }
        if (this.#world.chance(this.#weather.lossy)) this.breakConnection();
        isPatient = bug.strikes('answered too late', this.#world.now);
        this.#receive(
          connection,
          () =>
            settle(
              () => {
                this.#world.write({ k: 'answer', id, answer });
                bug.tookEffect ||= isPatient && this.#hasWaited(sentAt);
                bug.tookEffect ||=
                  answer === this.#hub.unkept || (sending.repeated === true && answer === this.#hub.otherwise);
              },
              () => {
                told(answer);
                // What had nothing to do is not remembered.
                if (answer.ok && answer.task !== null && this.#world.chance(REPEATED)) this.#repeat(sending);
                else {
                  this.#underWay = false;
                  this.#later(random.int(2, 60), () => this.#step());
                }
              },
            ),
          isPatient ? random.int(11_100, 14_000) : 0,
        );
      });
    else this.#world.after(random.int(5, 50), () => this.breakConnection());
    const watch = (): void => {
      if (settled) return;
      if (connection !== this.#connection) gone('connection');
      else if (this.#world.now - sentAt >= PATIENCE_MS && !isPatient) {
        // Of one that has just gone on nobody can say why it has not read the answer.
        const read = this.#world.now - this.#stops.continuedAt > SCHEDULING_MS;
        const waited = this.#world.now - sentAt - this.#hub.stoppedSince(sentAt);
        bug.tookEffect ||= unsettled && read && waited > SETTLED_WITHIN_MS;
        gone('patience');
      } else this.#later(50, watch);
    };
    this.#later(50, watch);
  }
}
