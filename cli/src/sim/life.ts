import { AgentClient } from '@signalbox/sdk/agent-client';
import type { DirectiveCall } from '@signalbox/sdk/directives';
import { SignalboxError } from '@signalbox/sdk/errors';
import type { Settings } from '@signalbox/sdk/local-hub';
import type { OpenSocket } from '@signalbox/sdk/socket';
import type { Timers } from '@signalbox/sdk/timers';
import type { Member } from './cast.ts';
import type { Line, Pace } from './pace.ts';
import { Weather } from './weather.ts';

/** So many connect at the same moment that a busy hub may take its time. */
const CONNECT_WITHIN_MS = 30_000;

/** What all of the fleet share. */
export interface World {
  hub: Settings;
  pace: Pace;
  timers: Timers;
  open: OpenSocket;
  /** Something that no hub and no fault explains. */
  onThrow(error: unknown): void;
}

/** One process of an agent: a client of the public SDK, with bad weather around it. */
export class Life {
  readonly client: AgentClient;
  readonly weather: Weather;
  /** What it answers when a person asks. */
  doing = 'I have no task at the moment.';
  readonly #pace: Pace;

  constructor(member: Member, { hub, pace, timers, open, onThrow }: World) {
    this.#pace = pace;
    this.weather = new Weather(open, timers);
    this.client = new AgentClient({ ...member, ...hub }, { openSocket: this.weather.open, timers });
    this.client.onError((_what, error) => isExpected(error) || onThrow(error));
    this.client.onDirective((call) => this.#obey(call));
  }

  get isLive(): boolean {
    return this.client.state.state === 'live';
  }

  async connect(): Promise<void> {
    await this.client.connect({ timeoutMs: CONNECT_WITHIN_MS });
  }

  /** Resolves when the agent may change something: it has its turn, and no person has paused it. */
  async turn(line: Line): Promise<void> {
    do {
      await this.#whenNotPaused();
      await this.#pace.turn(line);
    } while (this.client.paused);
  }

  /** Leaves the hub if it is there; its tasks and locks are free at once. */
  async leave(reason: string): Promise<void> {
    if (this.isLive) await this.client.leave(reason).catch(() => undefined);
    this.close();
  }

  /** At once, without a word to the hub. */
  close(): void {
    this.client.close();
    this.weather.close();
  }

  #whenNotPaused(): Promise<void> {
    if (!this.client.paused) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.client.onPaused((paused) => {
        if (paused) return;
        off();
        resolve();
      });
    });
  }

  /** Every receipt stands for something that this agent does, made up as it is. */
  async #obey({ directive, read, acknowledge, done }: DirectiveCall): Promise<void> {
    await this.#pace.turn('urgent');
    await read();
    await this.#pace.turn('urgent');
    switch (directive.action) {
      case 'ask':
        return done(`${this.doing} I am simulated.`);
      case 'pause':
        return acknowledge('Pausing after this step.');
      case 'resume':
        return done('Going on.');
      case 'drain':
        return acknowledge('Finishing what I have.');
      // The hub has done it already, and tells me with the task.
      case 'assign':
      case 'cancel':
        return acknowledge(this.doing);
      case 'checkpoint':
        return acknowledge('I save after each step; the hub sees it.');
      case 'say':
        return acknowledge('Read. I am simulated and go on with my script.');
    }
  }
}

/** A refusal of the hub, or the end of a connection or an attempt: counted at the wire, and part of the play. */
export const isExpected = (error: unknown): boolean => error instanceof SignalboxError;
