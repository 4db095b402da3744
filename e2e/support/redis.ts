import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@signalbox/torture/cluster/free-port';
import { createClient } from 'redis';

/** A Redis of the user's own: a process on a TCP port that hubs are pointed at with SIGNALBOX_REDIS_URL. */
export class ExternalRedis {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<ExternalRedis> {
    const redis = new ExternalRedis(await mkdtemp(join(tmpdir(), 'sb-ext-')), await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again on what is in its folder. Resolves when it answers. */
  async start(): Promise<void> {
    const args = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    this.#process = spawn(
      process.env.SIGNALBOX_REDIS_SERVER ?? 'redis-server',
      [...args, '--appendonly', 'yes', '--appendfsync', 'always'],
      { stdio: 'ignore' },
    );
    const client = this.client();
    await client.connect();
    while ((await client.ping().catch(() => '')) !== 'PONG');
    await client.close();
  }

  /** A client that shares no code with the hub; keeps trying until Redis is there. */
  client() {
    return createClient({ url: this.url, socket: { reconnectStrategy: 20 } }).on('error', () => {});
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Copies what is on its disk, while it does not run. */
  async copy(): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), 'sb-copy-'));
    await cp(this.#folder, copy, { recursive: true });
    return copy;
  }

  /** Puts an earlier copy in the place of what is on its disk, while it does not run. */
  async putBack(copy: string): Promise<void> {
    await rm(this.#folder, { recursive: true });
    await cp(copy, this.#folder, { recursive: true });
    await rm(copy, { recursive: true });
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
