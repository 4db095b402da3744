import { execFileSync } from 'node:child_process';
import { accessSync, constants, openSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EmbeddedRedisError } from './embedded-error.ts';

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS; Redis cuts a longer path off without a word. */
const SOCKET_PATH_LIMIT_BYTES = 100;

/** Where the embedded Redis keeps its things; all of them below the data folder, but for a socket path too long. */
export interface RedisFiles {
  dataDir: string;
  pidFile: string;
  logFile: string;
  socketPath: string;
}

/** Makes the data folder (0700) and finds the place of the socket. `dataDir` is absolute. */
export async function prepareRedisFiles(dataDir: string): Promise<RedisFiles> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await chmod(dataDir, 0o700);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EmbeddedRedisError(
      `The data folder ${dataDir} is not writable (${error instanceof Error ? error.message : String(error)}): ` +
        'choose another with --data-dir, or make it yours.',
    );
  }
  const real = realpathSync(dataDir);
  return {
    dataDir: real,
    pidFile: join(real, 'redis.pid'),
    logFile: join(real, 'redis.log'),
    socketPath: await placeSocket(real),
  };
}

async function placeSocket(dataDir: string): Promise<string> {
  const inside = join(dataDir, 'redis.sock');
  if (Buffer.byteLength(inside) <= SOCKET_PATH_LIMIT_BYTES) return inside;
  const note = outsideNote(dataDir);
  const noted = readText(note);
  if (noted !== undefined && isPrivateFolder(dirname(noted))) return noted;
  // A random name in a folder of our own: a guessable one could be made by another user before us.
  const base = Buffer.byteLength(tmpdir()) < SOCKET_PATH_LIMIT_BYTES / 2 ? tmpdir() : '/tmp';
  const socketPath = join(await mkdtemp(join(base, 'signalbox-')), 'redis.sock');
  await writeFile(note, socketPath, { mode: 0o600 });
  return socketPath;
}

/** After a clean stop: nothing is left that the next start would have to judge. */
export async function removeRunFiles(files: RedisFiles): Promise<void> {
  await rm(files.pidFile, { force: true });
  await rm(files.socketPath, { force: true });
  if (dirname(files.socketPath) === files.dataDir) return;
  await rm(dirname(files.socketPath), { recursive: true, force: true });
  await rm(outsideNote(files.dataDir), { force: true });
}

export function openLog(files: RedisFiles): { fd: number; size: number } {
  const fd = openSync(files.logFile, 'a', 0o600);
  return { fd, size: statSync(files.logFile).size };
}

/**
 * The last thing Redis said after the log had `from` bytes: its reason for not starting, or for dying. Nothing when
 * somebody has taken the log away, which is no reason to leave Redis dead.
 */
export function lastWords(files: RedisFiles, from: number): string {
  const text = readLog(files).subarray(from).toString('utf8');
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.includes('bye bye'));
  const said = lines.findLast((line) => line.includes(' # ') || line.startsWith('***')) ?? lines.at(-1) ?? '';
  return said.replace(/^\d+:\w .*? [.\-*#] /, '').trim();
}

function readLog({ logFile }: RedisFiles): Buffer {
  try {
    return readFileSync(logFile);
  } catch {
    return Buffer.alloc(0);
  }
}

/** The process in the pid file, if it is alive and really the Redis of this data folder (pids are reused). */
export function readOwnPid(files: RedisFiles): number | undefined {
  const pid = Number(readText(files.pidFile));
  return Number.isInteger(pid) && pid > 1 && isRedisOf(files, pid) ? pid : undefined;
}

/** Redis changes into its `dir` and names its socket in its title: either tells whose process it is. A zombie has none. */
export function isRedisOf(files: RedisFiles, pid: number): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === files.dataDir && isRedisTitle(pid);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(files.socketPath);
  } catch {
    return false; // no such process, or somebody else's
  }
}

const isRedisTitle = (pid: number) => /redis|valkey/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));

const outsideNote = (dataDir: string) => join(dataDir, 'redis.sock.path');

function isPrivateFolder(path: string): boolean {
  try {
    const { uid, mode } = statSync(path);
    return uid === process.getuid?.() && (mode & 0o077) === 0;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
