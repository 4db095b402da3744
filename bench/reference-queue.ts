import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/**
 * What the hub's tasks are compared with: BullMQ in one process, as its documentation shows it. A job does nothing; what
 * is measured is the queue.
 */
const CONCURRENCY = 50;
/** As many as one call of the hub may create. */
const AT_ONCE = 1_000;

const [socketPath = ''] = process.argv.slice(2);
const connect = (): Redis => new Redis({ path: socketPath, maxRetriesPerRequest: null });
const queue = new Queue('bench', { connection: connect() });

async function fill(jobs: number): Promise<void> {
  for (let from = 0; from < jobs; from += AT_ONCE)
    await queue.addBulk(
      Array.from({ length: Math.min(AT_ONCE, jobs - from) }, (_, at) => ({ name: 'job', data: { at } })),
    );
}

/** Milliseconds until a worker has processed as many jobs, of which `add` are only added meanwhile, by as many callers. */
async function run(jobs: number, add: number): Promise<number> {
  await fill(jobs - add);
  const startedAt = performance.now();
  let done = 0;
  const worker = new Worker('bench', async () => {}, { connection: connect(), concurrency: CONCURRENCY });
  const all = new Promise<void>((resolve) => worker.on('completed', () => void (++done === jobs && resolve())));
  let added = 0;
  const adder = async (): Promise<void> => {
    while (added++ < add) await queue.add('job', { at: added });
  };
  await Promise.all([all, ...Array.from({ length: CONCURRENCY }, adder)]);
  const elapsedMs = performance.now() - startedAt;
  await worker.close();
  await queue.obliterate({ force: true });
  return elapsedMs;
}

process.on('message', (order: { jobs: number; add: number }) => {
  void run(order.jobs, order.add).then((elapsedMs) => process.send?.({ elapsedMs }));
});
process.on('disconnect', () => process.exit());
await queue.waitUntilReady();
process.send?.({ ready: true });
