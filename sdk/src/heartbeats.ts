import type { CommandInput, CommandOutput } from '@signalbox/shared/commands';
import type { Off } from '@signalbox/shared/listeners';
import type { Activity } from '@signalbox/shared/records/agent';
import type { Connection } from './connection.ts';
import type { Timers } from './timers.ts';

export type Usage = NonNullable<CommandInput<'agent.heartbeat'>['usage']>;
type Beat = CommandOutput<'agent.heartbeat'> & { epoch: number; seq: number };

/** Says at the agreed pace that the process lives, and what it is doing. Starts with `live`, stops with anything else. */
export class Heartbeats {
  readonly #connection: Connection;
  readonly #timers: Timers;
  readonly #answered: (beat: Beat) => void;
  /** What the hub does not know yet. */
  #news: { activity?: Activity; usage?: Usage } = {};
  #everyMs = 0;
  #stop: Off = () => undefined;

  constructor(connection: Connection, timers: Timers, answered: (beat: Beat) => void) {
    this.#connection = connection;
    this.#timers = timers;
    this.#answered = answered;
  }

  start(everyMs: number): void {
    this.#everyMs = everyMs;
    this.#beat();
  }

  stop(): void {
    this.#stop();
    this.#everyMs = 0;
  }

  /** With the next beat, which comes at once. */
  tell(news: { activity?: Activity; usage?: Usage }): void {
    this.#news = { ...this.#news, ...news };
    if (this.#everyMs > 0) this.#beat();
  }

  #beat(): void {
    this.#stop();
    this.#stop = this.#timers.after(this.#everyMs, () => this.#beat());
    const news = this.#news;
    this.#news = {};
    void this.#connection
      .ask<CommandOutput<'agent.heartbeat'>>('agent.heartbeat', news, this.#everyMs)
      .then((answer) => {
        if (answer?.ok === true) this.#answered(answer);
        // Not heard: said again with the next beat, unless there is newer news.
        else if (answer === null) this.#news = { ...news, ...this.#news };
      });
  }
}
