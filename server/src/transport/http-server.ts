import { createServer, type Server } from 'node:http';
import type { Strangers } from './strangers.ts';

export interface HttpLimits {
  /** From the first byte of a request, or from the connection on, to the end of its headers. */
  headersMs: number;
  /** To the end of its body. */
  requestMs: number;
  /** Nothing moves on the connection, either way. Sockets have their own pings. */
  idleMs: number;
  /** How often the first two are looked at. */
  lookEveryMs: number;
}

/** 2 MB come within a minute even over a slow line, and no command takes 30 s. */
const LIMITS: HttpLimits = { headersMs: 10_000, requestMs: 60_000, idleMs: 30_000, lookEveryMs: 1_000 };

/** The server of all faces, with an end to whatever a client begins and does not finish. */
export function createHttpServer(strangers: Strangers, limits = LIMITS): Server {
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.lookEveryMs,
  });
  server.setTimeout(limits.idleMs);
  server.on('connection', (socket) => strangers.add(socket));
  return server;
}
