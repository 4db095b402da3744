/**
 * What the processes of a run write down while it goes on: one file each, one line of JSON each, in the order of their
 * own time. `at` is in milliseconds of the machine's monotonic clock, which all its processes share. Nothing here is
 * shared with the hub: what the hub means by its answers is read anew, from its public protocol.
 */
export type Line =
  | CallLine
  | AgainLine
  | AnswerLine
  | GoneLine
  | HeardLine
  | PushLine
  | LifeLine
  | HealthLine
  | TxLine
  | RereadLine
  | PictureLine
  | FeedLine;

interface Stamped {
  at: number;
}
/** An agent as a process runs it: `life` is another one each time its process starts anew. */
interface OfAgent extends Stamped {
  agent: string;
  life: string;
}

/** A request leaves by a connection to this hub, named as {@link LifeLine} does; older histories do not tell. */
interface Sent {
  hub?: string;
}

/** A request is about to leave for the first time. `id` is its requestId, unique in the run. */
export interface CallLine extends OfAgent, Sent {
  k: 'call';
  id: string;
  command: string;
  input: Input;
}
/** The same request leaves again: nobody knew what became of it, or to see that it has the same answer. */
export interface AgainLine extends Stamped, Sent {
  k: 'again';
  id: string;
}
export interface AnswerLine extends Stamped {
  k: 'answer';
  id: string;
  answer: Answer;
}
/** No answer will come to this try: its connection ended first, or the patience of the client did (11 s: a breach). */
export interface GoneLine extends Stamped {
  k: 'gone';
  id: string;
  why: 'connection' | 'patience';
}
/** A message was delivered: once, or again. */
export interface HeardLine extends OfAgent {
  k: 'heard';
  messageId: string;
  from: string;
  /** What its sender counted for this recipient, from 1. */
  n: number;
}
/** What the hub told without being asked: `lock.granted`, `lock.lost`, `task.assigned`, `task.withdrawn`. */
export interface PushLine extends OfAgent {
  k: 'push';
  event: string;
  data: Fields;
}
/**
 * An agent's life: `born` before it connects; `ended` when its process was killed or has left, written by whoever knows;
 * `stopped` and `continued` when its process was (SIGSTOP, SIGCONT).
 */
/** The `life` of a hub, where it is told that one was stopped; its `agent` is the name by which requests tell of it. */
export const HUB = 'hub';

export interface LifeLine extends OfAgent {
  k: 'born' | 'ended' | 'stopped' | 'continued';
  /** Of an end: it came when the run was over and everything sent had time to arrive, so nothing may be missing. */
  drained?: true;
}
/**
 * `harmed`: something is about to befall hubs, Redis or what is between them. `healed`: all of them are known to be
 * well. A run whose hubs and Redis are not its own writes neither.
 */
export interface HealthLine extends Stamped {
  k: 'harmed' | 'healed';
}
/** One transaction of the hub's log in Redis, as the auditor read it. Records are cut down to what is checked. */
export interface TxLine extends Stamped {
  k: 'tx';
  epoch: number;
  seq: number;
  /** Ledger clock, ms. */
  clock: number;
  actor: string;
  command: string;
  /** requestId of the call that caused it. */
  causedBy?: string;
  puts: Fields[];
  removes: [kind: string, id: string][];
  /** A digest of the whole entry that it stands in; older histories have none. */
  entry?: number;
}
/**
 * The log was read to its end, up to this transaction, and then all that is still in Redis a second time. What then read
 * otherwise than at first is here as {@link TxLine} once more.
 */
export interface RereadLine extends Stamped {
  k: 'reread';
  epoch: number;
  seq: number;
  /** How many entries of the log, and how many records, could be compared. */
  entries: number;
  records: number;
  /** Entries, by their ids in Redis, that are missing between others. */
  gone: string[];
  /** Records, as `kind:id`, that are not what the log says of them. */
  differing: string[];
}
/** A digest of the state at one (epoch, seq), and whose: the auditor's replay, a watcher's, or what the hub said then. */
export interface PictureLine extends Stamped {
  k: 'picture';
  whose: 'auditor' | 'watcher' | 'hub';
  epoch: number;
  seq: number;
  digest: string;
}
/**
 * How a control room stands with its hub, each time that changes. `level`: it has what the newest beat speaks of, and not
 * by a snapshot alone; `behind`: it is connected, and not known to be level; `away`: it has no connection.
 */
export interface FeedLine extends Stamped {
  k: 'feed';
  watcher: string;
  stands: 'level' | 'behind' | 'away';
  /** Where its own copy is. */
  epoch: number;
  seq: number;
}

export type Fields = Record<string, unknown>;
type Input = Fields;

export type Answer =
  | ({ ok: true; epoch: number; seq: number } & Fields)
  | { ok: false; error: { code: string; message: string; details?: unknown; retry?: { afterMs: number } } };
