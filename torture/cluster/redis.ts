import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { type Child, type Children, kill } from './children.ts';
import { freePort } from './free-port.ts';

/** Of its own disk, where one can be made: enough for what a run writes, and small enough to be filled. */
const DISK = '1500m';
const LOOK_EVERY_MS = 10;
/** More than all hubs write in a log while one asks for it. */
const MOMENT_ENTRIES = 1_000;
const CHUNK = Buffer.alloc(8 * 1024 * 1024);

/** A Redis of the run, which writes every command through to its disk before it answers. */
export class RedisNode {
  readonly port: number;
  /** Whether its folder is a disk of its own, that can be filled. */
  readonly ownDisk: boolean;
  readonly #children: Children;
  readonly #folder: string;
  #child: Child;

  private constructor(children: Children, folder: string, { port, ownDisk }: { port: number; ownDisk: boolean }) {
    this.#children = children;
    this.#folder = folder;
    this.port = port;
    this.ownDisk = ownDisk;
    this.#child = this.#spawn();
  }

  static async start(children: Children, folder: string): Promise<RedisNode> {
    await mkdir(folder, { recursive: true });
    const ownDisk = await succeeds('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder]);
    const redis = new RedisNode(children, folder, { port: await freePort(), ownDisk });
    await redis.#answers();
    return redis;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Its process, until it is started again. */
  get ended(): Promise<unknown> {
    return this.#child.ended;
  }

  client() {
    return createClient({
      url: `redis://127.0.0.1:${this.port}`,
      socket: { reconnectStrategy: 20 },
    }).on('error', () => {});
  }

  /** The id Redis gave itself at its start. */
  runId(): Promise<string | undefined> {
    return this.#ask(async (client) => /run_id:(\w+)/.exec(await client.info('server'))?.[1]);
  }

  /** Whether a batch that was written a moment ago stands in the log of some project. */
  hasLogged(batch: string): Promise<boolean> {
    return this.#ask(async (client) => {
      for await (const logs of client.scanIterator({ MATCH: 'sb:*:log' }))
        for (const log of logs) {
          const newest = await client.xRevRange(log, '+', '-', { COUNT: MOMENT_ENTRIES });
          if (newest?.some(({ message }) => message.e?.includes(`"batchId":"${batch}"`))) return true;
        }
      return false;
    });
  }

  kill(): Promise<boolean> {
    return kill(this.#child);
  }

  /** Starts it again on what is on its disk; resolves when it answers. */
  async restart(): Promise<void> {
    this.#child = this.#spawn();
    await this.#answers();
  }

  /** Nothing more can be written; resolves with the bytes that are left. */
  async fillDisk(): Promise<number> {
    const file = await open(join(this.#folder, 'filler'), 'w');
    try {
      for (let part = CHUNK; part.length > 0; part = part.subarray(0, part.length >> 1))
        while (await file.write(part).then(({ bytesWritten }) => bytesWritten === part.length, isFull));
    } finally {
      await file.close();
    }
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  async freeDisk(): Promise<void> {
    await rm(join(this.#folder, 'filler'), { force: true });
  }

  async close(): Promise<void> {
    await this.kill();
    if (this.ownDisk) await succeeds('umount', [this.#folder]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #spawn(): Child {
    const args = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    return this.#children.start(
      process.env.SIGNALBOX_REDIS_SERVER ?? 'redis-server',
      [...args, '--appendonly', 'yes', '--appendfsync', 'always', '--auto-aof-rewrite-min-size', '256mb'],
      { read: true },
    );
  }

  async #ask<T>(what: (client: ReturnType<RedisNode['client']>) => Promise<T>): Promise<T> {
    const client = this.client();
    await client.connect();
    try {
      return await what(client);
    } finally {
      client.destroy();
    }
  }

  async #answers(): Promise<void> {
    // Nobody reads it; unread it would block its writer.
    this.#child.process.stdout?.resume();
    this.#child.process.stderr?.resume();
    await this.#ask(async (client) => {
      while ((await client.ping().catch(() => '')) !== 'PONG') await delay(LOOK_EVERY_MS);
    });
  }
}

const run = promisify(execFile);
const succeeds = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, [...args]).then(
    () => true,
    () => false,
  );

function isFull(error: unknown): boolean {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
  throw error;
}
