import { findOnPath } from './find.mjs';
import { ask } from './process.mjs';
import { findPrivateCopy, isNewEnough, NEEDED, redisInstaller } from './redis-install.mjs';
import { Stop } from './stop.mjs';
import { mayInstall } from './workspace.mjs';

const PROGRAMS = ['redis-server', 'valkey-server'];

/**
 * Finds or installs the program of the embedded Redis. Resolves with the line to print; `env` is what the
 * hub is to be told.
 */
export async function provideRedis(env, say) {
  if (env.SIGNALBOX_REDIS_URL) return 'your own, by SIGNALBOX_REDIS_URL';
  const found = (await findRedis(env)) ?? (await installRedis(say));
  env.SIGNALBOX_REDIS_SERVER = found.server;
  if (found.lib) env.SIGNALBOX_REDIS_LIB = found.lib;
  return `${found.version} (${found.server})`;
}

async function findRedis(env) {
  const given = env.SIGNALBOX_REDIS_SERVER
    ? [{ server: env.SIGNALBOX_REDIS_SERVER, lib: env.SIGNALBOX_REDIS_LIB }]
    : [];
  const onPath = findOnPath(PROGRAMS, env).map((server) => ({ server }));
  const cached = findPrivateCopy();
  for (const candidate of [...given, ...onPath, ...(cached ? [cached] : [])]) {
    const version = await readVersion(candidate);
    if (isNewEnough(version)) return { ...candidate, version };
  }
  return undefined;
}

async function installRedis(say) {
  const installer = await redisInstaller();
  if (!installer) throw new Stop(`There is no Redis here and no package manager known to get one: ${NEEDED}`);
  if (!mayInstall())
    throw new Stop(`There is no Redis here: ${NEEDED}\nThe command would be:\n\n  ${installer.command}`);
  say(installer.what);
  const installed = await installer.install();
  const version = installed?.server && (await readVersion(installed));
  if (!isNewEnough(version)) throw new Stop(`The Redis of this system is ${version || 'not usable'}: ${NEEDED}`);
  return { ...installed, version };
}

/** e.g. `7.0.15`; undefined when the program doesn't run. */
async function readVersion({ server, lib }) {
  const env = lib ? { ...process.env, LD_LIBRARY_PATH: lib } : process.env;
  return /\bv=(\d[\d.]*)/.exec((await ask(server, ['--version'], { env })) ?? '')?.[1];
}
