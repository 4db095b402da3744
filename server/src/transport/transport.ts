import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Projects } from '../project.ts';
import { AgentNamespace } from './agent-namespace.ts';
import type { Auth } from './auth.ts';
import { ControlNamespace } from './control-namespace.ts';
import { readCookie, sessionCookieName } from './cookies.ts';
import type { Dispatch } from './dispatch.ts';
import { Gate } from './gate.ts';
import { createHostRule } from './hosts.ts';
import { createHttp } from './http.ts';
import { createHttpServer } from './http-server.ts';
import { SettleInTime, unanswered } from './settle-in-time.ts';
import { SignIn } from './sign-in.ts';
import { failed } from './socket-commands.ts';
import { createSockets } from './sockets.ts';
import { Strangers } from './strangers.ts';

/** How long requests under way may take to finish when the hub stops. */
const DRAIN_WITHIN_MS = 1_000;

/** What is asked of a logger; pino fits. */
export interface Log {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface TransportOptions {
  projects: Projects;
  dispatch: Dispatch;
  /** Opened first, since dispatch needs its secrets for `token.create` and `token.link`. */
  auth: Auth;
  /** Id of this hub process. */
  node: string;
  version: string;
  /** The configured address: together with the loopback names, what a browser may call this hub. */
  host: string;
  /** A proxy speaks TLS in front: cookies are Secure, the name in `Host` is the proxy's affair. */
  behindTlsProxy: boolean;
  /** What the control room is told; `welcome.durability` is the dispatch's. */
  durability(): string;
  /** Folder of the built control room (client/dist). */
  clientDir: string;
  /** The packed SDK and CLI (server/dist/dl/signalbox.tgz). */
  packageFile: string;
  /** Redis answers and the projects are loaded. */
  ready(): boolean | Promise<boolean>;
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
  /** A socket of the agent closed without a `leave`: its presence wants another look. */
  onPresenceChange(projectId: string, agentId: string): void;
  log: Log;
  /** What is refused unseen; made when missing. */
  gate?: Gate;
}

export interface Transport {
  readonly httpServer: Server;
  /** The port it listens on; 0 before. */
  readonly port: number;
  /** Resolves with the port; rejects with Node's error (EADDRINUSE, EACCES …). May be called again after that. */
  listen(host: string, port: number): Promise<number>;
  /** Takes nothing new, tells every socket when to come back, lets requests under way finish. */
  drain(): Promise<void>;
  /** Closes whatever is still open. Auth is closed by whoever opened it. */
  close(): Promise<void>;
}

/** Everything that speaks to the outside, on one port. Nothing listens before `listen`. */
export function createTransport(options: TransportOptions): Transport {
  const { auth, projects, behindTlsProxy, log } = options;
  const strangers = new Strangers();
  const httpServer = createHttpServer(strangers);
  // Once it listens, only accepting a connection can fail: out of file descriptors, and that passes.
  httpServer.on(
    'error',
    (error) => httpServer.listening && log.error({ err: error }, 'a connection could not be accepted'),
  );
  const port = (): number => addressOf(httpServer)?.port ?? 0;
  const hosts = createHostRule({ host: options.host, port, behindTlsProxy });
  const cookieName = (): string => sessionCookieName(behindTlsProxy ? undefined : port());
  const onThrow = (where: string, error: unknown): Refusal => {
    // JSON itself may be nested deeper than the functions that read it can follow: the client's doing.
    if (error instanceof RangeError && error.message.includes('call stack'))
      return refuse('BAD_INPUT', 'The input is nested too deeply.');
    log.error({ where, err: error }, 'a request failed in a way nobody expected');
    return refuse('INTERNAL', 'The hub failed; nothing was written. Its log says why.');
  };
  const inTime = new SettleInTime();
  const dispatch = safely(options.dispatch, inTime, onThrow);
  const gate = options.gate ?? new Gate();
  const signIn = new SignIn({ auth, behindTlsProxy });
  const app = createHttp({
    ...options,
    hub: projects.hub.ledger,
    dispatch,
    inTime,
    hosts,
    strangers,
    cookieName,
    signIn,
    gate,
    onThrow,
  });
  const connections = new Set<Socket>();
  httpServer.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  httpServer.on('request', (request, response) => void app(request, response));
  const sockets = createSockets(httpServer, hosts, strangers);
  const { bytesOf } = sockets;
  const agents = new AgentNamespace({
    namespace: sockets.agent,
    projects,
    dispatch,
    auth,
    signIn,
    gate,
    bytesOf,
    onThrow,
    inTime,
    onPresenceChange: options.onPresenceChange,
  });
  const controls = new ControlNamespace({
    namespace: sockets.control,
    projects,
    dispatch,
    auth,
    signIn,
    gate,
    bytesOf,
    onThrow,
    inTime,
    durability: options.durability,
    sessionOf: (cookies) => readCookie(cookies, cookieName()),
  });
  let closed: Promise<void> | undefined;
  return {
    httpServer,
    get port() {
      return port();
    },
    listen: (host, wanted) => listen(httpServer, host, wanted),
    drain: async () => {
      gate.stop();
      sockets.drain();
      // Stops listening at once; whoever is in the middle of a request gets the answer.
      closed ??= stopped(httpServer);
      httpServer.closeIdleConnections();
      await Promise.all([agents.drain(), controls.drain()]);
      // Those that were answered meanwhile.
      httpServer.closeIdleConnections();
      await Promise.race([closed, delay(DRAIN_WITHIN_MS, undefined, { ref: false })]);
    },
    close: async () => {
      agents.close();
      controls.close();
      inTime.close();
      gate.close();
      // Also those that became WebSockets: a client that never closes its side would hold us for half a minute.
      for (const connection of connections) connection.destroy();
      await sockets.close();
    },
  };
}

const addressOf = (server: Server): AddressInfo | undefined => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address : undefined;
};

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(addressOf(server)?.port ?? 0);
    });
  });
}

const stopped = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** A dispatch that settles in time, whatever happens. */
const safely =
  (dispatch: Dispatch, inTime: SettleInTime, onThrow: (where: string, error: unknown) => Refusal): Dispatch =>
  (request) => {
    const thrown = (error: unknown) => failed(onThrow(request.command, error));
    try {
      const answer = dispatch(request);
      if (!(answer instanceof Promise)) return answer;
      return inTime.run(answer, () => failed(unanswered(request.command))).catch(thrown);
    } catch (error) {
      return thrown(error);
    }
  };
