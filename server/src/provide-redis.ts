import type { Config } from './config.ts';
import { createRedisClient, type RedisAddress } from './redis/client.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from './redis/embedded.ts';
import { StartError } from './start-error.ts';

const MIN_REDIS_MAJOR = 7;

/** The Redis of this hub, its own or somebody else's. */
export interface ProvidedRedis {
  address: RedisAddress;
  text(durability: string): string;
  stop(): Promise<void>;
  /** Tells the embedded one to stop by itself: nobody will be there to see it end. */
  abandon(): void;
}

/** Starts the embedded Redis or checks the given one; rejects with a sentence when it cannot be used. */
export async function provideRedis(config: Config, warn: (message: string) => void): Promise<ProvidedRedis> {
  if (config.redis.kind === 'external') {
    const address = { url: config.redis.url };
    const version = await checkExternalRedis(address);
    return {
      address,
      text: (durability) =>
        `Redis ${version} at ${new URL(config.redis.kind === 'external' ? config.redis.url : '').host}, ${durabilityText(durability)}`,
      stop: async () => {},
      abandon: () => {},
    };
  }
  const embedded: EmbeddedRedis = await startEmbeddedRedis({
    server: config.redis.server,
    lib: config.redis.lib,
    dataDir: config.dataDir,
    onDeath: (reason) => warn(`Redis died: ${reason}; starting it again`),
    onRestart: (pid) => warn(`Redis runs again, pid ${pid}`),
  });
  return {
    address: { socketPath: embedded.socketPath },
    text: (durability) =>
      `Redis ${embedded.version} ${embedded.adopted ? 'adopted' : 'embedded'}, ${durabilityText(durability)}`,
    stop: () => embedded.stop(),
    abandon() {
      const pid = embedded.pid();
      if (pid !== undefined) process.kill(pid, 'SIGTERM');
    },
  };
}

async function checkExternalRedis(address: { url: string }): Promise<string> {
  const redis = createRedisClient(address);
  const where = new URL(address.url).host;
  // Told below, in one sentence.
  redis.on('error', () => {});
  try {
    await redis.connect();
    const version = (await redis.info('server')).match(/redis_version:(\S+)/)?.[1] ?? '0';
    if (Number.parseInt(version, 10) < MIN_REDIS_MAJOR)
      throw new StartError(`Redis at ${where} is ${version}; Signalbox needs ${MIN_REDIS_MAJOR}.0 or newer.`);
    return version;
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `Redis at ${where} cannot be reached (${error instanceof Error ? error.message : error}); check SIGNALBOX_REDIS_URL, or leave it out for the embedded Redis.`,
    );
  } finally {
    redis.disconnect();
  }
}

const DURABILITY_TEXT: ReadonlyMap<string, string> = new Map([
  ['always', 'every write fsynced'],
  ['everysec', 'fsynced every second'],
  ['no', 'NEVER FSYNCED'],
  ['memory', 'IN MEMORY ONLY'],
  ['evicts', 'DELETES RECORDS WHEN ITS MEMORY IS FULL'],
  ['unknown', 'durability unknown'],
]);

function durabilityText(durability: string): string {
  const [level = '', ...rest] = durability.split(',');
  return [DURABILITY_TEXT.get(level) ?? level, ...rest].join(',');
}
