import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { hear } from './client.ts';
import type { Inputs } from './inputs.ts';
import { open } from './open.ts';
import type { RawSocket } from './raw-socket.ts';
import { TURNED_AWAY, type Verdicts } from './verdicts.ts';

const AT_ONCE = 48;
const ANSWER_WITHIN_MS = 11_000;
const WAIT_AFTER_REFUSAL_MS = 500;
const BACK_AFTER_MS = 20;
/** Names that are no command. */
const NO_COMMANDS = [
  '__proto__',
  'constructor',
  'lock.claim ',
  'LOCK.CLAIM',
  'lock',
  '.',
  '',
  'toString.call',
  'x'.repeat(2_000),
  'a\u0000.b',
];

export interface Door {
  namespace: string;
  /** `auth` of the handshake. */
  auth: object;
  /** Sent first, and answered before anything else is. */
  subscribe?: object;
}

export interface TalkerOptions {
  hub: URL;
  door: Door;
  inputs: Inputs;
  random: Random;
  verdicts: Verdicts;
  /** Takes one from what is still to be sent; false when there is nothing more. */
  take(): boolean;
  /** So many were turned away, or never answered: nobody knows that they were looked at, and they do not count. */
  giveBack(frames: number): void;
}

/** A client that keeps to the protocol of the frames, and to nothing else: every request wants its answer. */
export class Talker {
  readonly #options: TalkerOptions;
  /** What was sent under each id and has no answer: the same id may be used several times. */
  readonly #open = new Map<string, string[]>();
  #waiting = 0;
  #nextId = 0;
  #turnedAway = false;
  /** Sent without an id: the ids from which on an answer says that they were read. */
  #silent: number[] = [];
  /** Why the hub is about to end the connection, in its own words. */
  #farewell: string | undefined;
  #heard: () => void = () => {};
  #over = false;

  constructor(options: TalkerOptions) {
    this.#options = options;
  }

  /** Comes back after every end of the connection, until nothing is left to be sent. */
  async run(): Promise<void> {
    while (!this.#over) {
      const socket = await open(this.#options.hub, this.#options.verdicts);
      if (socket !== undefined) await this.#converse(socket);
      socket?.destroy();
      await delay(BACK_AFTER_MS);
    }
  }

  async #converse(socket: RawSocket): Promise<void> {
    const { namespace, auth, subscribe } = this.#options.door;
    const end = { code: 0 as number | undefined, was: false };
    let joined: boolean | undefined;
    socket.onText = (text) => {
      const heard = hear(text);
      if (heard.kind === 'ping') socket.send('3');
      else if (heard.kind === 'connected') joined = true;
      else if (heard.kind === 'refused') {
        joined = false;
        this.#options.verdicts.refusedHandshake(heard.error, JSON.stringify(this.#options.door.namespace));
      } else if (heard.kind === 'farewell') this.#farewell = heard.why;
      else if (heard.kind === 'answer') this.#answered(heard.id, heard.text);
      this.#heard();
    };
    void socket.ended.then(({ code }) => {
      Object.assign(end, { code, was: true });
      this.#heard();
    });
    socket.send(`40${namespace},${JSON.stringify(auth)}`);
    await this.#until(() => joined !== undefined || end.was, 'the handshake');
    if (joined === true && subscribe !== undefined) {
      this.#send(socket, `["subscribe",${JSON.stringify(subscribe)}]`);
      await this.#until(() => this.#waiting === 0 || end.was, 'subscribe');
    }
    // What was not even let in has nothing under way that would count.
    const talks = joined === true && this.#waiting === 0;
    if (talks) await this.#talk(socket, end);
    if (end.was && joined !== false) this.#ended(end.code);
    if (talks) this.#options.giveBack(this.#waiting + this.#silent.length);
    this.#open.clear();
    this.#waiting = 0;
    this.#silent = [];
    this.#farewell = undefined;
    if (joined === false) await delay(WAIT_AFTER_REFUSAL_MS);
  }

