import { SOCKET_PATH } from '@signalbox/shared/endpoints';
import type { ErrorBody } from '@signalbox/shared/errors';
import { io } from 'socket.io-client';
import { isErrorBody } from './answer.ts';

const HANDSHAKE_TIMEOUT_MS = 5_000;

export interface SocketAddress {
  /** undefined in a browser: the page's own origin. */
  url: string | undefined;
  namespace: string;
  auth: Record<string, unknown>;
}

/** What a connection reports. After `refused` or `closed` nothing more comes. */
export interface SocketHandlers {
  opened(): void;
  /** `error` null: nobody answered there; `message` says how it failed. */
  refused(error: ErrorBody | null, message: string): void;
  closed(reason: string): void;
  event(name: string, payload: unknown, ack: (answer?: unknown) => void): void;
}

export interface SocketPort {
  emit(event: string, payload: unknown, ack: (answer: unknown) => void): void;
  /** Ends the connection without a report. */
  close(): void;
}

/** One connection, tried once: reconnecting is decided by whoever owns it. */
export type OpenSocket = (address: SocketAddress, handlers: SocketHandlers) => SocketPort;

export const openSocket: OpenSocket = ({ url, namespace, auth }, handlers) => {
  const options = {
    path: SOCKET_PATH,
    transports: ['websocket'],
    auth,
    reconnection: false,
    forceNew: true,
    timeout: HANDSHAKE_TIMEOUT_MS,
  };
  const socket = url === undefined ? io(namespace, options) : io(new URL(namespace, url).href, options);
  let over = false;
  const end = (report: () => void) => {
    if (over) return;
    over = true;
    socket.offAny();
    socket.disconnect();
    report();
  };
  socket.on('connect', () => handlers.opened());
  socket.on('connect_error', (error: Error & { data?: unknown }) =>
    end(() => handlers.refused(isErrorBody(error.data) ? error.data : null, error.message)),
  );
  socket.on('disconnect', (reason) => end(() => handlers.closed(reason)));
  socket.onAny((name: string, ...args: unknown[]) => {
    const last = args.at(-1);
    handlers.event(name, args[0], typeof last === 'function' ? (answer) => void last(answer) : () => undefined);
  });
  return {
    emit: (event, payload, ack) => void socket.emit(event, payload, ack),
    close: () => end(() => undefined),
  };
};
