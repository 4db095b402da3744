import { Redis } from 'ioredis';

export interface RedisAddress {
  url?: string;
  /** Path of a unix socket. */
  socketPath?: string;
}

/** No answer within this: the outcome is unknown, and whoever asked decides what to do. */
const COMMAND_TIMEOUT_MS = 3_000;
/** Not a byte for so long, with commands under way: the connection leads nowhere any more, whatever TCP believes. */
const SILENCE_TIMEOUT_MS = 2 * COMMAND_TIMEOUT_MS;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MAX_MS = 500;

/**
 * The hub's Redis client. Nothing is ever resent behind our back (by default ioredis sends unanswered commands again
 * after a reconnect, and a script ran twice) and nothing waits in an offline queue, so that every call settles.
 */
export function createRedisClient(address: RedisAddress): Redis {
  const options = {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    lazyConnect: true,
    retryStrategy: (times: number) => Math.min(times * 25, RECONNECT_MAX_MS),
  };
  if (address.socketPath !== undefined) return new Redis({ ...options, path: address.socketPath });
  return new Redis(address.url ?? 'redis://127.0.0.1:6379', options);
}
