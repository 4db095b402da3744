import { type ErrorCode, type Refusal, refuse } from '@signalbox/shared/errors';
import { FRAME_MAX_BYTES, LARGE_COMMAND_MAX_BYTES } from '@signalbox/shared/limits';
import { Intake } from './intake.ts';
import type { Outbox } from './outbound.ts';
import { type Deadline, type SettleInTime, unanswered } from './settle-in-time.ts';
import { failed, type SocketCommand } from './socket-commands.ts';
import type { Connection } from './wire.ts';

/** So many commands of one connection are under way at once; together with group commit far above any rate limit. */
const MAX_RUNNING = 32;
/** Large inputs under way together; one alone always runs. */
const MAX_RUNNING_BYTES = LARGE_COMMAND_MAX_BYTES;
/** While so many wait the connection is not read. What the kernel had handed over comes regardless. */
const FULL_AT = 64;
const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = FRAME_MAX_BYTES;

/** Whoever is refused like this is not read for the time it was told to wait. */
const HOLDS: ReadonlySet<ErrorCode> = new Set(['RATE_LIMITED', 'OVERLOADED']);

interface Waiting {
  command: SocketCommand;
  run(): Promise<object> | object;
  deadline: Deadline;
}

export interface CommandLaneOptions {
  /** Answers take their turn among all that the client is sent. */
  outbox: Outbox;
  inTime: SettleInTime;
  onThrow(where: string, error: unknown): Refusal;
}

/**
 * The commands of one connection, started in the order they came. A client that sends faster than it may, or without
 * reading the answers, is held up here, so that what waits for it stays bounded.
 */
export class CommandLane {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #inTime: SettleInTime;
  readonly #onThrow: (where: string, error: unknown) => Refusal;
  readonly #intake: Intake;
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #runningBytes = 0;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #asked = false;
  #resuming = false;

  constructor(connection: Connection, { outbox, inTime, onThrow }: CommandLaneOptions) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#inTime = inTime;
    this.#onThrow = onThrow;
    this.#intake = new Intake(connection);
  }

  /** Answers the command with what `run` returns or resolves with, now or when it is its turn. */
  take(command: SocketCommand, run: () => Promise<object> | object): void {
    if (this.#waiting.length === 0 && this.#mayStart(command)) {
      this.#start(command, run);
      return;
    }
    const bytes = this.#waitingBytes + command.bytes;
    if (this.#waiting.length >= MAX_WAITING || (this.#waiting.length > 0 && bytes > MAX_WAITING_BYTES)) {
      this.#answer(command, failed(tooMany()));
      return;
    }
    this.#wait(command, run);
    this.#waitingBytes = bytes;
    if (this.#waiting.length >= FULL_AT || bytes > MAX_RUNNING_BYTES) this.#intake.full(true);
    this.#resume();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #mayStart({ bytes }: SocketCommand): boolean {
    return (
      this.#running < MAX_RUNNING &&
      (this.#running === 0 || this.#runningBytes + bytes <= MAX_RUNNING_BYTES) &&
      this.#outbox.flows
    );
  }

  /** From here on it is answered in time, whether its turn comes or not: begun later it has no time of its own. */
  #wait(command: SocketCommand, run: Waiting['run']): void {
    let answered = false;
    const once = (answer: object): void => {
      deadline.off();
      if (!answered) command.answer(answer);
      answered = true;
    };
    const waiting: Waiting = {
      command: { ...command, answer: once },
      run,
      deadline: this.#inTime.watch(() => this.#late(waiting)),
    };
    const { deadline } = waiting;
    this.#waiting.push(waiting);
  }

  #late(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at === -1) {
      this.#answer(waiting.command, failed(unanswered(waiting.command.name)));
      return;
    }
    this.#waiting.splice(at, 1);
    this.#drop(waiting);
    this.#resume();
  }

  #drop({ command, deadline }: Waiting): void {
    deadline.off();
    this.#waitingBytes -= command.bytes;
    this.#answer(command, failed(neverBegun()));
  }

  #start(command: SocketCommand, run: Waiting['run']): void {
    this.#running += 1;
    this.#runningBytes += command.bytes;
    const thrown = (error: unknown): object => failed(this.#onThrow(command.name, error));
    let answer: Promise<object> | object;
    try {
      answer = run();
    } catch (error) {
      answer = thrown(error);
    }
    // Most heartbeats are answered at once: a promise each would cost more than they do.
    if (answer instanceof Promise)
      answer.then(
        (settled: object) => this.#finish(command, settled),
        (error: unknown) => this.#finish(command, thrown(error)),
      );
    else this.#finish(command, answer);
  }

  #finish(command: SocketCommand, answer: object): void {
    this.#intake.hold(toldToWait(answer));
    this.#outbox.send([
      () => {
        command.answer(answer);
        this.#ended(command);
      },
    ]);
  }

  #ended({ bytes }: SocketCommand): void {
    this.#running -= 1;
    this.#runningBytes -= bytes;
    this.#resume();
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #resume(): void {
    // Nobody waits for these any more.
    if (this.#connection.readyState !== 'open') for (const { deadline } of this.#waiting.splice(0)) deadline.off();
    // Those answered at once come back here: one loop for all, or the stack would not hold them.
    if (this.#resuming) return;
    this.#resuming = true;
    for (let next = this.#waiting[0]; next !== undefined && this.#mayStart(next.command); next = this.#waiting[0]) {
      this.#waiting.shift();
      if (next.deadline.isNear()) {
        this.#drop(next);
        continue;
      }
      this.#waitingBytes -= next.command.bytes;
      this.#start(next.command, next.run);
    }
    this.#resuming = false;
    if (this.#waiting.length < FULL_AT / 2 && this.#waitingBytes <= MAX_RUNNING_BYTES / 2) this.#intake.full(false);
    // Nothing that is under way will remind of what waits.
    if (this.#waiting.length > 0 && this.#running === 0) this.#askAgain();
  }

  #askAgain(): void {
    if (this.#asked) return;
    this.#asked = true;
    const again = (): void => {
      this.#asked = false;
      this.#resume();
    };
    this.#outbox.send([() => void setImmediate(again)]);
  }

  #answer(command: SocketCommand, answer: object): void {
    this.#intake.hold(toldToWait(answer));
    this.#outbox.send([() => command.answer(answer)]);
  }
}

function toldToWait(answer: object): number {
  const { error } = answer as { error?: { code: ErrorCode; retry?: { afterMs: number } } };
  return error !== undefined && HOLDS.has(error.code) ? (error.retry?.afterMs ?? 0) : 0;
}

const tooMany = (): Refusal =>
  refuse('OVERLOADED', 'Too many of your commands wait for their turn; send fewer at once.');

const neverBegun = (): Refusal =>
  refuse(
    'STORAGE_UNAVAILABLE',
    'The hub did not come to this in time; nothing was written. Send it again after the delay.',
  );
