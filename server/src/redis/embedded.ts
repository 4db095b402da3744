import { setTimeout as delay } from 'node:timers/promises';
import { type RedisBinary, readRedisVersion } from './embedded-binary.ts';
import { prepareRedisFiles, type RedisFiles, removeRunFiles } from './embedded-files.ts';
import { adoptOrphan, isMute, launchRedis, type RunningRedis, terminate } from './embedded-process.ts';

const FIRST_RESTART_AFTER_MS = 50;
const LONGEST_RESTART_AFTER_MS = 1_000;
/** A server that lived this long did not die of its start: the next restart is quick again. */
const HEALTHY_AFTER_MS = 10_000;

export interface EmbeddedRedisOptions extends RedisBinary {
  /** Absolute path of the hub's data folder; made when missing. */
  dataDir: string;
  /** Redis is gone without being asked to; a restart follows by itself. `reason` is for the log. */
  onDeath?: (reason: string) => void;
  onRestart?: (pid: number) => void;
}

export interface EmbeddedRedis {
  readonly socketPath: string;
  /** e.g. `7.0.15` */
  readonly version: string;
  /** It was left running by a hub that crashed, and is used on. */
  readonly adopted: boolean;
  /** `undefined` between a death and its restart, and after stop. */
  pid(): number | undefined;
  /** Ends Redis and resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Supervises a private Redis: unix socket only, every write fsynced, restarted when it dies (a full disk makes
 * it exit, so this can go on for long). Rejects with EmbeddedRedisError when it cannot run at all.
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const binaryVersion = await readRedisVersion(options);
  const files = await prepareRedisFiles(options.dataDir);
  const orphan = await adoptOrphan(files);
  let current: RunningRedis | undefined = orphan ?? (await launchRedis(options, files));
  const stop = new AbortController();
  const supervised = supervise(current, { options, files, stop: stop.signal }, (redis) => {
    current = redis;
  });
  return {
    socketPath: files.socketPath,
    version: orphan?.version ?? binaryVersion,
    adopted: orphan !== undefined,
    pid: () => current?.pid,
    stop: () => {
      stop.abort();
      return supervised;
    },
  };
}

interface Supervision {
  options: EmbeddedRedisOptions;
  files: RedisFiles;
  stop: AbortSignal;
}

async function supervise(
  first: RunningRedis,
  { options, files, stop }: Supervision,
  onChange: (redis: RunningRedis | undefined) => void,
): Promise<void> {
  const stopped = new Promise<undefined>((resolve) => {
    stop.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let redis: RunningRedis | undefined = first;
  let bornAt = performance.now();
  let restartAfterMs = FIRST_RESTART_AFTER_MS;
  while (!stop.aborted) {
    if (redis) {
      const reason = await Promise.race([redis.ended, stopped]);
      if (reason === undefined) break;
      redis = undefined;
      onChange(undefined);
      if (performance.now() - bornAt > HEALTHY_AFTER_MS) restartAfterMs = FIRST_RESTART_AFTER_MS;
      options.onDeath?.(reason);
    }
    await delay(restartAfterMs, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) break;
    restartAfterMs = Math.min(2 * restartAfterMs, LONGEST_RESTART_AFTER_MS);
    bornAt = performance.now();
    redis = await launchRedis(options, files).catch((error: unknown) => {
      options.onDeath?.(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    onChange(redis);
    if (redis) options.onRestart?.(redis.pid);
  }
  // One that does not answer would not hear us either; every write it has answered is on the disk.
  if (redis) await ((await isMute(files)) ? terminate(redis, 0) : terminate(redis));
  onChange(undefined);
  await removeRunFiles(files);
}
