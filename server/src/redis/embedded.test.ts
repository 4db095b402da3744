import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOON } from '../testing/soon.ts';
import { type EmbeddedRedis, type EmbeddedRedisOptions, startEmbeddedRedis } from './embedded.ts';
import { prepareRedisFiles } from './embedded-files.ts';
import { launchRedis } from './embedded-process.ts';
import { askRedis, type RespReply } from './embedded-resp.ts';

const server = process.env.SIGNALBOX_REDIS_SERVER ?? 'redis-server';
const lib = process.env.SIGNALBOX_REDIS_LIB;

let folder: string;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedRedisOptions> = {}): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'data'), server, lib, ...options });
  cleanups.push(() => redis.stop());
  return redis;
}

/** A Redis as a hub killed with -9 leaves it: alive, supervised by nobody. */
async function leaveOrphan(dataDir: string): Promise<number> {
  const { pid } = await launchRedis({ server, lib }, await prepareRedisFiles(dataDir));
  cleanups.push(async () => isAlive(pid) && process.kill(pid, 'SIGKILL'));
  return pid;
}

async function ask(redis: EmbeddedRedis, ...command: string[]): Promise<RespReply> {
  return await askRedis(redis.socketPath, command, 5_000);
}

async function setting(redis: EmbeddedRedis, name: string): Promise<string | undefined> {
  const reply = await ask(redis, 'CONFIG', 'GET', name);
  return reply.kind === 'list' ? reply.items[1] : undefined;
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value: T) => resolve(value) };
}

const OK: RespReply = { kind: 'text', text: 'OK' };

