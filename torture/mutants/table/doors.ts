import type { Mutant } from '../mutant.ts';

const TRANSPORT = 'server/src/transport';
const HTTP = `${TRANSPORT}/http.test.ts`;
const HTTP_AGENTS = `${TRANSPORT}/http-agents.test.ts`;
const SOCKETS = `${TRANSPORT}/sockets.test.ts`;
const AGENTS = `${TRANSPORT}/agent-namespace.test.ts`;
const SESSION = `${TRANSPORT}/agent-session.test.ts`;
const GATE = `${TRANSPORT}/gate.test.ts`;
const STALE = 'A stale holder is refused';
const ORDERS = 'Orders are who they say they are from, and receipts are evidence';
const MESSAGES = 'Messages arrive';
const SLOW = 'A slow reader harms nobody else';
const BACK = 'A fleet is back within 10 s';
const TOO_MUCH = 'Too much is refused, with a delay';
const NOTHING_SEEN = 'Nothing of one project is seen from another';

/** Who may come in, who is who, how much and how fast. */
export const DOOR_MUTANTS: readonly Mutant[] = [
  {
    name: 'nobody is told that a newer connection took over',
    promise: STALE,
    file: `${TRANSPORT}/project-agents.ts`,
    find: "session.socket.emit('superseded', { by });",
    replace: '',
    caughtBy: { file: AGENTS, test: 'the newer connection of an agent ends the older one for good' },
  },
  {
    name: 'a message is sent once and never again',
    promise: MESSAGES,
    file: `${TRANSPORT}/agent-session.ts`,
    find: '(kept.get(id) ?? Number.NEGATIVE_INFINITY) <= before',
    replace: 'false',
    caughtBy: { file: SESSION, test: 'a message that is not acknowledged comes again after 30 s, oldest first' },
  },
  {
    name: 'what comes again comes newest first',
    promise: MESSAGES,
    file: `${TRANSPORT}/agent-session.ts`,
    find: 'const unacked = view.unackedOf(this.agentId);',
    replace: 'const unacked = view.unackedOf(this.agentId).reverse();',
    caughtBy: { file: SESSION, test: 'a message that is not acknowledged comes again after 30 s, oldest first' },
  },
  {
    name: 'whoever comes back does not get the messages it missed',
    promise: MESSAGES,
    file: `${TRANSPORT}/agent-session.ts`,
    find: '...this.#inboxFrames(view, view.unackedOf(this.agentId)),',
    replace: '',
    caughtBy: { file: SESSION, test: 'what waited comes in frames of at most 100 messages' },
  },
  {
    name: 'an order counts as delivered when it is sent',
    promise: ORDERS,
    file: `${TRANSPORT}/agent-session.ts`,
    find: "return [() => void this.socket.emit('directive', { directive }, () => this.#onDelivered(directiveId))];",
    replace:
      "return [() => { this.socket.emit('directive', { directive }, () => {}); this.#onDelivered(directiveId); }];",
    caughtBy: { file: AGENTS, test: 'a directive is delivered when the client acknowledges its frame, not before' },
  },
  {
    name: 'over HTTP an agent is whoever the request says',
    promise: ORDERS,
    file: `${TRANSPORT}/http-caller.ts`,
    find: 'if (agent.tokenId !== tokenId)',
    replace: 'if (false)',
    caughtBy: {
      file: HTTP_AGENTS,
      test: 'an agent token that is bound to no id speaks for nobody who registered with another',
    },
  },
  {
    name: 'a token that is bound to an agent speaks for every other',
    promise: ORDERS,
    file: `${TRANSPORT}/http-caller.ts`,
    find: 'if (named !== undefined && bound !== undefined && named !== bound)',
    replace: 'if (false)',
    caughtBy: { file: HTTP_AGENTS, test: 'a token bound to an agent needs no name and takes no other' },
  },
  {
    name: 'an agent that reads nothing is queued for without end',
    promise: SLOW,
    file: `${TRANSPORT}/outbound.ts`,
    find: 'if (this.#waitingFrames > MAX_WAITING_FRAMES) this.#onSlow();',
    replace: '',
    caughtBy: {
      file: `${TRANSPORT}/command-lane.test.ts`,
      test: 'who goes on sending and reads no answer is too slow',
    },
  },
  {
    name: 'a control room that reads nothing is queued for without end',
    promise: SLOW,
    file: `${TRANSPORT}/outbound.ts`,
    find: '(queuedFrames(connection) > SLOW_FRAMES || queuedBytes(connection) > SLOW_BYTES)',
    replace: 'false',
    caughtBy: { file: SOCKETS, test: 'a control room that stops reading is not queued for' },
  },
  {
    name: 'whoever a stopping hub sends away comes back at once',
    promise: BACK,
    file: `${TRANSPORT}/draining.ts`,
    find: 'Math.round(Math.random() * ',
    replace: 'Math.round(0 * ',
    caughtBy: { file: `${TRANSPORT}/draining.test.ts`, test: 'clients that are sent away come back spread' },
  },
  {
    name: 'a snapshot is made for everybody who asks',
    promise: BACK,
    file: `${TRANSPORT}/snapshot.ts`,
    find: 'if (serves) return cached.taken;',
    replace: '',
    caughtBy: { file: `${TRANSPORT}/snapshot.test.ts`, test: 'all who ask while little has changed share a snapshot' },
  },
  {
    name: 'actors send as fast as they like',
    promise: TOO_MUCH,
    file: `${TRANSPORT}/gate.ts`,
    find: 'if (afterMs > 0) return tooFast(',
    replace: 'if (false) return tooFast(',
    caughtBy: { file: GATE, test: '2,000 commands at once, then 1,000 a second, each actor for itself' },
  },
  {
    name: 'a hub that is behind takes all the work there is',
    promise: TOO_MUCH,
    file: `${TRANSPORT}/gate.ts`,
    find: 'return this.#lag.isBehind && !FLOWING.has(command)',
    replace: 'return false',
    caughtBy: { file: GATE, test: 'a hub that is behind refuses ordinary work with a delay' },
  },
  {
    name: 'a hub that is behind refuses heartbeats',
    promise: TOO_MUCH,
    file: `${TRANSPORT}/gate.ts`,
    find: "  'agent.heartbeat',\n",
    replace: '',
    caughtBy: { file: GATE, test: 'a hub that is behind refuses ordinary work with a delay' },
  },
  {
    name: 'the project of a token is not looked at when it sends a command',
    promise: NOTHING_SEEN,
    file: `${TRANSPORT}/dispatch.ts`,
    find: 'principal.project !== request.project &&',
    replace: 'false &&',
    caughtBy: { file: HTTP, test: 'a token of another project sees nothing of this one' },
  },
  {
    name: 'the project of a token is not looked at when it listens',
    promise: NOTHING_SEEN,
    file: `${TRANSPORT}/scope.ts`,
    find: 'project === undefined || project === asked',
    replace: 'true',
    caughtBy: {
      file: `${TRANSPORT}/feed.test.ts`,
      test: 'subscriptions that are wrong, foreign or to nothing are refused',
    },
  },
  {
    name: 'roles are not looked at',
    promise: NOTHING_SEEN,
    file: `${TRANSPORT}/dispatch.ts`,
    find: 'if (!rolesAllowed(declaration.access).includes(role))',
    replace: 'if (false)',
    caughtBy: { file: HTTP, test: 'no token, a wrong one and one without permission are told apart' },
  },
  {
    name: 'pages of other sites open sockets',
    promise: NOTHING_SEEN,
    file: `${TRANSPORT}/socket-door.ts`,
    find: 'if (headers.origin !== undefined && !hosts.isOwnOrigin(headers.origin, headers.host))',
    replace: 'if (false)',
    caughtBy: { file: SOCKETS, test: 'sockets from a page of another site, or under another name, are refused' },
  },
  {
    name: 'the hub answers to any name',
    promise: NOTHING_SEEN,
    file: `${TRANSPORT}/hosts.ts`,
    find: 'return behindTlsProxy || (names.has(name) && Number(portText ?? HTTP_PORT) === port());',
    replace: 'return true;',
    caughtBy: { file: `${TRANSPORT}/hosts.test.ts`, test: 'evil.example:3334 is not' },
  },
  {
    name: 'the session cookie works for pages of other sites',
    promise: NOTHING_SEEN,
    file: `${TRANSPORT}/http-caller.ts`,
    find: "return method === 'GET' || ours",
    replace: 'return true',
    caughtBy: { file: `${TRANSPORT}/session.test.ts`, test: 'the cookie works from our own pages only' },
  },
  {
    name: 'garbage is answered into the middle of an answer',
    promise: 'Garbage and malice change nothing',
    file: `${TRANSPORT}/http-server.ts`,
    find: 'const midway = response?.headersSent === true && !response.writableFinished;',
    replace: 'const midway = false;',
    caughtBy: {
      file: `${TRANSPORT}/http-server.test.ts`,
      test: 'garbage behind a request is not answered into the middle of its answer',
    },
  },
  {
    name: 'the reason of what people did is not kept',
    promise: 'What people did is in the log',
    file: 'server/src/commands/call.ts',
    find: '...reasonOf(call.parsed.input),',
    replace: '',
    caughtBy: {
      file: 'server/src/history/audit.test.ts',
      test: '[HS3] what people do to others is in the log with its reason lock.forceRelease',
    },
  },
];
