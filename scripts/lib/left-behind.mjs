import { readdirSync, readlinkSync } from 'node:fs';
import { ask } from './process.mjs';
import { ROOT } from './workspace.mjs';

/** Files git does not know: a test run must not add any. */
export async function unknownFiles() {
  const status = (await ask('git', ['status', '--porcelain', '--untracked-files=all'], { cwd: ROOT })) ?? '';
  return new Set(
    status
      .split('\n')
      .filter((line) => line.startsWith('??'))
      .map((line) => line.slice(3)),
  );
}

/** Processes that work in a folder: what a test started and did not end. Only Linux tells. */
export function processesIn(folder) {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => workingFolder(pid).startsWith(`${folder}/`)).map(Number);
}

function workingFolder(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // ended meanwhile, or somebody else's
  }
}
