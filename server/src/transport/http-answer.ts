import { ERRORS, type Refusal, refuse } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { failed } from './socket-commands.ts';

/** Sends the answer of a command with the status its code stands for. */
export function sendAck(response: Response, ack: Ack<object>): void {
  response.setHeader('Cache-Control', 'no-store');
  if (ack.ok) return void response.json(ack);
  const { code, retry } = ack.error;
  if (code === 'UNAUTHENTICATED') response.setHeader('WWW-Authenticate', 'Bearer realm="signalbox"');
  if (retry !== undefined) response.setHeader('Retry-After', Math.max(1, Math.ceil(retry.afterMs / 1_000)));
  response.status(ERRORS[code].status).json(ack);
}

export const sendRefusal = (response: Response, refusal: Refusal): void => sendAck(response, failed(refusal));

export const notFound: RequestHandler = (request, response) =>
  sendRefusal(
    response,
    refuse('NOT_FOUND', `There is nothing at ${request.method} ${request.path}; /docs lists what there is.`),
  );

/** What Express and its body parser throw, as typed refusals. */
export const errorHandler =
  (onThrow: (where: string, error: unknown) => Refusal): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    // The answer is on its way already: all that is left is to end it.
    if (response.headersSent) return next(error);
    sendRefusal(response, refusalOf(error) ?? onThrow(`${request.method} ${request.path}`, error));
  };

function refusalOf(error: unknown): Refusal | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { type, limit, length } = error as { type?: string; limit?: number; length?: number };
  switch (type) {
    case 'entity.too.large':
      return refuse('BAD_INPUT', `The body may have at most ${limit} bytes; this has ${length ?? 'more'}.`, {
        details: { maxBytes: limit, bytes: length },
      });
    case 'entity.parse.failed':
      return refuse('BAD_INPUT', 'The body is not valid JSON.');
    default:
      return typeof error.status === 'number' && error.status >= 400 && error.status < 500
        ? refuse(
            'BAD_INPUT',
            `The request cannot be read: ${error instanceof Error ? error.message : 'it is malformed'}.`,
          )
        : undefined;
  }
}
