import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';
import { AGENT_NAMESPACE, CONTROL_NAMESPACE, SOCKET_PATH } from '@signalbox/shared/endpoints';
import { refuse } from '@signalbox/shared/errors';
import { COMMAND_MAX_BYTES, FRAME_MAX_BYTES } from '@signalbox/shared/limits';
import { Server, type Socket } from 'socket.io';
import type { AgentNamespaceServer } from './agent-session.ts';
import { HandshakeRefused } from './handshake-refused.ts';
import type { HostRule } from './hosts.ts';
import { answerRaw } from './raw-answer.ts';
import { createSocketDoor } from './socket-door.ts';
import type { Strangers } from './strangers.ts';
import type { ControlNamespaceServer } from './viewer.ts';
import { type Connection, endInTime, gatherWrites } from './wire.ts';
import { createWireParser } from './wire-parser.ts';

/** A peer that is gone without a word is noticed within the sum of both. */
const PING_EVERY_MS = 15_000;
const PONG_WITHIN_MS = 10_000;
/** From the first byte to the first namespace. */
const HANDSHAKE_WITHIN_MS = 5_000;
/** A connection that has left its last namespace is closed after this. */
const LINGER_MS = 1_000;

export interface Sockets {
  agent: AgentNamespaceServer;
  control: ControlNamespaceServer;
  /** Bytes of a large input as it came; 0 for inputs below every limit. */
  bytesOf(input: unknown): number;
  /** Takes no new connections. */
  drain(): void;
  close(): Promise<void>;
}

/** The Socket.IO server on the hub's port: websocket only, JSON only, both namespaces. */
export function createSockets(httpServer: HttpServer, hosts: HostRule, strangers: Strangers): Sockets {
  const commands: readonly CommandDeclaration[] = COMMANDS;
  const parser = createWireParser(Math.min(...commands.map(({ maxBytes = COMMAND_MAX_BYTES }) => maxBytes)));
  let draining = false;
  const io = new Server(httpServer, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: FRAME_MAX_BYTES,
    connectTimeout: HANDSHAKE_WITHIN_MS,
    pingInterval: PING_EVERY_MS,
    pingTimeout: PONG_WITHIN_MS,
    parser,
    // Answered below.
    destroyUpgrade: false,
  });
  io.engine.use(createSocketDoor({ hosts, isDraining: () => draining }));
  httpServer.on('upgrade', ({ url = '' }, pipe: Duplex) => {
    if (!url.startsWith(`${SOCKET_PATH}/`))
      answerRaw(pipe, refuse('NOT_FOUND', `There is no socket here; connect to ${SOCKET_PATH}/.`));
  });
  io.engine.on('connection', (connection: Connection) => {
    strangers.upgraded(connection.request.socket);
    endInTime(connection);
    gatherWrites(connection, connection.request.socket);
  });
  // Nothing lives in the default namespace; without this anybody could stay there unknown.
  io.use((_socket, next) =>
    next(
      new HandshakeRefused(refuse('BAD_INPUT', `Connect to the namespace ${AGENT_NAMESPACE} or ${CONTROL_NAMESPACE}.`)),
    ),
  );
  const agent: AgentNamespaceServer = io.of(AGENT_NAMESPACE);
  const control: ControlNamespaceServer = io.of(CONTROL_NAMESPACE);
  const joined = new WeakMap<Connection, number>();
  for (const namespace of [agent, control])
    namespace.on('connection', (socket) => {
      if (!joined.has(socket.conn)) strangers.isKnown(socket.conn.request.socket);
      tidy(socket, joined);
    });
  return {
    agent,
    control,
    bytesOf: parser.bytesOf,
    drain: () => {
      draining = true;
    },
    close: () => io.close(),
  };
}

/** Frees what only the handshake needed, and does not let a connection outlive its last namespace. */
function tidy(socket: Pick<Socket, 'conn' | 'handshake' | 'once'>, joined: WeakMap<Connection, number>): void {
  const { conn, handshake } = socket;
  handshake.auth = {};
  handshake.headers = {};
  Object.assign(conn, { request: undefined });
  joined.set(conn, (joined.get(conn) ?? 0) + 1);
  socket.once('disconnect', () => {
    joined.set(conn, (joined.get(conn) ?? 1) - 1);
    if (conn.readyState === 'open') setTimeout(() => joined.get(conn) === 0 && conn.close(), LINGER_MS).unref();
  });
}
