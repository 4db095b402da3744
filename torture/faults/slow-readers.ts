import { setTimeout as delay } from 'node:timers/promises';
import { stop } from '../cluster/children.ts';
import { always, type Fault } from './fault.ts';

const STOPPED_MS = [4_000, 8_000] as const;
const BACK_WITHIN_MS = 30_000;

export const slowReaders: Fault = {
  kind: 'slow readers',
  weight: 1,
  isPossible: always,
  async happen(cluster, random) {
    const readers = await cluster.startReaders();
    const ms = random.int(...STOPPED_MS);
    const verified = await stop(readers.pid);
    const rest = delay(ms).then(async () => {
      process.kill(readers.pid, 'SIGCONT');
      await Promise.race([readers.finish(0), delay(BACK_WITHIN_MS, undefined, { ref: false })]);
    });
    return { verified, note: `${readers.count} control rooms do not read for ${ms} ms`, rest };
  },
};
