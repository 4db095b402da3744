import type { Socket } from 'socket.io';

/** One client's Engine.IO connection, below the namespaces. */
export type Connection = Socket['conn'];

/** What is used of the WebSocket below it, which has all this as its public face. */
interface Wire {
  /** Bytes that were written and that the kernel has not taken. */
  readonly bufferedAmount: number;
  pause(): void;
  resume(): void;
  /** Ends it without waiting for the other side to agree. */
  terminate(): void;
}

const isWire = (value: unknown): value is Wire =>
  typeof value === 'object' &&
  value !== null &&
  'bufferedAmount' in value &&
  'pause' in value &&
  'resume' in value &&
  'terminate' in value;

/** Engine.IO hands out no WebSocket; its transport has it as a private field. */
function wireOf({ transport }: Connection): Wire | undefined {
  const below = typeof transport === 'object' && 'socket' in transport ? transport.socket : undefined;
  return isWire(below) ? below : undefined;
}

// biome-ignore lint/complexity/useLiteralKeys: private in the types, but the only place where what waits can be seen
const waiting = (connection: Connection): readonly { data?: unknown }[] => connection['writeBuffer'];

/** Has the kernel taken everything? So it is nearly always, and then nothing has to be counted. */
export const isEmpty = (connection: Connection): boolean =>
  waiting(connection).length === 0 && connection.transport.writable;

/**
 * From now on frames written in one turn of the event loop leave together at its end, in one call of the kernel: a call
 * each would cost more than the rest of an answer. Where nothing else is under way that end is now.
 */
export function gatherWrites(connection: Connection, pipe: Pipe): void {
  // biome-ignore lint/complexity/useLiteralKeys: private in the types; every frame of every kind goes through it
  const flush = connection['flush'].bind(connection);
  const leave: Leave = () => {
    pipe.cork();
    flush();
    pipe.uncork();
  };
  // biome-ignore lint/complexity/useLiteralKeys: as above
  connection['flush'] = () => {
    if (leaving.size === 0) process.nextTick(leaveAll);
    leaving.add(leave);
  };
}

/** The TCP connection below. */
interface Pipe {
  cork(): void;
  uncork(): void;
}

type Leave = () => void;
/** Of this turn, over all connections. */
let leaving = new Set<Leave>();

function leaveAll(): void {
  const now = leaving;
  leaving = new Set();
  for (const leave of now) leave();
}

/** Frames that wait for those before them to be taken by the kernel. */
export const queuedFrames = (connection: Connection): number => waiting(connection).length;

/** Bytes that wait in this process, whether Engine.IO has handed them on already or not. */
export function queuedBytes(connection: Connection): number {
  let bytes = wireOf(connection)?.bufferedAmount ?? 0;
  for (const { data } of waiting(connection)) if (typeof data === 'string') bytes += data.length;
  return bytes;
}

/** Hears that the kernel has taken what was handed on. Engine.IO's own `drain` comes when that only begins. Returns its off. */
export function onTaken({ transport }: Connection, hear: () => void): () => void {
  transport.on('drain', hear);
  return () => transport.off('drain', hear);
}

/** Takes nothing in: what the client goes on to send stays with it. */
export const stopReading = (connection: Connection): void => wireOf(connection)?.pause();
export const goOnReading = (connection: Connection): void => wireOf(connection)?.resume();

/** Ends the connection now and frees what waits for it. A farewell would stand behind all that the client does not read. */
export function cutOff(connection: Connection): void {
  const wire = wireOf(connection);
  connection.close(true);
  wire?.terminate();
}

/** So long a client may take to close its side; the library itself waits half a minute, with all that is queued. */
const CLOSE_WITHIN_MS = 1_000;

/** Sees to it that a connection that is over is over soon, also when the client never says so. */
export function endInTime(connection: Connection): void {
  const wire = wireOf(connection);
  connection.once('close', () => setTimeout(() => wire?.terminate(), CLOSE_WITHIN_MS).unref());
}
