import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbeddedRedisError } from './embedded-error.ts';

const run = promisify(execFile);

const OLDEST_MAJOR = 7;
const VERSION_TIMEOUT_MS = 10_000;

export interface RedisBinary {
  /** Path of redis-server or valkey-server, or a bare name that is looked up on PATH. */
  server: string;
  /** Folder(s) for LD_LIBRARY_PATH, when the binary is a private copy with its own libraries. */
  lib?: string | undefined;
}

/** None of the hub's secrets, and a locale that exists everywhere: Redis refuses to start in one that doesn't. */
export function redisEnvironment(binary: RedisBinary): NodeJS.ProcessEnv {
  const lib = binary.lib === undefined ? {} : { LD_LIBRARY_PATH: binary.lib };
  return { PATH: process.env.PATH, LC_ALL: 'C', ...lib };
}

/** The version the binary reports, e.g. `7.0.15`. Rejects with what to do when it can't run or is too old. */
export async function readRedisVersion(binary: RedisBinary): Promise<string> {
  const output = await run(binary.server, ['--version'], {
    env: redisEnvironment(binary),
    timeout: VERSION_TIMEOUT_MS,
  }).then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      throw new EmbeddedRedisError(
        `The Redis program "${binary.server}" does not run (${firstLine(error)}): install redis-server 7.0 or newer, ` +
          'or set SIGNALBOX_REDIS_URL to a Redis of your own.',
      );
    },
  );
  const version = /\bv=(\d+(?:\.\d+)*)/.exec(output)?.[1];
  if (version === undefined) {
    throw new EmbeddedRedisError(
      `"${binary.server} --version" does not say a Redis or Valkey version: point SIGNALBOX_REDIS_SERVER at a redis-server 7.0 or newer.`,
    );
  }
  if (Number(version.split('.')[0]) < OLDEST_MAJOR) {
    throw new EmbeddedRedisError(
      `Redis ${version} (${binary.server}) is too old: install 7.0 or newer, or set SIGNALBOX_REDIS_URL to one.`,
    );
  }
  return version;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}
