import { assignment } from './assignment.ts';
import { claimLatency, claimThroughput } from './claims.ts';
import { connecting } from './connecting.ts';
import { fileDatabase } from './file-database.ts';
import { growth } from './growth.ts';
import { heartbeats } from './heartbeats.ts';
import { makespan } from './makespan.ts';
import { memory } from './memory.ts';
import { overlap } from './overlap.ts';
import { redisCalls } from './redis-calls.ts';
import { retention } from './retention.ts';
import type { Row } from './row.ts';
import { secondNode } from './second-node.ts';
import { slowReaders } from './slow-readers.ts';
import { starting } from './starting.ts';
import { swarm } from './swarm.ts';
import { taskQueue } from './task-queue.ts';

/** In the order they are run and printed. */
export const ROWS: readonly Row[] = [
  claimThroughput,
  claimLatency,
  heartbeats,
  memory,
  connecting,
  taskQueue,
  overlap,
  assignment,
  makespan,
  redisCalls,
  growth,
  secondNode,
  starting,
  fileDatabase,
  swarm,
  retention,
  slowReaders,
];
