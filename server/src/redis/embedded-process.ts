import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type RedisBinary, redisEnvironment } from './embedded-binary.ts';
import { EmbeddedRedisError } from './embedded-error.ts';
import { isRedisOf, lastWords, openLog, type RedisFiles, readOwnPid } from './embedded-files.ts';
import { askRedis, type RespReply, watchRedis } from './embedded-resp.ts';

const ASK_TIMEOUT_MS = 1_000;
const FIRST_ANSWER_WITHIN_MS = 10_000;
const ORPHAN_ANSWERS_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 10;
const TERM_TO_KILL_MS = 10_000;

/** No acknowledged write is ever lost or evicted. The container file gives its Redis the same. */
export const DURABLE_ARGUMENTS = [
  ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--maxmemory-policy', 'noeviction'],
];

/** A Redis that answers on the socket, started by us or found. `ended` resolves with why it is gone. */
export interface RunningRedis {
  pid: number;
  ended: Promise<string>;
}

/**
 * Starts Redis and resolves when it answers. It gets a session of its own: the Ctrl-C of a terminal goes to
 * the whole foreground group, and Redis must outlive the hub's drain.
 */
export async function launchRedis(binary: RedisBinary, files: RedisFiles): Promise<RunningRedis> {
  const log = openLog(files);
  const child = spawn(binary.server, redisArguments(files), {
    cwd: files.dataDir,
    detached: true,
    env: redisEnvironment(binary),
    stdio: ['ignore', log.fd, log.fd],
  });
  closeSync(log.fd);
  const ended = endOf(child, () => lastWords(files, log.size));
  let reason: string | undefined;
  void ended.then((why) => {
    reason = why;
  });
  const isOver = () => reason !== undefined;
  if ((await firstAnswer(files, FIRST_ANSWER_WITHIN_MS, isOver)) && child.pid !== undefined) {
    return { pid: child.pid, ended };
  }
  child.kill('SIGKILL');
  throw new EmbeddedRedisError(`Redis did not start (${await ended}): see ${files.logFile}.`);
}

/**
 * What a crashed hub left behind: its Redis is adopted when it answers on our socket and lives in our folder;
 * one that is alive but mute is ended, because two servers writing one append-only file destroy it.
 */
export async function adoptOrphan(files: RedisFiles): Promise<(RunningRedis & { version: string }) | undefined> {
  const pid = readOwnPid(files);
  const wait = pid === undefined ? 0 : ORPHAN_ANSWERS_WITHIN_MS;
  if (await firstAnswer(files, wait, () => false)) return await adopt(files);
  if (pid !== undefined) await terminate({ pid, ended: endOfStranger(files, pid) }, 0);
  return undefined;
}

/** Does it answer at all? While it loads its file it says so. */
export const isMute = (files: RedisFiles): Promise<boolean> =>
  askRedis(files.socketPath, ['PING'], ASK_TIMEOUT_MS).then(
    () => false,
    () => true,
  );

/** Asks it to shut down (Redis then syncs and closes its file) and waits until it is gone. */
export async function terminate(redis: RunningRedis, patienceMs = TERM_TO_KILL_MS): Promise<void> {
  const killed = new AbortController();
  signal(redis.pid, 'SIGTERM');
  void delay(patienceMs, undefined, { signal: killed.signal }).then(
    () => signal(redis.pid, 'SIGKILL'),
    () => {},
  );
  await redis.ended;
  killed.abort();
}

function redisArguments(files: RedisFiles): string[] {
  return [
    ...['--port', '0', '--unixsocket', files.socketPath, '--unixsocketperm', '600'],
    ...['--dir', files.dataDir, '--pidfile', files.pidFile, '--daemonize', 'no', ...DURABLE_ARGUMENTS],
  ];
}

async function adopt(files: RedisFiles): Promise<RunningRedis & { version: string }> {
  const dir = await askRedis(files.socketPath, ['CONFIG', 'GET', 'dir'], ASK_TIMEOUT_MS);
  if (dir.kind !== 'list' || dir.items[1] !== files.dataDir) {
    throw new EmbeddedRedisError(
      `Another Redis answers on ${files.socketPath}: stop it, or choose another folder with --data-dir.`,
    );
  }
  const info = await askRedis(files.socketPath, ['INFO', 'server'], ASK_TIMEOUT_MS);
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(textOf(info))?.[1];
  const pid = Number(field('process_id'));
  const version = field('valkey_version') ?? field('redis_version') ?? 'unknown';
  return { pid, version, ended: endOfStranger(files, pid) };
}

/** True once the server answers; while it loads its file it says so, and has all the time it needs. */
async function firstAnswer(files: RedisFiles, withinMs: number, isOver: () => boolean): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const reply = await askRedis(files.socketPath, ['PING'], ASK_TIMEOUT_MS).catch(() => undefined);
    if (reply?.kind === 'text') return true;
    if (isOver() || (reply === undefined && performance.now() >= giveUpAt)) return false;
    await delay(LOOK_AGAIN_MS);
  }
}

function endOf(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, killedBy) => {
      resolve(killedBy === null ? `exit code ${code}: ${said()}` : `killed by ${killedBy}`);
    });
  });
}

/** Not our child, so no exit event: a connection held open to it closes when it ends. */
function endOfStranger(files: RedisFiles, pid: number): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      if (isRedisOf(files, pid)) watchRedis(files.socketPath, () => setTimeout(look, LOOK_AGAIN_MS));
      else resolve('ended');
    };
    look();
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // already gone, which is what was wanted
  }
}

const textOf = (reply: RespReply) => (reply.kind === 'list' ? reply.items.join('\n') : reply.text);