  /** Nothing a talker sends may end its connection: the hub says why it does, or it was its own wish. */
  #ended(code: number | undefined): void {
    const { verdicts } = this.#options;
    const [oldest = ''] = [...this.#open.values()].flat();
    if (this.#farewell !== undefined) verdicts.count(`closed: ${this.#farewell}`);
    else
      verdicts.find(
        `a connection that ended without a word, ${this.#waiting === 0 ? 'idle' : 'with requests waiting'}`,
        oldest,
        `${this.#waiting} waiting, code ${code}`,
      );
  }

  async #talk(socket: RawSocket, end: { was: boolean }): Promise<void> {
    while (!end.was) {
      if (this.#turnedAway) {
        this.#turnedAway = false;
        await delay(WAIT_AFTER_REFUSAL_MS);
      }
      socket.together(() => {
        while (this.#waiting < AT_ONCE && this.#options.take()) this.#sendNext(socket);
      });
      const before = this.#waiting;
      // As long as something waits it may be given back, and is to be sent again.
      if (before === 0) {
        this.#over = true;
        return;
      }
      const settled = await this.#until(() => end.was || this.#waiting < Math.max(1, before / 2), 'an answer');
      if (!settled) return;
    }
  }

  #sendNext(socket: RawSocket): void {
    const { inputs, random, door } = this.#options;
    const command = inputs.command(random, random.chance(0.95) ? door.namespace : '');
    const input = inputs.text(command, random);
    const name = JSON.stringify(command.name);
    const odd = random.below(100);
    let event = `[${name},${input}]`;
    if (odd === 0) event = `[${JSON.stringify(random.pick(NO_COMMANDS))},${input}]`;
    else if (odd === 1) event = `[${name},${input},${input}]`;
    else if (odd === 2) event = `[${name}]`;
    else if (odd === 3 && door.subscribe !== undefined) event = `["subscribe",${input}]`;
    // Whoever gives no id wants no answer; only the one to a leave says why the connection ends.
    if (odd === 4 && command.name !== 'agent.leave') {
      this.#silent.push(this.#nextId);
      socket.send(`42${door.namespace},${event}`);
    } else this.#send(socket, event, odd === 5);
  }

  #send(socket: RawSocket, event: string, again = false): void {
    const id = String(again ? Math.max(0, this.#nextId - 1) : this.#nextId++);
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, [event]);
    else open.push(event);
    this.#waiting += 1;
    socket.send(`42${this.#options.door.namespace},${id}${event}`);
  }

  #answered(id: string, text: string): void {
    const { verdicts } = this.#options;
    const sent = this.#open.get(id)?.shift();
    if (sent === undefined) {
      verdicts.find('an answer to nothing that was sent', id, text);
      return;
    }
    if (this.#open.get(id)?.length === 0) this.#open.delete(id);
    this.#waiting -= 1;
    this.#silent = this.#silent.filter((from) => from > Number(id));
    const kind = verdicts.answer(text, sent);
    // Whoever is somebody else's, or nobody's, by now was told so with each answer; a leave was its own wish.
    if (kind === 'SUPERSEDED' || (kind === 'ok' && sent.startsWith('["agent.leave"'))) this.#farewell ??= 'left';
    if (!TURNED_AWAY.has(kind)) return;
    this.#turnedAway = true;
    this.#options.giveBack(1);
  }

  /** False, and a finding, when the hub leaves it open. */
  async #until(holds: () => boolean, what: string): Promise<boolean> {
    const deadline = performance.now() + ANSWER_WITHIN_MS;
    while (!holds()) {
      const left = deadline - performance.now();
      if (left <= 0) {
        const [oldest = ''] = [...this.#open.values()].flat();
        this.#options.verdicts.find(`no answer in ${ANSWER_WITHIN_MS} ms: ${what}`, oldest, '');
        return false;
      }
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
      this.#heard = () => {};
    }
    return true;
  }
}
