import type { Asked, CheckedRecord, Pushed, Said } from './facts.ts';
import type { FeedLine, HeardLine, PictureLine, RereadLine } from './line.ts';

/** One sending of a request: `to` is missing when nothing is known of its end. */
export interface Try {
  from: number;
  to?: number;
  how: 'answer' | 'connection' | 'patience' | 'open';
  /** By a connection to this one; older histories do not tell. */
  hub?: string;
}

/** From some moment to another, or to no end that is known. */
export interface Span {
  from: number;
  to?: number;
}

/** The same request sent once more though it had been answered `ok`. */
export interface Repeat extends Try {
  said?: Said;
  code?: string;
}

/**
 * One request with all its tries. `refused` means that it had no effect, for certain; whatever may have happened without
 * an `ok` is `unknown`, also when a later try was refused.
 */
export interface Operation {
  id: string;
  agent: string;
  life: string;
  command: string;
  asked: Asked;
  calledAt: number;
  tries: Try[];
  outcome: 'ok' | 'refused' | 'unknown';
  /** Of the newest refusal. */
  code?: string;
  /** The first answer `ok`, and when it came. */
  said?: Said;
  answeredAt?: number;
  /** What came after that. */
  repeats?: Repeat[];
}

export interface Push {
  at: number;
  agent: string;
  life: string;
  event: string;
  data: Pushed;
}

export interface Life {
  agent: string;
  life: string;
  bornAt?: number;
  endedAt?: number;
  /** It went on until everything sent had time to arrive. */
  drained?: true;
  stops: Span[];
}

export interface LoggedTransaction {
  at: number;
  epoch: number;
  seq: number;
  clock: number;
  actor: string;
  command: string;
  causedBy?: string;
  puts: CheckedRecord[];
  removes: (readonly [kind: string, id: string])[];
  /** A digest of all that stood with it in Redis. */
  entry?: number;
}

/** Of a hub whose Redis is not the run's to read there is none; then only what agents were told is judged. */
export const hasLog = ({ transactions }: Pick<History, 'transactions'>): boolean => transactions.length > 0;

export interface History {
  /** In the order in which they were called. */
  operations: Operation[];
  operation(id: string): Operation | undefined;
  heard: HeardLine[];
  pushes: Push[];
  /** Of each agent, in the order of their births. Who has none is a person. */
  lives: Map<string, Life[]>;
  /** In their order: nothing befell hubs, Redis and what is between them, and all were well. None: nobody knows. */
  peace: Span[];
  /** By epoch and seq; one that was read twice is here once. None at all: the log could not be read in this run. */
  transactions: LoggedTransaction[];
  /** Pairs that claim the same epoch and seq and are not the same. */
  contradictions: [LoggedTransaction, LoggedTransaction][];
  /** Of a run that could read its log to the end. */
  rereads: RereadLine[];
  pictures: PictureLine[];
  /** In their order. */
  feeds: FeedLine[];
}
