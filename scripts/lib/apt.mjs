import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { findOnPath, isRoot } from './find.mjs';
import { ask, run } from './process.mjs';
import { Stop } from './stop.mjs';

const POLICY = '/usr/sbin/policy-rc.d';

export const hasApt = () => findOnPath(['apt-get', 'dpkg-deb']).length === 2;
export const canAptInstall = () => hasApt() && isRoot();

/** The version apt would install, e.g. `5:7.0.15-1`; undefined when it knows none. */
export async function aptCandidate(name, options = []) {
  const output = await ask('apt-cache', [...options, 'policy', name], { env: { ...process.env, LC_ALL: 'C' } });
  const version = /Candidate: (\S+)/.exec(output ?? '')?.[1];
  return version === '(none)' ? undefined : version;
}

export async function isInstalled(name) {
  return (await ask('dpkg-query', ['-W', '-f', `\${db:Status-Status}`, name])) === 'installed';
}

export async function aptUpdate(options = []) {
  return await apt([...options, 'update']);
}

/**
 * As root: installs a package. No service of it is started: what the product needs it runs itself, and a
 * Redis nobody asked for on port 6379 is a surprise on somebody's machine.
 */
export async function aptInstall(name) {
  const restore = forbidServices();
  const install = () => apt(['install', '-y', '--no-install-recommends', name], { interrupt: 'never' });
  try {
    const first = await install();
    if (first.code === 0) return;
    await aptUpdate();
    const second = await install();
    if (second.code !== 0)
      throw new Stop(`${second.output.trimEnd()}\n\n"apt-get install -y ${name}" failed; the reason is above.`);
  } finally {
    restore();
  }
}

export async function apt(args, options) {
  return await run('apt-get', ['-q', ...args], {
    ...options,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
}

/** Debian's own way to say that packages must not start services; one that is there already is left alone. */
function forbidServices() {
  if (existsSync(POLICY)) return () => {};
  mkdirSync('/usr/sbin', { recursive: true });
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const remove = () => rmSync(POLICY, { force: true });
  process.on('exit', remove);
  return () => {
    process.off('exit', remove);
    remove();
  };
}
