import type { HistoryWriter } from '../history/writer.ts';
import type { AgentProcess } from './fleet.ts';
import type { HubNode } from './hub-node.ts';
import type { Readers } from './readers.ts';
import type { RedisNode } from './redis.ts';
import type { ReplyThief } from './reply-thief.ts';
import type { Wire } from './wire.ts';

/** A hub node of the run, and what is between it and Redis. */
export interface Site {
  hub: HubNode;
  redisWire: Wire;
  thief: ReplyThief;
}

/** Everything a run consists of. Of somebody's own hub there are only the wires to it and the agents. */
export interface Cluster {
  readonly redis: RedisNode | undefined;
  readonly sites: readonly Site[];
  /** Between agents and hubs. */
  readonly wires: readonly Wire[];
  readonly agents: readonly AgentProcess[];
  readonly history: HistoryWriter;
  /** Control rooms in a process of their own. */
  startReaders(): Promise<Readers>;
  /** Everything is as it should be: hubs serve, wires are clear. Resolves when that is so. */
  heal(): Promise<void>;
  /**
   * Nobody begins anything, what is under way ends, everything sent is heard, everybody ends, and then all of it is
   * observed. Throws what was not reached in time.
   */
  finish(): Promise<void>;
  close(): Promise<void>;
}
