import { claimLatency, claimThroughput } from './claims.ts';
import { connecting } from './connecting.ts';
import { fileDatabase } from './file-database.ts';
import { heartbeats } from './heartbeats.ts';
import { memory } from './memory.ts';
import { overlap } from './overlap.ts';
import { redisCalls } from './redis-calls.ts';
import type { Row } from './row.ts';
import { starting } from './starting.ts';

/** In the order they are run and printed. */
export const ROWS: readonly Row[] = [
  claimThroughput,
  claimLatency,
  heartbeats,
  memory,
  connecting,
  overlap,
  redisCalls,
  starting,
  fileDatabase,
];
