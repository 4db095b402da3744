import { access, constants, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { banner } from './banner.ts';
import { type Config, describeSettings, parseConfig } from './config.ts';
import { createHub, type Hub, type HubLog } from './create-hub.ts';
import { type DataLock, lockDataDir } from './data-lock.ts';
import { hubFileKeeper, hubFilePath, removeHubFile, runFilePath, writeHubFile } from './hub-files.ts';
import { type ProvidedRedis, provideRedis } from './provide-redis.ts';
import { runDemo } from './run-demo.ts';
import { askRunningHub } from './running-hub.ts';
import { secretFile } from './secret-file.ts';
import { StartError } from './start-error.ts';

const PORTS_TO_TRY = 20;
/** A hub that stops with a mute Redis takes some seconds. */
const LOOK_AT_HOLDER_EVERY_MS = 250;
const LOOKS_AT_HOLDER = 80;
const KEEP_FILES_EVERY_MS = 5_000;

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
  const lock = await takeDataDir(config, env);
  if (lock === undefined) return 0;
  try {
    return await runOn(config, env);
  } finally {
    await lock.release();
  }
}

/** The data folder for this hub alone; undefined when a hub that runs on it was shown to the user instead. */
async function takeDataDir(config: Config, env: NodeJS.ProcessEnv): Promise<DataLock | undefined> {
  const runFile = runFilePath(config.dataDir);
  for (let looks = 0; ; looks++) {
    const lock = await lockDataDir(config.dataDir);
    if ('release' in lock) return lock;
    const running = await askRunningHub(runFile, config.ownerToken);
    if (running !== undefined) {
      const { hub, link } = running;
      // Without its token the file would lead whoever reads it to a hub that refuses him.
      if (link !== undefined) await writeHubFile(hubFilePath(env), hub);
      console.log(`Signalbox already runs on ${config.dataDir}.\n  Control room   ${link ?? withoutLink(hub.url)}`);
      return undefined;
    }
    // It is starting or stopping: either way not for long.
    if (looks === 0) console.log(`Waiting for the hub with pid ${lock.heldBy}, which holds ${config.dataDir} …`);
    if (looks === LOOKS_AT_HOLDER)
      throw new StartError(
        `The hub with pid ${lock.heldBy} holds ${config.dataDir} and does not answer; stop it, or choose another folder with --data-dir.`,
      );
    await delay(LOOK_AT_HOLDER_EVERY_MS);
  }
}

const withoutLink = (url: string): string =>
  `${url} (no link to it: its owner token is the SIGNALBOX_OWNER_TOKEN it was started with; set it here, too)`;

async function runOn(config: Config, env: NodeJS.ProcessEnv): Promise<number> {
  let redis: ProvidedRedis | undefined;
  const signal = nextSignal(() => redis?.abandon());
  const version = readVersion();
  const log = pino({ level: config.logLevel, base: null }, pino.destination(2));
  const warn = (message: string): void => log.warn({}, message);
  redis = await provideRedis(config, warn);
  try {
    const opening = openHub(config, redis, { version, log });
    // Whoever does not wait for it any more does not hear how it fails without its Redis.
    opening.catch(() => {});
    const opened = await Promise.race([opening, signal]);
    if (opened === undefined) {
      console.log('Stopping …');
      return 0;
    }
    return await serve(opened, { config, env, redis, version, warn, signal });
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
  const ownerTokenFile = config.ownerTokenFile ?? join(config.dataDir, 'owner-token');
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
  warn: (message: string) => void;
  signal: Promise<void>;
}

async function serve(
  { hub, ownerToken, ownerTokenFile }: OpenedHub,
  { config, env, redis, version, warn, signal }: Serving,
): Promise<number> {
  const url = await listen(hub, config);
  const facts = { url, dataDir: config.dataDir, ownerTokenFile, pid: process.pid };
  await writeHubFile(runFilePath(config.dataDir), facts);
  // Another hub of this user may take the place in the state folder, and end before this one.
  const keep = hubFileKeeper(hubFilePath(env), facts, warn);
  await keep();
  const keeping = setInterval(() => void keep(), KEEP_FILES_EVERY_MS);
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
  console.log('Stopping …');
  clearInterval(keeping);
  await endDemo();
  await hub.stop();
  for (const path of [hubFilePath(env), runFilePath(config.dataDir)]) await removeHubFile(path, process.pid);
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

/**
 * SIGINT or SIGTERM, or SIGHUP when the terminal is closed; another one later ends the process at once, in case something
 * hangs, after `leave`.
 */
function nextSignal(leave: () => void): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= performance.now();
      if (performance.now() - first > SAME_SIGNAL_MS) {
        leave();
        process.exit(130);
      }
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
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
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
        throw new StartError(`${config.host} is no address of this machine; choose another with --host.`);
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