test('a fresh data folder gets a durable Redis on a private unix socket and no TCP port', async () => {
  const redis = await start();
  expect(redis.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(redis.adopted).toBe(false);
  expect(await ask(redis, 'PING')).toEqual({ kind: 'text', text: 'PONG' });
  expect(await setting(redis, 'port')).toBe('0');
  expect(await setting(redis, 'appendonly')).toBe('yes');
  expect(await setting(redis, 'appendfsync')).toBe('always');
  expect(await setting(redis, 'save')).toBe('');
  expect(await setting(redis, 'maxmemory-policy')).toBe('noeviction');
  expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
  expect((await stat(redis.socketPath)).mode & 0o777).toBe(0o600);
  expect(Number(await readFile(join(folder, 'data', 'redis.pid'), 'utf8'))).toBe(redis.pid());
});

test.skipIf(process.platform !== 'linux')('it is out of reach of a Ctrl-C: its process group is its own', async () => {
  const redis = await start();
  const fields = (await readFile(`/proc/${redis.pid()}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  expect(fields[2]).toBe(String(redis.pid()));
});

test('stop ends it, leaves no pid file and no socket, may be called twice, and the data is there again', async () => {
  const redis = await start();
  const pid = redis.pid();
  expect(await ask(redis, 'SET', 'kept', 'ünchanged')).toEqual(OK);
  await Promise.all([redis.stop(), redis.stop()]);
  expect(isAlive(pid)).toBe(false);
  expect(redis.pid()).toBeUndefined();
  expect(existsSync(join(folder, 'data', 'redis.pid'))).toBe(false);
  expect(existsSync(redis.socketPath)).toBe(false);
  const again = await start();
  expect(await ask(again, 'GET', 'kept')).toEqual({ kind: 'text', text: 'ünchanged' });
});

test('killed, it comes back with every answered write, and says so', async () => {
  const deaths: string[] = [];
  const restarted = withResolvers<number>();
  const redis = await start({ onDeath: (reason) => deaths.push(reason), onRestart: restarted.resolve });
  const pid = redis.pid() ?? 0;
  expect(await ask(redis, 'SET', 'kept', '1')).toEqual(OK);
  process.kill(pid, 'SIGKILL');
  expect(await restarted.promise).not.toBe(pid);
  expect(deaths).toEqual(['killed by SIGKILL']);
  expect(await ask(redis, 'GET', 'kept')).toEqual({ kind: 'text', text: '1' });
});

test('ended by somebody who has also deleted its log, it comes back and writes a new one', async () => {
  const restarted = withResolvers<number>();
  const redis = await start({ onRestart: restarted.resolve });
  const pid = redis.pid() ?? 0;
  await rm(join(folder, 'data', 'redis.log'));
  process.kill(pid, 'SIGTERM');
  expect(await restarted.promise).not.toBe(pid);
  expect(existsSync(join(folder, 'data', 'redis.log'))).toBe(true);
});

test('when it cannot come back it is tried again until it can', async () => {
  const manifest = join(folder, 'data', 'appendonlydir', 'appendonly.aof.manifest');
  const failed = withResolvers<void>();
  const restarted = withResolvers<number>();
  const redis = await start({
    onDeath: (reason) => /did not start/.test(reason) && failed.resolve(),
    onRestart: restarted.resolve,
  });
  const good = await readFile(manifest);
  await writeFile(manifest, 'garbage\n');
  process.kill(redis.pid() ?? 0, 'SIGKILL');
  await failed.promise;
  expect(redis.pid()).toBeUndefined();
  await writeFile(manifest, good);
  expect(await restarted.promise).toBe(redis.pid());
});

test('the Redis of a hub that was killed is adopted, restarted when it dies and ended by stop', async () => {
  const dataDir = join(folder, 'data');
  const orphan = await leaveOrphan(dataDir);
  const restarted = withResolvers<number>();
  const redis = await start({ onRestart: restarted.resolve });
  expect(redis.adopted).toBe(true);
  expect(redis.pid()).toBe(orphan);
  process.kill(orphan, 'SIGKILL');
  const second = await restarted.promise;
  await redis.stop();
  expect([isAlive(orphan), isAlive(second)]).toEqual([false, false]);
});

test('an adopted Redis is ended by stop', async () => {
  const orphan = await leaveOrphan(join(folder, 'data'));
  const redis = await start();
  expect(redis.adopted).toBe(true);
  await redis.stop();
  expect(isAlive(orphan)).toBe(false);
});

test('an orphan that does not answer is ended and replaced: never two servers on one file', async () => {
  const orphan = await leaveOrphan(join(folder, 'data'));
  process.kill(orphan, 'SIGSTOP');
  const redis = await start();
  expect(redis.adopted).toBe(false);
  expect(isAlive(orphan)).toBe(false);
  expect(redis.pid()).not.toBe(orphan);
});

test('the pid file and socket of a Redis long gone are replaced, whoever has its pid now', async () => {
  const dataDir = join(folder, 'data');
  const orphan = await leaveOrphan(dataDir);
  process.kill(orphan, 'SIGKILL');
  await expect.poll(() => isAlive(orphan), SOON).toBe(false);
  await writeFile(join(dataDir, 'redis.pid'), `${process.pid}\n`);
  const redis = await start();
  expect(redis.adopted).toBe(false);
  expect(await ask(redis, 'PING')).toEqual({ kind: 'text', text: 'PONG' });
});

test('a data folder too long for a socket gets its socket in a private temporary folder, found again after a crash', async () => {
  const dataDir = join(folder, 'a folder with spaces, quite long'.repeat(2), 'ünd more of it'.repeat(3));
  const orphan = await leaveOrphan(dataDir);
  const redis = await start({ dataDir });
  expect(redis.pid()).toBe(orphan);
  expect(redis.socketPath.startsWith(dataDir)).toBe(false);
  expect(Buffer.byteLength(redis.socketPath)).toBeLessThanOrEqual(100);
  expect((await stat(dirname(redis.socketPath))).mode & 0o777).toBe(0o700);
  await redis.stop();
  expect(existsSync(dirname(redis.socketPath))).toBe(false);
});

test('a missing, an old and a foreign program are refused in one sentence', async () => {
  const fake = async (name: string, output: string) => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\necho '${output}'\n`);
    await chmod(path, 0o755);
    return path;
  };
  await expect(start({ server: join(folder, 'nowhere') })).rejects.toThrow(/does not run .*install redis-server 7\.0/);
  const old = await fake('old', 'Redis server v=6.2.14 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=1');
  await expect(start({ server: old })).rejects.toThrow(/^Redis 6\.2\.14 .* is too old: install 7\.0 or newer/);
  await expect(start({ server: await fake('other', 'hello') })).rejects.toThrow(/does not say a Redis .* version/);
});

test('a data folder that is not writable is refused in one sentence naming the flag', async () => {
  await writeFile(join(folder, 'data'), 'a file, not a folder');
  await expect(start()).rejects.toThrow(/data folder .* is not writable .*--data-dir/);
});

test('when Redis refuses its file the error says why and where to read on', async () => {
  const dataDir = join(folder, 'data');
  await mkdir(join(dataDir, 'appendonlydir'), { recursive: true });
  await writeFile(join(dataDir, 'appendonlydir', 'appendonly.aof.manifest'), 'garbage\n');
  await expect(start()).rejects.toThrow(/Redis did not start \(exit code 1: .+\): see .*redis\.log/);
});
