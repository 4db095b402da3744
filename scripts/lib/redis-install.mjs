import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { apt, aptCandidate, aptInstall, aptUpdate, canAptInstall, hasApt, isInstalled } from './apt.mjs';
import { findOnPath, isProgram } from './find.mjs';
import { ask, run } from './process.mjs';
import { Stop } from './stop.mjs';

const OLDEST_MAJOR = 7;

/** What to do where no Redis can be had from the system. */
export const NEEDED = `Redis or Valkey ${OLDEST_MAJOR}.0 or newer is needed.
Install one, or set SIGNALBOX_REDIS_URL to a Redis of your own, or start hub and Redis together: docker compose up`;

export const isNewEnough = (version) => version !== undefined && Number(version.split('.')[0]) >= OLDEST_MAJOR;

/** Taken from the archive even where installed, so the private copy keeps running when they are removed. */
const PRIVATE_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'];

export const cacheFolder = (env = process.env) =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'signalbox');

/** The way to get a Redis on this machine: { what, command, install() → path of the program }, or undefined. */
export async function redisInstaller() {
  // One that is installed but unfit is somebody's service: it is left alone, and a private copy set beside it.
  if (canAptInstall() && !(await isInstalled('redis-server'))) {
    return {
      what: 'apt-get install redis-server into /usr/bin',
      command: 'apt-get install -y redis-server',
      install: installBySystem,
    };
  }
  if (hasApt()) {
    const folder = privateCopy();
    return {
      what: `a private copy of redis-server into ${folder}`,
      command: privateCommand(folder),
      install: installPrivately,
    };
  }
  if (process.platform === 'darwin' && findOnPath(['brew']).length > 0) {
    return { what: 'brew install valkey', command: 'brew install valkey', install: installByBrew };
  }
  return undefined;
}

/** The program of the private copy and the folders of its libraries; undefined when there is none. */
export function findPrivateCopy(folder = privateCopy()) {
  const server = join(folder, 'usr', 'bin', 'redis-server');
  if (!isProgram(server)) return undefined;
  return { server, lib: ['usr/lib', 'lib'].flatMap((name) => libraryFolders(join(folder, name))).join(':') };
}

const privateCopy = () => join(cacheFolder(), 'redis');

async function installBySystem() {
  if ((await aptCandidate('redis-server')) === undefined) await aptUpdate();
  requireNewEnough(await aptCandidate('redis-server'));
  await aptInstall('redis-server');
  // Not started by the package, and not at the next boot either.
  if (findOnPath(['update-rc.d']).length > 0) await run('update-rc.d', ['redis-server', 'disable']);
  const files = (await ask('dpkg', ['-L', 'redis-server'])) ?? '';
  return { server: files.split('\n').find((path) => path.endsWith('/bin/redis-server')) };
}

async function installByBrew() {
  const { code, output } = await run('brew', ['install', 'valkey']);
  if (code !== 0) throw new Stop(`${output.trimEnd()}\n\n"brew install valkey" failed; the reason is above.`);
  const prefix = (await ask('brew', ['--prefix', 'valkey'])) ?? '';
  return { server: join(prefix.trim(), 'bin', 'valkey-server') };
}

/** Without root: the packages are fetched and unpacked side by side, nothing on the system changes. */
async function installPrivately() {
  const folder = privateCopy();
  try {
    mkdirSync(cacheFolder(), { recursive: true });
  } catch (error) {
    throw new Stop(
      `The cache folder ${cacheFolder()} is not writable (${error.message}): set XDG_CACHE_HOME to one that is.`,
    );
  }
  const work = mkdtempSync(join(cacheFolder(), 'redis-'));
  try {
    await downloadAndUnpack(work);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'root'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return findPrivateCopy(folder);
}

async function downloadAndUnpack(work) {
  const options = await aptOptions(work);
  requireNewEnough(await aptCandidate('redis-server', options));
  const names = await packagesNeeded(options);
  const download = await apt([...options, 'download', ...names], { cwd: work });
  if (download.code !== 0) {
    throw new Stop(
      `${download.output.trimEnd()}\n\n"apt-get download ${names.join(' ')}" failed; the reason is above.`,
    );
  }
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    const unpack = await run('dpkg-deb', ['-x', join(work, file), join(work, 'root')]);
    if (unpack.code !== 0)
      throw new Stop(`${unpack.output.trimEnd()}\n\n${file} could not be unpacked; the reason is above.`);
  }
}

/** A machine whose package lists were never fetched (a container image) gets lists of our own. */
async function aptOptions(work) {
  if ((await aptCandidate('redis-server')) !== undefined) return [];
  for (const name of ['lists', 'archives']) mkdirSync(join(work, 'apt', name, 'partial'), { recursive: true });
  const options = ['-o', `Dir::State::lists=${join(work, 'apt', 'lists')}`, '-o', `Dir::Cache=${join(work, 'apt')}`];
  await aptUpdate(options);
  return options;
}

/** Asked before anything is changed: an older release of the system may only offer an older Redis. */
function requireNewEnough(candidate) {
  const version = candidate?.replace(/^\d+:/, '');
  if (isNewEnough(version)) return;
  throw new Stop(`apt offers ${version === undefined ? 'no redis-server' : `redis-server ${version}`}: ${NEEDED}`);
}

/** What redis-server depends on differs between releases: apt itself says what an install would bring. */
async function packagesNeeded(options) {
  const plan = await apt([...options, 'install', '--simulate', '--no-install-recommends', 'redis-server']);
  const missing = [...plan.output.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  const known = [];
  for (const name of PRIVATE_PACKAGES) if ((await aptCandidate(name, options)) !== undefined) known.push(name);
  return [...new Set([...known, ...missing])];
}

function libraryFolders(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const here = entries.some((entry) => /\.so(\.|$)/.test(entry.name)) ? [folder] : [];
  return [
    ...here,
    ...entries.filter((entry) => entry.isDirectory()).flatMap((entry) => libraryFolders(join(folder, entry.name))),
  ];
}

function privateCommand(folder) {
  return [
    `mkdir -p '${folder}' && cd '${folder}'`,
    `apt-get download ${PRIVATE_PACKAGES.join(' ')}`,
    `for f in *.deb; do dpkg-deb -x "$f" .; done`,
  ].join(' && ');
}
