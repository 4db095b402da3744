import {
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
} from 'redis';

const OF_CONNECTIONS = [
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
];
/** It is there, and does not answer yet. */
const NOT_YET = /^(LOADING|BUSY) /;

/** Says the error that Redis cannot be reached just now, and nothing else? */
export function isAway(error: unknown): boolean {
  if (error instanceof ErrorReply) return NOT_YET.test(error.message);
  if (OF_CONNECTIONS.some((kind) => error instanceof kind)) return true;
  // Of the system: a connection that is refused, or reset.
  return error instanceof Error && 'syscall' in error;
}
