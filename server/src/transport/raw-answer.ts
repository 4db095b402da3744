import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, type Refusal } from '@signalbox/shared/errors';
import { failed } from './socket-commands.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const textOf = (refusal: Refusal): string => JSON.stringify(failed(refusal));
const statusOf = ({ refused }: Refusal): number => ERRORS[refused.code].status;

/** Refuses a request that never comes to Express. `status` where HTTP has a closer word, also below. */
export function answerPlain(response: ServerResponse, refusal: Refusal, status = statusOf(refusal)): void {
  response.statusCode = status;
  response.setHeader('Content-Type', JSON_TYPE);
  response.end(textOf(refusal));
}

/** Refuses where there is no response to write to, and ends the connection. */
export function answerRaw(pipe: Duplex, refusal: Refusal, status = statusOf(refusal)): void {
  pipe.on('error', () => {
    // Whoever sent that may be gone already.
  });
  const body = textOf(refusal);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Cache-Control: no-store',
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  pipe.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
