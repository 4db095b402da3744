import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { rssOf } from '../machine/proc.ts';
import { connectRedis, startRedis } from '../machine/redis.ts';
import type { Figure } from '../report/figure.ts';
import type { Row, Stage } from './row.ts';

const PROGRAM = fileURLToPath(new URL('../time-lapse.js', import.meta.url));
const EARLY = 200_000;
const LATE = 1_000_000;
/** What is held goes up and down with the ten minutes: of as many commands the most is taken. */
const TEN_MINUTES = 75_000;
const SAMPLE_EVERY = 5_000;
/**
 * Between collections V8 keeps what it likes, up to 4 GB on a large machine. So the program is bounded as a hub is whose
 * owner wants it small, to twice of what is in use: growth would end it.
 */
const OLD_SPACE_MB = 256;
const FLAGS = ['--expose-gc', `--max-old-space-size=${OLD_SPACE_MB}`];
const MB = 1e6;

const said = z.union([z.object({ failed: z.string() }), z.object({ done: z.int(), minutes: z.number() })]);

const collected = z.object({ heap: z.number() });

/** Bytes. */
interface Held {
  rss: number;
  /** After a collection: what is not only waiting for one. */
  heap: number;
  redis: number;
}

export const retention: Row = {
  id: 'RSS',
  about: `memory after ${LATE} commands against ${EARLY}, with a retention of a minute`,
  async run(stage) {
    const child = await start(stage);
    try {
      const early = await child.most(EARLY);
      const late = await child.most(LATE);
      const notes = [
        `the most held in ten minutes; ${late.minutes.toFixed(0)} minutes by its own clock, with every request remembered for ten`,
        `old space bounded to ${OLD_SPACE_MB} MB`,
      ];
      const figure = (id: string, name: string, of: keyof Held): Figure => ({
        id,
        name,
        value: late[of] / MB,
        reference: early[of] / MB,
        ratio: late[of] / early[of],
        unit: 'MB',
        goal: { of: 'ratio', is: '≤', first: 1.1 },
        notes,
      });
      return [
        figure('RSS', 'resident memory of the ledger', 'rss'),
        figure('RSS.heap', 'of this what is in use, after a collection', 'heap'),
        figure('RSS.redis', 'memory its Redis uses', 'redis'),
      ];
    } finally {
      child.close();
      await stage.children.endAll();
    }
  },
};

async function start({ children, cores, folder, say }: Stage) {
  const redis = await startRedis(children, { folder: join(folder, 'redis'), durability: 'none', core: cores.redis });
  const child: ChildProcess = children.start(process.execPath, [...FLAGS, PROGRAM, redis.socketPath], {
    core: cores.server,
    ipc: true,
  });
  const client = connectRedis(redis.socketPath);
  await once(child, 'message');
  const until = async (commands: number): Promise<{ minutes: number }> => {
    child.send(commands);
    const [answer]: unknown[] = await once(child, 'message');
    const report = said.parse(answer);
    if ('failed' in report) throw new Error(report.failed);
    return report;
  };
  return {
    close: () => client.disconnect(),
    /** The most it held in the ten minutes before so many commands; then what is in use, in the ten minutes after them. */
    async most(commands: number): Promise<Held & { minutes: number }> {
      const most = { rss: 0, heap: 0, redis: 0, minutes: 0 };
      for (let done = commands - TEN_MINUTES; done <= commands; done += SAMPLE_EVERY) {
        most.minutes = (await until(done)).minutes;
        most.rss = Math.max(most.rss, rssOf(child.pid ?? 0));
        most.redis = Math.max(most.redis, Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]));
      }
      for (let done = commands; done <= commands + TEN_MINUTES; done += SAMPLE_EVERY) {
        await until(done);
        child.send('collect');
        const [answer]: unknown[] = await once(child, 'message');
        most.heap = Math.max(most.heap, collected.parse(answer).heap);
      }
      const [rss, heap, redisMb] = [most.rss, most.heap, most.redis].map((bytes) => Math.round(bytes / MB));
      say(`after ${commands} commands: ${rss} MB, in use ${heap} MB, Redis ${redisMb} MB`);
      return most;
    },
  };
}
