import { access, constants, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pino } from 'pino';
import { type Config, describeSettings, parseConfig } from './config.ts';
import { createHub, type Hub, type HubLog } from './create-hub.ts';
import { hubFilePath, removeHubFile, runFilePath, secretFile, writeHubFile } from './hub-files.ts';
import { createRedisClient, type RedisAddress } from './redis/client.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from './redis/embedded.ts';
import { runDemo } from './run-demo.ts';
import { askRunningHub } from './running-hub.ts';

const MIN_REDIS_MAJOR = 7;
const PORTS_TO_TRY = 20;

/** Something the user can mend: printed as one sentence, without a stack. */
class StartError extends Error {
  override name = 'StartError';
}

/** Runs a hub until a signal ends it. Resolves with the exit code. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const parsed = parseConfig(argv, env, process.cwd());
  if (!parsed.ok) {
    for (const fault of parsed.faults) console.error(fault);
    return 2;
  }
  if (parsed.config.help) {
    console.log(describeSettings());
    return 0;
  }
  try {
    return await run(parsed.config, env);
  } catch (error) {
    console.error(explain(error));
    return 1;
  }
}

const explain = (error: unknown): string =>
  error instanceof Error
    ? error.name.endsWith('Error') && error.name !== 'Error' && error.name !== 'TypeError'
      ? error.message
      : (error.stack ?? error.message)
    : String(error);

async function run(config: Config, env: NodeJS.ProcessEnv): Promise<number> {
  await checkDataDir(config.dataDir);
  const running = await askRunningHub(runFilePath(config.dataDir), config.ownerToken);
  if (running !== undefined) {
    console.log(`Signalbox already runs on ${config.dataDir}.\n  Control room   ${running.link}`);
    return 0;
  }
  const signal = nextSignal();
  const version = readVersion();
  const log = pino({ level: config.logLevel, base: null });
  const redis = await provideRedis(config, (message) => log.warn({}, message));
  try {
    const hub = await openHub(config, redis, { version, log });
    return await serve(hub, { config, env, redis, version, signal });
  } finally {
    await redis.stop();
  }
}

interface OpenedHub {
  hub: Hub;
  ownerToken: string;
  ownerTokenFile: string;
}

async function openHub(
  config: Config,
  redis: ProvidedRedis,
  { version, log }: { version: string; log: HubLog },
): Promise<OpenedHub> {
  const ownerTokenFile = join(config.dataDir, 'owner-token');
  const ownerToken = config.ownerToken ?? (await secretFile(ownerTokenFile));
  const hubKey = await secretFile(config.hubKeyFile ?? join(config.dataDir, 'hub-key'));
  const { host, behindTlsProxy } = config;
  const hub = await createHub({ redis: redis.address, host, hubKey, ownerToken, behindTlsProxy, version, log });
  return { hub, ownerToken, ownerTokenFile };
}

interface Serving {
  config: Config;
  env: NodeJS.ProcessEnv;
  redis: ProvidedRedis;
  version: string;
  signal: Promise<void>;
}

async function serve(
  { hub, ownerToken, ownerTokenFile }: OpenedHub,
  { config, env, redis, version, signal }: Serving,
): Promise<number> {
  const url = await listen(hub, config);
  const files = [hubFilePath(env), runFilePath(config.dataDir)];
  for (const path of files)
    await writeHubFile(path, { url, dataDir: config.dataDir, ownerTokenFile, pid: process.pid });
  const { port } = new URL(url);
  if (port !== String(config.port) && config.port !== 0)
    console.log(`Port ${config.port} is taken; using ${port}. Choose one with --port.`);
  console.log(
    banner({
      version,
      url,
      link: await hub.launchLink(),
      dataDir: config.dataDir,
      redis: redis.text(hub.durability),
      // Since this process began: with `npm start` that includes what had to be installed and built.
      readyMs: performance.now(),
    }),
  );
  const endDemo = config.demo ? runDemo(url, ownerToken, env) : async () => {};

  await signal;
  await endDemo();
  await hub.stop();
  for (const path of files) await removeHubFile(path, process.pid);
  return 0;
}

async function checkDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(
      `The data folder ${dataDir} cannot be written (${error instanceof Error && 'code' in error ? error.code : error}); choose another with --data-dir or SIGNALBOX_DATA_DIR.`,
    );
  }
}

/** A Ctrl-C may arrive twice: from the terminal and from the package manager that passes it on. */
const SAME_SIGNAL_MS = 1_000;

/** SIGINT or SIGTERM; another one later ends the process at once, in case something hangs. */
function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= performance.now();
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(130);
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

interface ProvidedRedis {
  address: RedisAddress;
  text(durability: string): string;
  stop(): Promise<void>;
}

async function provideRedis(config: Config, warn: (message: string) => void): Promise<ProvidedRedis> {
  if (config.redis.kind === 'external') {
    const address = { url: config.redis.url };
    const version = await checkExternalRedis(address);
    return {
      address,
      text: (durability) =>
        `Redis ${version} at ${new URL(config.redis.kind === 'external' ? config.redis.url : '').host}, ${durabilityText(durability)}`,
      stop: async () => {},
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

async function listen(hub: Hub, config: Config): Promise<string> {
  for (let port = config.port; ; port++) {
    try {
      return await hub.listen(config.host, port);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE' && !config.portIsExplicit && port < config.port + PORTS_TO_TRY) continue;
      await hub.stop();
      if (code === 'EADDRINUSE') throw new StartError(`Port ${port} is taken; choose another with --port.`);
      if (code === 'EACCES') throw new StartError(`Port ${port} needs more rights; choose one above 1023 with --port.`);
      throw error;
    }
  }
}

const readVersion = (): string => {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0';
};

const durabilityText = (durability: string): string =>
  durability === 'always'
    ? 'every write fsynced'
    : durability === 'everysec'
      ? 'fsynced every second'
      : durability === 'memory'
        ? 'IN MEMORY ONLY'
        : durability;

function banner(at: {
  version: string;
  url: string;
  link: string;
  dataDir: string;
  redis: string;
  readyMs: number;
}): string {
  const dataDir = relative(process.cwd(), at.dataDir);
  const shown = dataDir.startsWith('..') ? at.dataDir : `./${dataDir}`;
  return [
    `${`Signalbox ${at.version}`.padEnd(60)}ready in ${(at.readyMs / 1_000).toFixed(1)} s`,
    `  Control room   ${at.link}  (works once, 15 min; another: npx signalbox open)`,
    `  Connect        npm i ${at.url}/dl/signalbox.tgz    or tell your agent to read ${at.url}/agent.md`,
    '  See it work    npx signalbox demo ~/some/repository',
    `  Data           ${shown} · ${at.redis}`,
    'Ctrl-C stops everything and loses nothing.',
  ].join('\n');
}
