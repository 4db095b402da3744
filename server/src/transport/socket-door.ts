import { type IncomingMessage, ServerResponse } from 'node:http';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import { stopping } from '../ledger/unsettled.ts';
import type { HostRule } from './hosts.ts';
import { answerPlain, answerRaw } from './raw-answer.ts';

const ENGINE_PROTOCOL = '4';
/** 16 bytes as base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSIONS: ReadonlySet<string> = new Set(['8', '13']);

export interface SocketDoorOptions {
  hosts: HostRule;
  isDraining(): boolean;
}

/** What Engine.IO asks before it looks at a request itself; for an upgrade it has no real response at hand. */
export type SocketDoor = (request: IncomingMessage, response: unknown, next: () => void) => void;

/**
 * Stands before Engine.IO, which would ask nobody about a request that names a connection there is (`sid`), and whose
 * own refusals are none of ours: only a new WebSocket under a name of this hub goes through.
 */
export function createSocketDoor(options: SocketDoorOptions): SocketDoor {
  return (request, response, next) => {
    const plain = response instanceof ServerResponse;
    const refusal = refuseConnection(request, options, plain);
    if (refusal === undefined) next();
    else if (plain) answerPlain(response, refusal);
    else answerRaw(request.socket, refusal);
  };
}

/** Browsers always say where a page is from; other clients do not, and are told apart by their token. */
function refuseConnection(
  { headers, method, url = '' }: IncomingMessage,
  { hosts, isDraining }: SocketDoorOptions,
  plain: boolean,
): Refusal | undefined {
  if (!hosts.allows(headers.host))
    return refuse(
      'FORBIDDEN',
      'Host: this is not a name of this hub. Call it by the address it printed at its start, or set --host.',
    );
  if (headers.origin !== undefined && !hosts.isOwnOrigin(headers.origin, headers.host))
    return refuse('FORBIDDEN', 'Origin: pages of other sites may not connect to this hub.');
  if (isDraining()) return stopping();
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  if (plain || method !== 'GET' || query.get('transport') !== 'websocket' || query.has('sid'))
    return refuse('BAD_INPUT', 'Only new WebSockets are spoken here: connect with transports: ["websocket"].');
  if (query.get('EIO') !== ENGINE_PROTOCOL)
    return refuse(
      'UNSUPPORTED_PROTOCOL',
      `EIO: this hub speaks version ${ENGINE_PROTOCOL} of Engine.IO; use a Socket.IO client of version 3 or newer.`,
    );
  const { upgrade, 'sec-websocket-key': key = '', 'sec-websocket-version': version = '' } = headers;
  return upgrade?.toLowerCase() === 'websocket' && KEY.test(key) && VERSIONS.has(version)
    ? undefined
    : refuse(
        'BAD_INPUT',
        'This is not the handshake of a WebSocket (RFC 6455): its upgrade, key or version is missing or wrong.',
      );
}
