import type { OpenSocket, SocketHandlers } from '@signalbox/sdk/socket';
import type { Timers } from '@signalbox/sdk/timers';
import type { Off } from '@signalbox/shared/listeners';

const CUT = 'cut by the simulation';

/** What happens to one agent between itself and the hub: its network is cut, or its machine stands still. */
export class Weather {
  readonly #open: OpenSocket;
  readonly #timers: Timers;
  #awayUntil = 0;
  #cut: () => void = () => undefined;
  #frozen = false;
  #stopThaw: Off = () => undefined;
  /** What would have gone in or out meanwhile, in order. */
  #held: (() => void)[] = [];

  constructor(open: OpenSocket, timers: Timers) {
    this.#open = open;
    this.#timers = timers;
  }

  /** The connection ends without a word, and so does every try within `ms`. */
  cut(ms: number): void {
    this.#awayUntil = this.#timers.monotonic() + ms;
    this.#cut();
  }

  /** Nothing comes or goes for `ms`, and then all of it. */
  freeze(ms: number): void {
    this.#frozen = true;
    this.#stopThaw();
    this.#stopThaw = this.#timers.after(ms, () => {
      this.#frozen = false;
      for (const pass of this.#held.splice(0)) pass();
    });
  }

  /** Its agent is gone: what was held never arrives. */
  close(): void {
    this.#stopThaw();
  }

  readonly open: OpenSocket = (address, handlers) => {
    if (this.#timers.monotonic() < this.#awayUntil) return this.#unreachable(handlers);
    let over = false;
    const pass = (run: () => void): void => {
      if (this.#frozen) this.#held.push(() => pass(run));
      else if (!over) run();
    };
    const socket = this.#open(address, {
      opened: () => pass(() => handlers.opened()),
      refused: (error, message) => pass(() => handlers.refused(error, message)),
      closed: (reason) => pass(() => handlers.closed(reason)),
      event: (name, payload, ack) => pass(() => handlers.event(name, payload, ack)),
    });
    const close = (): void => {
      over = true;
      socket.close();
    };
    this.#cut = () => {
      if (over) return;
      close();
      handlers.closed(CUT);
    };
    return {
      emit: (name, payload, ack) => pass(() => socket.emit(name, payload, (answer) => pass(() => ack(answer)))),
      close,
    };
  };

  #unreachable(handlers: SocketHandlers): { emit(): void; close(): void } {
    const stop = this.#timers.after(0, () => handlers.refused(null, CUT));
    return { emit: () => undefined, close: stop };
  }
}
