import { Agent, request } from 'node:http';
import type { AGENT_NAMESPACE, CONTROL_NAMESPACE } from '@signalbox/shared/endpoints';
import { io, type Socket } from 'socket.io-client';
import type { TestHub } from '../support/hub.ts';
import type { Who } from './expected.ts';

export interface Answer {
  /** Of HTTP. */
  status?: number;
  /** As it came. */
  text: string;
}

/** Somebody with or without a good token, on one face of the hub. */
export interface Caller extends Who {
  name: string;
  send(command: string, input: unknown): Promise<Answer>;
}

export interface Credentials {
  token: string | undefined;
  /** Of a registered agent. */
  headers?: Record<string, string>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
let guesses = 0;

/** Sends one command over HTTP. With `wrong` from an address of its own: failed sign-ins are limited for each. */
export function sendOverHttp(
  hub: TestHub,
  path: string,
  { token, headers = {}, wrong = false, input }: Credentials & { wrong?: boolean; input: unknown },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, hub.url),
      {
        method: 'POST',
        ...(wrong ? { agent: false, localAddress: `127.0.1.${1 + (guesses++ % 250)}` } : { agent }),
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(input));
  });
}

export interface SocketDoor {
  namespace: typeof AGENT_NAMESPACE | typeof CONTROL_NAMESPACE;
  auth: Record<string, unknown>;
}

/** Connects once; resolves with the socket, or with the error object of the refusal. */
export function openSocket(hub: TestHub, { namespace, auth }: SocketDoor): Promise<Socket | { code: string }> {
  const socket = io(`${hub.url}${namespace}`, {
    auth,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', (error: Error & { data?: { code: string } }) => {
      socket.disconnect();
      resolve(error.data ?? { code: error.message });
    });
  });
}

export async function sendOverSocket(socket: Socket, command: string, input: unknown): Promise<Answer> {
  return { text: JSON.stringify(await socket.timeout(15_000).emitWithAck(command, input)) };
}
