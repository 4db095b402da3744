import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuse } from '@signalbox/shared/errors';
import { answerPlain, answerRaw } from './raw-answer.ts';
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
    // Asked after at the door, with an answer that says what is wrong.
    requireHostHeader: false,
    // Two of what may be there once are one that is wrong, not whichever comes first.
    joinDuplicateHeaders: true,
  });
  answerGarbage(server);
  server.setTimeout(limits.idleMs);
  server.on('connection', (socket) => strangers.add(socket));
  return server;
}

/** What Node's parser gives up on, and what it would answer without a word itself. */
function answerGarbage(server: Server): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => void answering.set(socket, response));
  server.on('checkExpectation', (_request, response) => {
    answerPlain(response, refuse('BAD_INPUT', 'Expect: only 100-continue can be expected here.'), 417);
  });
  server.on('clientError', (error: Error & { code?: string }, pipe) => {
    const response = answering.get(pipe);
    // In the middle of an answer to what came before, anything more would be read as a part of it.
    const midway = response?.headersSent === true && !response.writableFinished;
    if (!pipe.writable || midway) return pipe.destroy();
    const [status, message] = GARBAGE[error.code ?? ''] ?? NOT_HTTP;
    answerRaw(pipe, refuse('BAD_INPUT', message), status);
    return undefined;
  });
}

const NOT_HTTP = [400, 'This is not a request of HTTP/1.1; nothing of it was looked at.'] as const;
const GARBAGE: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come to its end in time; send it again.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions of the body are too large.'],
};
