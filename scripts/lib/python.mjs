import { join } from 'node:path';
import { aptInstall, canAptInstall, isInstalled } from './apt.mjs';
import { findOnPath } from './find.mjs';
import { ask, run } from './process.mjs';
import { cacheFolder } from './redis-install.mjs';
import { Stop } from './stop.mjs';
import { display, mayInstall } from './workspace.mjs';

/** The system's own packages of what the README lets pip install: then that finds everything there already. */
const PACKAGES = ['python3-venv', 'python3-socketio', 'python3-websocket', 'python3-requests'];
const BY_APT = `apt-get install -y ${PACKAGES.join(' ')}`;
/** As in the README, so that a newer one that breaks what stands there is noticed here. */
const BY_PIP = 'python-socketio[client]';

/** Finds or makes the virtual environment in which the Python of the documentation runs, and names it in `env`. */
export async function providePython(env, say) {
  const folder = join(cacheFolder(env), 'python');
  const python = (await findPython(env, folder)) ?? (await makePython(env, folder, say));
  env.SIGNALBOX_PYTHON = python;
  const version = await ask(python, ['-c', 'import platform; print(platform.python_version())']);
  return `${version?.trim()} with python-socketio (${display(python)})`;
}

async function findPython(env, folder) {
  for (const python of [env.SIGNALBOX_PYTHON, pythonIn(folder)])
    if (python && (await ask(python, ['-c', 'import pip, socketio, websocket, requests'])) !== undefined) return python;
  return undefined;
}

const pythonIn = (folder) => join(folder, 'bin', 'python');

async function makePython(env, folder, say) {
  if (!mayInstall(env)) throw new Stop(`There is no Python with python-socketio for the tests. Run:\n\n  ${BY_APT}`);
  await (canAptInstall() ? fromSystem(folder, say) : fromPip(folder, say));
  const python = await findPython({}, folder);
  if (python === undefined) throw new Stop(`The Python in ${folder} does not find python-socketio; as root: ${BY_APT}`);
  return python;
}

async function fromSystem(folder, say) {
  for (const name of PACKAGES) {
    if (await isInstalled(name)) continue;
    say(`apt-get install ${name}`);
    await aptInstall(name);
  }
  // The system's own Python: another one on PATH does not see its packages.
  await makeEnvironment('/usr/bin/python3', [folder, '--system-site-packages']);
}

async function fromPip(folder, say) {
  const [python] = findOnPath(['python3']);
  if (python === undefined) throw new Stop('There is no python3 here for the tests: install one.');
  say(`pip install ${BY_PIP} into ${folder}`);
  await makeEnvironment(python, [folder]);
  const { code, output } = await run(join(folder, 'bin', 'pip'), ['install', '--quiet', BY_PIP]);
  if (code !== 0) throw new Stop(`${output.trimEnd()}\n\n"pip install ${BY_PIP}" failed; instead, as root: ${BY_APT}`);
}

async function makeEnvironment(python, args) {
  const { code, output } = await run(python, ['-m', 'venv', '--clear', ...args]);
  if (code !== 0) throw new Stop(`${output.trimEnd()}\n\nNo virtual environment could be made; as root: ${BY_APT}`);
}
