import type { ErrorBody } from '@signalbox/shared/errors';
import type { OpenSocket, SocketAddress, SocketHandlers } from '../socket.ts';

export interface Sent {
  event: string;
  payload: Record<string, unknown>;
  answer(fields: object): void;
  refuse(code: ErrorBody['code'], message?: string, afterMs?: number): void;
}

/** One connection as the hub sees it; the test is the hub. */
export class HandMadeSocket {
  readonly address: SocketAddress;
  readonly handlers: SocketHandlers;
  readonly sent: Sent[] = [];
  closed = false;

  constructor(address: SocketAddress, handlers: SocketHandlers) {
    this.address = address;
    this.handlers = handlers;
  }

  /** Everything sent of that name, oldest first. */
  all(event: string): Sent[] {
    return this.sent.filter((sent) => sent.event === event);
  }

  last(event: string): Sent {
    const found = this.all(event).at(-1);
    if (found === undefined)
      throw new Error(`nothing sent as ${event}; sent: ${this.sent.map((s) => s.event).join(' ')}`);
    return found;
  }

  push(event: string, payload: unknown): { acked: boolean } {
    const seen = { acked: false };
    if (!this.closed)
      this.handlers.event(event, payload, () => {
        seen.acked = true;
      });
    return seen;
  }

  cut(reason = 'transport close'): void {
    this.closed = true;
    this.handlers.closed(reason);
  }
}

/** A wire without a network: every connection tried stands in `sockets`. */
export class HandMadeWire {
  readonly sockets: HandMadeSocket[] = [];

  get socket(): HandMadeSocket {
    const newest = this.sockets.at(-1);
    if (newest === undefined) throw new Error('no connection was tried');
    return newest;
  }

  open: OpenSocket = (address, handlers) => {
    const socket = new HandMadeSocket(address, handlers);
    this.sockets.push(socket);
    return {
      emit: (event, payload, ack) => {
        socket.sent.push({
          event,
          payload: { ...(typeof payload === 'object' ? payload : {}) },
          answer: (fields) => ack({ ok: true, epoch: 1, seq: 1, ...fields }),
          refuse: (code, message = code, afterMs) =>
            ack({ ok: false, error: { code, message, ...(afterMs === undefined ? {} : { retry: { afterMs } }) } }),
        });
      },
      close: () => {
        socket.closed = true;
      },
    };
  };
}
