import type { Socket } from 'node:net';
import { dial } from './dial.ts';

export interface HttpResponse {
  status: number;
  type: string;
  body: string;
}

export interface HttpRequest {
  bytes: Buffer;
  /** Its end is not where its head says: nothing else can follow on this connection, and our side ends with it. */
  broken: boolean;
}

/** `closed`: ended without an answer. `hangs`: neither an answer nor an end. */
export type Outcome = HttpResponse | 'closed' | 'hangs';

const WITHIN_MS = 12_000;
const HEAD_END = '\r\n\r\n';

/** Requests of any bytes, one after the other, on one connection as long as it lasts. */
export class HttpWire {
  readonly #hub: URL;
  readonly #from: string | undefined;
  #socket: Socket | undefined;

  constructor(hub: URL, from?: string) {
    this.#hub = hub;
    this.#from = from;
  }

  /** A connection that the hub gave up just before is no answer to this: it is sent again on a new one. */
  async exchange(request: HttpRequest): Promise<Outcome> {
    const kept = this.#socket?.writable === true && this.#socket.readable;
    const outcome = await this.#try(request);
    return outcome === 'closed' && kept ? this.#try(request) : outcome;
  }

  async #try({ bytes, broken }: HttpRequest): Promise<Outcome> {
    const socket =
      this.#socket?.writable === true && this.#socket.readable ? this.#socket : await dial(this.#hub, this.#from);
    this.#socket = socket;
    const outcome = await new Promise<Outcome>((resolve) => {
      let received: Buffer = Buffer.alloc(0);
      let ended = false;
      const look = (): void => {
        const response = readResponse(received, bytes.subarray(0, 5).toString('latin1') === 'HEAD ', ended);
        if (response !== undefined) done(response);
        else if (ended) done('closed');
      };
      const hear = (chunk: Buffer): void => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        look();
      };
      const end = (): void => {
        ended = true;
        look();
      };
      const timer = setTimeout(() => done('hangs'), WITHIN_MS);
      const done = (outcome: Outcome): void => {
        clearTimeout(timer);
        socket.off('data', hear).off('end', end).off('close', end);
        resolve(outcome);
      };
      socket.on('data', hear).once('end', end).once('close', end);
      if (broken) socket.end(bytes);
      else socket.write(bytes);
    });
    if (broken || typeof outcome === 'string' || outcome.type === '101') this.close();
    return outcome;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

/** Undefined while it is not complete. */
function readResponse(bytes: Buffer, noBody: boolean, ended: boolean): HttpResponse | undefined {
  const at = bytes.indexOf(HEAD_END);
  if (at === -1) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, at).split('\r\n');
  const status = Number(first.split(' ')[1]);
  const rest = bytes.subarray(at + HEAD_END.length);
  if (status === 100) return readResponse(rest, noBody, ended);
  const fields = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const answer = (body: Buffer): HttpResponse => ({
    status,
    type: fields.get('content-type') ?? '',
    body: body.toString(),
  });
  if (status === 101) return { status, type: '101', body: '' };
  if (noBody || status === 204 || status === 304) return answer(Buffer.alloc(0));
  const length = fields.get('content-length');
  if (length !== undefined) return rest.length >= Number(length) ? answer(rest.subarray(0, Number(length))) : undefined;
  if (fields.get('transfer-encoding') !== 'chunked') return ended ? answer(rest) : undefined;
  const body = unchunked(rest);
  return body === undefined ? undefined : answer(body);
}

function unchunked(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return undefined;
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16);
    const from = line + 2;
    if (bytes.length < from + length + 2) return undefined;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(from, from + length));
    at = from + length + 2;
  }
}
