import { connect, type Socket } from 'node:net';

/** What Redis answers, in the few shapes the supervisor asks for. */
export type RespReply =
  | { kind: 'text'; text: string }
  | { kind: 'error'; text: string }
  | { kind: 'list'; items: readonly string[] };

type Parsed = { reply: RespReply; end: number } | undefined;

/**
 * One question to a Redis on a unix socket, without a Redis client: the supervisor must be able to ask
 * a server that is still loading, of an unknown version, or somebody else's, and never retry by itself.
 */
export function askRedis(socketPath: string, command: readonly string[], timeoutMs: number): Promise<RespReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let received = '';
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      finish();
    };
    const timer = setTimeout(() => settle(() => reject(new Error(`no answer within ${timeoutMs} ms`))), timeoutMs);
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(encodeCommand(command), 'latin1'));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const parsed = parseReply(received, 0);
      if (parsed) settle(() => resolve(parsed.reply));
    });
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('close', () => settle(() => reject(new Error('the connection was closed without an answer'))));
  });
}

/** An idle connection whose end is the fact that the server at the other side is gone. */
export function watchRedis(socketPath: string, onClose: () => void): Socket {
  const socket = connect(socketPath);
  socket.on('error', () => {}); // 'close' follows, and says what matters here
  socket.on('close', onClose);
  socket.resume();
  return socket;
}

function encodeCommand(words: readonly string[]): string {
  const encoded = words.map((word) => Buffer.from(word, 'utf8').toString('latin1'));
  return `*${encoded.length}\r\n${encoded.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** `undefined` = more bytes are needed. Lists are lists of strings: nothing asked here answers deeper. */
function parseReply(bytes: string, start: number): Parsed {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const rest = bytes.slice(start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (bytes[start]) {
    case '$': {
      const end = next + Number(rest);
      if (bytes.length < end + 2) return undefined;
      return { reply: { kind: 'text', text: toUtf8(bytes.slice(next, end)) }, end: end + 2 };
    }
    case '*':
      return parseList(bytes, next, Number(rest));
    case '-':
      return { reply: { kind: 'error', text: toUtf8(rest) }, end: next };
    default:
      return { reply: { kind: 'text', text: toUtf8(rest) }, end: next };
  }
}

function parseList(bytes: string, start: number, count: number): Parsed {
  const items: string[] = [];
  let at = start;
  while (items.length < count) {
    const item = parseReply(bytes, at);
    if (!item) return undefined;
    items.push(item.reply.kind === 'list' ? '' : item.reply.text);
    at = item.end;
  }
  return { reply: { kind: 'list', items }, end: at };
}

const toUtf8 = (latin1: string) => Buffer.from(latin1, 'latin1').toString('utf8');
